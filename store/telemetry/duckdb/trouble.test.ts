/** What the embedded store does when the process dies, the disk is full or the file is damaged. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { deviceId, schoolId } from '../../../contracts/ids.ts';
import type { Reading } from '../../../contracts/reading.ts';
import { startChild } from '../../../tests/support/child.ts';
import { programOrSkip } from '../../../tests/support/system.ts';
import { TelemetryMisconfigured } from '../port.ts';
import { createDatabase } from './database.ts';
import { createDuckDbStore } from './duckdbStore.ts';

/** Readings in a batch of the writing process. */
const BATCH = 1_000;
const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };
const START = Date.UTC(2026, 10, 20);
const series = { school: schoolId.parse('s'), device: deviceId.parse('d'), sensor: '', metric: 'co2' } as const;
const reading = (i: number): Reading => ({
  ...series,
  value: i,
  measuredAt: START + i,
  receivedAt: START + i,
  flags: 0,
});

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telemetry-'));
  path = join(folder, 'telemetry.duckdb');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const createStore = (timeZone = 'Asia/Ho_Chi_Minh') => createDuckDbStore({ path, timeZone });

/** A process of its own with a started `store`, a `batch(n)` of readings and a `say(value)`. */
function startWriter(body: string) {
  const program = `
    import { createDuckDbStore } from ${JSON.stringify(new URL('./duckdbStore.ts', import.meta.url).href)};
    import { execFileSync } from 'node:child_process';
    import { randomBytes } from 'node:crypto';
    const store = createDuckDbStore({ path: ${JSON.stringify(path)}, timeZone: 'UTC' });
    await store.start();
    const series = ${JSON.stringify(series)};
    const readings = (n) => Array.from({ length: ${BATCH} }, (_, i) => ({
      ...series, value: i, measuredAt: ${START} + n * ${BATCH} + i, receivedAt: ${START}, flags: 0,
    }));
    // Fills the disk quickly: nothing in it can be compressed.
    const ballast = (n) => Array.from({ length: 250 }, (_, i) => ({
      id: n + '-' + i, school: series.school, gate: 'g', at: ${START}, receivedAt: ${START}, credentialType: 'qr',
      credential: randomBytes(6_000).toString('base64'), direction: null, flags: 0,
    }));
    const batch = (n, scans = []) => ({ readings: readings(n), scans });
    const say = (value) => console.log(JSON.stringify(value));
    ${body}`;
  return startChild(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    cwd: process.cwd(),
  });
}

/** What the process says with `say`; its other lines are for people. */
const said = <Shape>(line: string, shape: z.ZodType<Shape>): Shape | undefined =>
  line.startsWith('{') ? shape.parse(JSON.parse(line)) : undefined;

test('what write() resolved survives kill -9', async () => {
  const writer = startWriter('for (let n = 0; ; n += 1) { await store.write(batch(n)); say({ acknowledged: n }); }');
  const last = await writer.line((line) => {
    const n = said(line, z.object({ acknowledged: z.int() }))?.acknowledged ?? 0;
    return n >= 5 ? n : undefined;
  }, 20_000);
  writer.process.kill('SIGKILL');
  await writer.exited;

  const store = createStore();
  await store.start();
  const points = await store.buckets({ ...EVER, series, everyMs: BATCH, originMs: START, aggregate: 'count' });
  expect(points.slice(0, last + 1)).toEqual(Array.from({ length: last + 1 }, (_, n) => [START + n * BATCH, BATCH]));
  await store.stop();
});

const prlimit = programOrSkip('telemetry on a full disk', 'prlimit');

