import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Lost } from './segmentFile.ts';
import { createSegmentLog, type SegmentLog } from './segmentLog.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segment-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (number: number, size = 40): Buffer => Buffer.from(`${number}:`.padEnd(size, String(number % 10)));

async function opened(options: { readonly segmentBytes?: number; readonly in?: string } = {}): Promise<SegmentLog> {
  const log = createSegmentLog({
    folder: options.in ?? folder,
    ...(options.segmentBytes && { segmentBytes: options.segmentBytes }),
  });
  await log.start();
  return log;
}

async function readAll(
  log: SegmentLog,
  windowBytes: number,
  from = log.first(),
): Promise<{ records: [number, string][]; lost: Lost[] }> {
  const records: [number, string][] = [];
  const lost: Lost[] = [];
  for (let at = from; at < log.next(); ) {
    const result = await log.read(at, windowBytes);
    expect(result.next).toBeGreaterThan(at);
    for (const { sequence, bytes } of result.records) records.push([sequence, bytes.toString()]);
    lost.push(...result.lost);
    at = result.next;
  }
  return { records, lost };
}

describe('segment log', () => {
  test('reads back what was appended, whatever the group, window and segment sizes, before and after a restart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 100, max: 4_000 }),
        async (groups, windowBytes, segmentBytes) => {
          const own = mkdtempSync(join(folder, 'run-'));
          let log = await opened({ in: own, segmentBytes });
          const expected: [number, string][] = [];
          for (const size of groups) {
            const records = Array.from({ length: size }, () => bytesOf(expected.length + 1));
            records.forEach((record, i) => {
              records[i] = bytesOf(expected.length + 1);
              expected.push([expected.length + 1, (records[i] ?? record).toString()]);
            });
            await log.append(records);
          }
          expect(await readAll(log, windowBytes)).toEqual({ records: expected, lost: [] });
          await log.stop();
          log = await opened({ in: own, segmentBytes });
          expect(log.next()).toBe(expected.length + 1);
          expect(await readAll(log, windowBytes)).toEqual({ records: expected, lost: [] });
          await log.append([bytesOf(0)]);
          expect(log.next()).toBe(expected.length + 2);
          await log.stop();
        },
      ),
      { numRuns: 40 },
    );
  });

  test('reads from the middle and over several segments', async () => {
    const log = await opened({ segmentBytes: 200 });
    for (let i = 1; i <= 50; i++) await log.append([bytesOf(i)]);
    const { records } = await readAll(log, 100, 27);
    expect(records.map(([sequence]) => sequence)).toEqual(Array.from({ length: 24 }, (_, i) => 27 + i));
    await log.stop();
  });

  test('a reader that runs while appends go on misses nothing', async () => {
    const log = await opened({ segmentBytes: 700 });
    const total = 300;
    const writing = (async () => {
      for (let i = 1; i <= total; i++) await log.append([bytesOf(i)]);
    })();
    const seen: number[] = [];
    for (let at = 1; at <= total; ) {
      const { records, next, lost } = await log.read(at, 150);
      expect(lost).toEqual([]);
      seen.push(...records.map(({ sequence }) => sequence));
      // Nothing new is told without touching the disk: the writer needs its turn of the event loop.
      if (next === at) await new Promise((resolve) => setImmediate(resolve));
      at = next;
    }
    await writing;
    expect(seen).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    await log.stop();
  });

  test('releases whole segments below the cursor and keeps the rest', async () => {
    const log = await opened({ segmentBytes: 200 });
    for (let i = 1; i <= 50; i++) await log.append([bytesOf(i)]);
    const before = readdirSync(folder).length;
    await log.release(30);
    expect(readdirSync(folder).length).toBeLessThan(before);
    expect(log.first()).toBeLessThanOrEqual(30);
    expect((await readAll(log, 1_000, 30)).records.map(([sequence]) => sequence)).toEqual(
      Array.from({ length: 21 }, (_, i) => 30 + i),
    );
    await log.release(51);
    expect(log.next()).toBe(51);
    await log.stop();
  });

  test('a cut tail loses only the records cut, and is reported', async () => {
    const log = await opened();
    for (let i = 1; i <= 20; i++) await log.append([bytesOf(i)]);
    await log.stop();
    const [file] = readdirSync(folder);
    const path = join(folder, file ?? '');
    const bytes = readFileSync(path);
    for (let cut = 1; cut < 150; cut += 7) {
      writeFileSync(path, bytes.subarray(0, bytes.length - cut));
      const again = createSegmentLog({ folder });
      const report = await again.start();
      const whole = 20 - Math.ceil(cut / 60); // a frame here is 60 bytes
      expect(again.next()).toBe(whole + 1);
      expect(report.tailBytesDropped).toBe((60 - (cut % 60)) % 60);
      expect((await readAll(again, 500)).records).toHaveLength(whole);
      await again.stop();
      for (const name of readdirSync(folder)) if (name !== file) rmSync(join(folder, name));
    }
  });

  test('a flipped bit anywhere: every other record is read unaltered and the missing sequence is named', async () => {
    const log = await opened();
    for (let i = 1; i <= 20; i++) await log.append([bytesOf(i)]);
    await log.append([bytesOf(21)]);
    await log.stop();
    const [file] = readdirSync(folder);
    const path = join(folder, file ?? '');
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: bytes.length - 61 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const damaged = Buffer.from(bytes);
          damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
          writeFileSync(path, damaged);
          const again = await opened();
          const { records, lost } = await readAll(again, 300);
          const victim = Math.floor((at - 20) / 60) + 1;
          expect(records).toEqual(
            Array.from({ length: 21 }, (_, i) => [i + 1, bytesOf(i + 1).toString()]).filter(
              ([sequence]) => sequence !== victim,
            ),
          );
          expect(lost).toEqual([{ from: victim, to: victim }]);
          await again.stop();
          for (const name of readdirSync(folder)) if (name !== file) rmSync(join(folder, name));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('sequences go on above a cursor that is ahead of a lost journal', async () => {
    const log = createSegmentLog({ folder });
    await log.start(1_000);
    await log.append([bytesOf(1)]);
    expect((await readAll(log, 1_000)).records.map(([sequence]) => sequence)).toEqual([1_000]);
    await log.stop();
  });

  test('a group whose sync failed stays behind in its file, larger than a read, and hides nothing of the next file', async () => {
    const log = await opened();
    await log.append(Array.from({ length: 400 }, (_, i) => bytesOf(i + 1)));
    await log.stop();
    // Only the first ten were acknowledged: their successors were written, not synced, and a new segment was begun.
    const next = createSegmentLog({ folder: join(folder, 'next') });
    await next.start(11);
    await next.append(Array.from({ length: 5 }, (_, i) => bytesOf(1_011 + i)));
    await next.stop();
    for (const name of readdirSync(join(folder, 'next'))) renameSync(join(folder, 'next', name), join(folder, name));
    rmSync(join(folder, 'next'), { recursive: true });

    const again = await opened();
    for (const window of [30, 100, 1_000, 100_000]) {
      const { records, lost } = await readAll(again, window, 5);
      expect(lost).toEqual([]);
      expect(records).toEqual([
        ...Array.from({ length: 6 }, (_, i) => [5 + i, bytesOf(5 + i).toString()]),
        ...Array.from({ length: 5 }, (_, i) => [11 + i, bytesOf(1_011 + i).toString()]),
      ]);
    }
    await again.stop();
  });

  test('a failed write refuses its group and the log goes on in a new segment', async () => {
    const log = await opened();
    await log.append([bytesOf(1), bytesOf(2)]);
    // The largest record a frame may carry does not fit a buffer that can not be allocated: an impossible write.
    const impossible = new Proxy(new Uint8Array(1), {
      get: (target, key): unknown => (key === 'length' ? 2 ** 53 : Reflect.get(target, key)),
    });
    await expect(log.append([impossible])).rejects.toThrow(/size/);
    await log.append([bytesOf(3)]);
    expect((await readAll(log, 1_000)).records.map(([sequence]) => sequence)).toEqual([1, 2, 3]);
    await log.stop();
  });
});
