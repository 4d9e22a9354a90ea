/** The shared file of real device messages; its README says what each field means. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const FILE = fileURLToPath(new URL('../../../shared/device-samples.jsonl', import.meta.url));

const expectation = z.object({
  metric: z.string(),
  value: z.union([z.number(), z.boolean(), z.string()]),
  unit: z.string().nullable(),
  device: z.string().nullable(),
  sensor: z.string().optional(),
  time: z.string().optional(),
  tolerance: z.number().optional(),
  direction: z.string().optional(),
  accepted: z.boolean().optional(),
});
export type Expectation = z.infer<typeof expectation>;

const sample = z.object({
  id: z.string(),
  format: z.string(),
  topic: z.string().nullable(),
  payload: z.string().optional(),
  payload_base64: z.string().optional(),
  expect: z.array(expectation),
  time: z.string().optional(),
  time_local: z.string().optional(),
  hint: z
    .looseObject({
      model: z.string().optional(),
      f_port: z.number().optional(),
      utc_offset_minutes: z.number().optional(),
    })
    .optional(),
  registers: z.record(z.string(), z.string()).optional(),
  must_not: z.array(z.string()).optional(),
  seq: z.tuple([z.string(), z.number()]).optional(),
  retain: z.boolean().optional(),
  http: z
    .looseObject({
      path: z.string().optional(),
      query: z.record(z.string(), z.string()).optional(),
      content_type: z.string(),
      expect_response_prefix: z.string().optional(),
    })
    .optional(),
});
export type Sample = z.infer<typeof sample>;

/** Undefined after a loud line: the file does not lie beside this checkout. With CI=true that is an error. */
export function readSamples(who: string): readonly Sample[] | undefined {
  if (!existsSync(FILE)) {
    const sentence = `${who}: ${FILE} is not there`;
    if (process.env['CI'] === 'true') throw new Error(sentence);
    console.error(`SKIPPED ${sentence}`);
    return undefined;
  }
  const lines = readFileSync(FILE, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => sample.parse(JSON.parse(line)));
}

export const payloadOf = ({ payload, payload_base64: base64 }: Sample): Buffer =>
  base64 === undefined ? Buffer.from(payload ?? '') : Buffer.from(base64, 'base64');

/** LoRaWAN devices are sent bare, without identity; they get this one. */
export const FRAME_EUI = '24e1240000000001';

/** A bare LoRaWAN frame as ChirpStack would publish it. */
export function asUplink(line: Sample): { readonly topic: string; readonly payload: Buffer } {
  const uplink = {
    deduplicationId: line.id,
    deviceInfo: { devEui: FRAME_EUI, deviceName: line.id },
    fPort: line.hint?.f_port,
    data: payloadOf(line).toString('base64'),
  };
  return { topic: `application/app/device/${FRAME_EUI}/event/up`, payload: Buffer.from(JSON.stringify(uplink)) };
}

/** Of what a sample expects: passages are stored as scans, everything else as readings. */
export const isPassage = ({ metric }: Expectation): boolean => metric === 'card_read' || metric === 'attendance';
