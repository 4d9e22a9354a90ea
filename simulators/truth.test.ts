import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceId, schoolId } from '../contracts/ids.ts';
import { createTruthWriter, readTruth, type TruthEntry } from './truth.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'truth-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const reading = (measuredAt: number): TruthEntry => ({
  type: 'reading',
  school: schoolId.parse('mn-001'),
  device: deviceId.parse('air-101'),
  sensor: '',
  metric: 'co2',
  value: 612,
  measuredAt,
  possible: true,
  acknowledged: true,
});

async function all(path: string): Promise<TruthEntry[]> {
  const entries: TruthEntry[] = [];
  for await (const entry of readTruth(path)) entries.push(entry);
  return entries;
}

describe('the truth file', () => {
  test('gives back what was written, over many blocks', async () => {
    const path = join(folder, 'truth.jsonl');
    const written = Array.from({ length: 5_000 }, (_, index) => reading(index));
    const writer = createTruthWriter(path);
    for (const entry of written.slice(0, 4_000)) writer.write(entry);
    // Blocks reach the disk while the run goes on: memory does not grow with it.
    expect(statSync(path).size).toBeGreaterThan(300_000);
    for (const entry of written.slice(4_000)) writer.write(entry);
    writer.close();
    expect(await all(path)).toEqual(written);
  });

  test('a last line that was cut off is left out', async () => {
    const path = join(folder, 'truth.jsonl');
    const writer = createTruthWriter(path);
    writer.write(reading(1));
    writer.close();
    appendFileSync(path, '{"type":"reading","sch');
    expect(await all(path)).toEqual([reading(1)]);
  });

  test('a line that is not truth is named', async () => {
    const path = join(folder, 'truth.jsonl');
    const writer = createTruthWriter(path);
    writer.write(reading(1));
    writer.close();
    appendFileSync(path, '{"type":"rumour"}\n');
    await expect(all(path)).rejects.toThrow('truth.jsonl:2');
  });
});
