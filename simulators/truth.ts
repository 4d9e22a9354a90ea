/** What a run really was: every reading and scan that left for the broker, and every fault, as JSON lines. */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { metricName } from '../contracts/http/readings.ts';
import { deviceId, schoolId } from '../contracts/ids.ts';
import { FAULT_KINDS } from './faults.ts';

/** `acknowledged` false: sent, but the run ended before the broker answered; it may be stored or not. */
const delivery = { acknowledged: z.boolean() };

const truthReading = z.object({
  type: z.literal('reading'),
  school: schoolId,
  device: deviceId,
  sensor: z.string(),
  metric: metricName,
  value: z.union([z.number(), z.boolean()]),
  /** Epoch ms by the gateway's clock, whole. */
  measuredAt: z.number(),
  /** False: physically impossible, must end in the quarantine. */
  possible: z.boolean(),
  ...delivery,
});

const truthScan = z.object({
  type: z.literal('scan'),
  school: schoolId,
  gate: deviceId,
  id: z.string(),
  at: z.number(),
  credential: z.object({ type: z.enum(['rfid', 'qr']), value: z.string() }),
  direction: z.enum(['in', 'out']),
  ...delivery,
});

const truthFault = z.object({
  type: z.literal('fault'),
  kind: z.enum(FAULT_KINDS),
  school: schoolId,
  device: deviceId.nullable(),
  /** Epoch ms; `to` null: until the end. */
  from: z.number(),
  to: z.number().nullable(),
  everyMs: z.number().nullable(),
  skewMs: z.number().nullable(),
});
export type TruthFault = z.infer<typeof truthFault>;

const truthEntry = z.discriminatedUnion('type', [truthReading, truthScan, truthFault]);
export type TruthEntry = z.infer<typeof truthEntry>;

const WRITE_AT_CHARACTERS = 64 * 1024;

export interface TruthWriter {
  write(entry: TruthEntry): void;
  /** Writes what is left; nothing may be written afterwards. */
  close(): void;
}

/** Written synchronously in blocks: memory stays at one block however slow the disk is. Throws what the disk throws. */
export function createTruthWriter(path: string): TruthWriter {
  const file = openSync(path, 'w');
  let block = '';
  const flush = (): void => {
    // A write may take only a part of the bytes.
    for (let bytes = Buffer.from(block); bytes.length > 0; ) bytes = bytes.subarray(writeSync(file, bytes));
    block = '';
  };
  return {
    write(entry) {
      block += `${JSON.stringify(entry)}\n`;
      if (block.length >= WRITE_AT_CHARACTERS) flush();
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}

/**
 * Reads a truth file line by line. Throws a sentence with the line number for a line that is not truth. A last line
 * without its end is left out: the run was killed while writing it.
 */
export async function* readTruth(path: string): AsyncGenerator<TruthEntry> {
  let rest = '';
  let lineNumber = 0;
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield parseLine(line, path, ++lineNumber);
  }
}

function parseLine(line: string, path: string, lineNumber: number): TruthEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`${path}:${lineNumber}: not JSON`, { cause: error });
  }
  const parsed = truthEntry.safeParse(value);
  if (!parsed.success) throw new Error(`${path}:${lineNumber}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