describe.skipIf(prlimit === undefined)('on a full disk', () => {
  /** Writes until the limit refuses, tries again, gets space back, writes the refused batch. */
  const untilFull = (limitBytes: number) => `
    const limit = (bytes) => execFileSync(${JSON.stringify(prlimit)}, ['--pid', String(process.pid), '--fsize=' + bytes + ':unlimited']);
    await store.write(batch(0));
    limit(${limitBytes});
    const refusals = [];
    let n = 1;
    for (; refusals.length < 3 && n < 200; ) {
      try { await store.write(batch(n, ballast(n))); n += 1; } catch (error) { refusals.push(error.name + ': ' + error.message); }
    }
    limit('unlimited');
    await store.write(batch(n, ballast(n)));
    await store.write(batch(n));
    const counts = await store.buckets({ from: 0, to: 1e14, series, everyMs: ${BATCH}, originMs: ${START}, aggregate: 'count' });
    const latest = await store.latest();
    await store.stop();
    say({ batches: n + 1, refusals, counts: counts.map(([, count]) => count), latest: latest.map(({ measuredAt }) => measuredAt - ${START}) });`;

  const outcome = z.object({
    batches: z.int(),
    refusals: z.array(z.string()),
    counts: z.array(z.number()),
    latest: z.array(z.number()),
  });

  test.each([
    ['the log can not grow', 2_000_000, 'Failed to commit'],
    ['the log can not be moved into the file', 24_000_000, 'autocheckpoint failed'],
  ])(
    '(%s) write() rejects, and all goes on when there is space again',
    async (_, limitBytes, reason) => {
      const writer = startWriter(untilFull(limitBytes));
      const end = await writer.line((line) => said(line, outcome), 60_000);
      expect(end.refusals).toHaveLength(3);
      expect(end.refusals[0]).toContain(reason);
      for (const refusal of end.refusals) expect(refusal).toMatch(/^TelemetryUnavailable: the telemetry file /);
      expect(end.counts).toEqual(Array.from({ length: end.batches }, () => BATCH));
      expect(end.latest).toEqual([end.batches * BATCH - 1]);
      expect(await writer.exited).toEqual({ code: 0, signal: null });
    },
    90_000,
  );
});

describe('start() says in a sentence what is wrong', () => {
  test('when the file is not ours', async () => {
    await writeFile(path, 'not a database, and long enough to look like a header of one'.repeat(1_000));
    const store = createStore();
    await expect(store.start()).rejects.toThrow(TelemetryMisconfigured);
    await expect(store.start()).rejects.toThrow(`the telemetry file ${path} can not be opened`);
  });

  test('when the file lost its end', async () => {
    const store = createStore();
    await store.start();
    await store.write({ readings: Array.from({ length: 50_000 }, (_, i) => reading(i)), scans: [] });
    await store.stop();
    await truncate(path, 20_000);
    await expect(createStore().start()).rejects.toThrow(`the telemetry file ${path} can not be opened`);
  });

  test('when another process uses it', async () => {
    const writer = startWriter("say('started'); setInterval(() => undefined, 1_000);");
    await writer.line((line) => (line.includes('started') ? true : undefined), 20_000);
    await expect(createStore().start()).rejects.toThrow('is in use by another process');
    await writer.stop('SIGKILL');
    const store = createStore();
    await store.start();
    await store.stop();
  });

  test('when the folder is missing', async () => {
    const store = createDuckDbStore({ path: join(folder, 'no', 'such', 'file'), timeZone: 'UTC' });
    await expect(store.start()).rejects.toThrow('can not be opened');
  });

  test('when the time zone is unknown or its days do not begin on a UTC hour', async () => {
    await expect(createStore('Asia/Saigonn').start()).rejects.toThrow('"Asia/Saigonn" is not a time zone');
    await expect(createStore('Asia/Kolkata').start()).rejects.toThrow('330 minutes off UTC');
  });
});

test('maintenance leaves no marks behind', async () => {
  const store = createStore();
  await store.start();
  const day = 86_400_000;
  await store.write({ readings: [reading(0)], scans: [] });
  await store.maintain({ now: START + day, keepRawFrom: null });
  await store.write({ readings: [reading(1), reading(day / 2), reading(-day)], scans: [] });
  const marks = async () => {
    await store.stop();
    const database = createDatabase({ path, memoryLimit: '128MB', threads: 1 });
    await database.open();
    const [row] = await database.read((sql) => sql.rows('SELECT count(*)::DOUBLE FROM dirty'));
    await database.close();
    await store.start();
    return row?.[0];
  };
  expect(await marks()).toBe(3);
  await store.maintain({ now: START + day, keepRawFrom: null });
  expect(await marks()).toBe(0);
  await store.stop();
});

test('questions asked while the store stops are answered or rejected, never left hanging', async () => {
  const store = createStore();
  await store.start();
  await store.write({ readings: Array.from({ length: 5_000 }, (_, i) => reading(i)), scans: [] });
  const questions = Array.from({ length: 20 }, () => store.raw({ ...EVER, series, limit: 10 }));
  const [stopped, ...answers] = await Promise.allSettled([store.stop(), ...questions]);
  expect(stopped.status).toBe('fulfilled');
  const outcomes = answers.map((answer) =>
    answer.status === 'fulfilled' ? `${answer.value.length} points` : String(answer.reason),
  );
  for (const one of outcomes) expect(one).toMatch(/^10 points$|^TelemetryUnavailable: /);
});
