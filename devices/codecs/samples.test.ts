/** Every line of the shared file of real device messages, by the rules of its README. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isMetric, METRICS } from '../../contracts/metrics.ts';
import type { Decoded, SourceTime } from '../codec.ts';
import { decodeFrame } from '../models/registry.ts';
import { createTestMemories } from '../testing/memory.ts';
import { createTestDecoder, type TestDevices } from '../testing/message.ts';
import { convert } from '../units.ts';
import { parseHikvisionBody } from './hikvision.ts';
import { parseZkPush } from './zkteco.ts';

const SAMPLES = fileURLToPath(new URL('../../../shared/device-samples.jsonl', import.meta.url));

const expectation = z.object({
  metric: z.string(),
  value: z.union([z.number(), z.boolean(), z.string()]),
  unit: z.string().nullable(),
  device: z.string().nullable(),
  sensor: z.string().optional(),
  time: z.string().optional(),
  tolerance: z.number().optional(),
  direction: z.string().optional(),
  method: z.string().optional(),
  accepted: z.boolean().optional(),
});
const sample = z.object({
  id: z.string(),
  format: z.string(),
  topic: z.string().nullable(),
  payload: z.string().optional(),
  payload_base64: z.string().optional(),
  expect: z.array(expectation),
  time: z.string().optional(),
  time_local: z.string().optional(),
  hint: z.record(z.string(), z.unknown()).optional(),
  registers: z.record(z.string(), z.string()).optional(),
  must_not: z.array(z.string()).optional(),
  seq: z.tuple([z.string(), z.number()]).optional(),
  http: z
    .looseObject({ query: z.record(z.string(), z.string()).optional(), content_type: z.string().optional() })
    .optional(),
  retain: z.boolean().optional(),
});
type Sample = z.infer<typeof sample>;
type Expectation = z.infer<typeof expectation>;

const isThere = existsSync(SAMPLES);
const samples = isThere
  ? readFileSync(SAMPLES, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => sample.parse(JSON.parse(line)))
  : [];

const memories = new Map<string, ReturnType<typeof createTestMemories>>();

function decodeSample(line: Sample): readonly Decoded[] {
  const payload =
    line.payload_base64 === undefined ? Buffer.from(line.payload ?? '') : Buffer.from(line.payload_base64, 'base64');
  const model = typeof line.hint?.['model'] === 'string' ? line.hint['model'] : undefined;
  if (line.format === 'zkteco-adms') {
    const { SN = '', table = '' } = line.http?.query ?? {};
    return parseZkPush(payload.toString('utf8'), { serial: SN, table });
  }
  if (line.format === 'hikvision-isapi') return parseHikvisionBody(payload, line.http?.content_type ?? '');
  if (line.format === 'lorawan-frame') {
    const port = line.hint?.['f_port'];
    const values = decodeFrame(model ?? '', payload, typeof port === 'number' ? port : undefined) ?? [];
    return values.map((value) => ({ type: 'reading', device: 'frame', ...value }));
  }
  const devices: TestDevices =
    model === undefined ? {} : Object.fromEntries(line.expect.map((item) => [item.device ?? '', { model }]));
  const sequence = line.seq?.[0] ?? line.id;
  const memoryOf = memories.get(sequence) ?? createTestMemories();
  memories.set(sequence, memoryOf);
  const withTopic =
    line.topic?.includes('1000000000000001') && model !== undefined
      ? { ...devices, '1000000000000001': { model } }
      : devices;
  return createTestDecoder(withTopic, memoryOf)(line.topic ?? '', payload, { retained: line.retain ?? false });
}

/** What the step after the codecs keeps: convertible and physically possible. */
function survives(item: Decoded): boolean {
  if (item.type !== 'reading' || !isMetric(item.metric) || typeof item.value === 'boolean')
    return item.type !== 'refusal';
  const value = convert(item.value, item.unit, item.metric);
  return value !== undefined && value >= METRICS[item.metric].min && value <= METRICS[item.metric].max;
}

function timeMatches(time: SourceTime | undefined, line: Sample, wanted: Expectation): boolean {
  const utc = wanted.time ?? line.time;
  if (time === undefined) return utc === undefined;
  if (time.kind === 'local') {
    return line.time_local === undefined || time.text === line.time_local.replace(' ', 'T');
  }
  // A network server stamps an uplink more than once.
  return utc === undefined || Math.abs(time.epochMs - Date.parse(utc)) < 1000;
}

function isSame(item: Decoded, wanted: Expectation, line: Sample): boolean {
  const deviceIs = (device: string): boolean => wanted.device === null || device === wanted.device;
  const { metric, value } = wanted;
  if (metric === 'online') {
    const state = value === true ? 'online' : 'offline';
    return (
      item.type === 'device-status' &&
      deviceIs(item.device) &&
      item.state === state &&
      timeMatches(item.time, line, wanted)
    );
  }
  if (metric === 'card_read' || metric === 'attendance') {
    return (
      item.type === 'scan' &&
      deviceIs(item.gate) &&
      item.credential.type === (metric === 'card_read' ? 'rfid' : 'person') &&
      item.credential.value.toUpperCase() === String(value).toUpperCase() &&
      (wanted.direction === undefined || item.direction === wanted.direction) &&
      (wanted.method === undefined || item.method === wanted.method) &&
      (wanted.accepted === undefined || item.accepted === wanted.accepted) &&
      timeMatches(item.time, line, wanted)
    );
  }
  if (item.type !== 'reading' || !(line.format === 'lorawan-frame' || deviceIs(item.device))) return false;
  // Sparkplug tags have names of their own: here they are the sensor.
  const isNamed = isMetric(metric) ? item.metric === metric : item.sensor === metric;
  if (!isNamed || (wanted.sensor !== undefined && item.sensor !== wanted.sensor)) return false;
  if (!timeMatches(item.time, line, wanted)) return false;
  if (typeof item.value === 'boolean' || typeof value !== 'number') return item.value === value;
  const canonical = convert(item.value, item.unit, item.metric);
  const tolerance = wanted.tolerance ?? Math.max(1e-9, Math.abs(value) * 0.001);
  return canonical !== undefined && Math.abs(canonical - value) <= tolerance;
}

describe('the shared samples', () => {
  test.skipIf(!isThere && process.env['CI'] !== 'true')('are there', () => {
    expect(isThere, `${SAMPLES} is missing`).toBe(true);
    expect(samples.length).toBeGreaterThan(50);
  });
  if (!isThere) process.stderr.write(`SKIPPED: ${SAMPLES} is not there, so no device sample was checked\n`);

  const inOrder = samples.toSorted((a, b) => (a.seq?.[1] ?? 0) - (b.seq?.[1] ?? 0));
  test.each(inOrder)('$id ($format)', (line) => {
    const all = decodeSample(line);
    const decoded = all.filter(survives);
    for (const wanted of line.expect) {
      expect(
        decoded.some((item) => isSame(item, wanted, line)),
        `missing ${JSON.stringify(wanted)} in ${JSON.stringify(all)}`,
      ).toBe(true);
    }
    const isSilent = line.expect.length === 0;
    const spoken = all.filter(({ type }) => isSilent && type !== 'registration' && type !== 'reply');
    expect(spoken).toEqual([]);
    for (const banned of line.must_not ?? []) {
      const isBanned = (item: Decoded): boolean =>
        banned === 'card_read' || banned === 'attendance'
          ? item.type === 'scan'
          : item.type === 'reading' && item.metric === banned;
      expect(decoded.filter(isBanned)).toEqual([]);
    }
    const registered = all.filter((item) => item.type === 'registration');
    for (const [key, value] of Object.entries(line.registers ?? {})) {
      const facts = registered.flatMap((item) => [
        ['device', item.device],
        ['model', item.model],
        ...Object.entries(item.options ?? {}),
      ]);
      // An entity's facts carry its name before the key.
      expect(
        facts.some(([name, fact]) => (name === key || String(name).endsWith(`.${key}`)) && fact === value),
        `${key} = ${value} in ${JSON.stringify(facts)}`,
      ).toBe(true);
    }
  });
});
