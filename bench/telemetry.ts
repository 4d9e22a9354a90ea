/**
 * History: a million readings in batches as the pipeline writes them, then the questions screens ask. The embedded store
 * against a real InfluxDB, both through the same port.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceId, schoolId } from '../contracts/ids.ts';
import type { Reading } from '../contracts/reading.ts';
import { createDuckDbStore } from '../store/telemetry/duckdb/duckdbStore.ts';
import { createInfluxStore } from '../store/telemetry/influx/influxStore.ts';
import type { TelemetryStore } from '../store/telemetry/port.ts';
import { startInfluxDb } from '../tests/support/influxdb.ts';
import { findProgram } from '../tests/support/system.ts';
import { type BenchCase, type Figure, median } from './case.ts';

const READINGS = 1_000_000;
const BATCH = 5_000;
const SERIES = 1_000;
const SCHOOLS = 57;
const METRICS = ['co2', 'temperature', 'humidity', 'pm25'] as const;
const EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The readings cover the 16 hours and 40 minutes before. */
const END = Date.UTC(2026, 10, 20, 17);
const START = END - (READINGS / SERIES) * EVERY_MS;
const REPEATS = 5;

/** One question: a name and a way to ask it. */
const QUESTIONS: readonly (readonly [string, (store: TelemetryStore) => Promise<readonly unknown[]>])[] = [
  ['newest of all series', (store) => store.latest()],
  ['one series, raw, 16 h', (store) => store.raw({ series: seriesAt(4), from: START, to: END, limit: 50_000 })],
  [
    'one series, 5-minute buckets',
    (store) =>
      store.buckets({ series: seriesAt(4), from: START, to: END, everyMs: 300_000, originMs: 0, aggregate: 'mean' }),
  ],
  [
    'one series, hour buckets',
    (store) =>
      store.buckets({ series: seriesAt(4), from: START, to: END, everyMs: HOUR_MS, originMs: 0, aggregate: 'mean' }),
  ],
  [
    'hours of one metric, all schools',
    (store) => store.rollups({ metric: 'co2', schools: 'all', from: START, to: END, bucket: 'hour' }),
  ],
  [
    'days of one metric, all schools',
    (store) => store.rollups({ metric: 'co2', schools: 'all', from: START - DAY_MS, to: END, bucket: 'day' }),
  ],
  ['5,000 readings by key', (store) => store.stored(batchAt(20))],
];

function seriesAt(index: number) {
  return {
    school: schoolId.parse(`school-${index % SCHOOLS}`),
    device: deviceId.parse(`air ${Math.floor(index / METRICS.length)}`),
    sensor: '',
    metric: METRICS[index % METRICS.length] ?? METRICS[0],
  };
}

function batchAt(number: number): Reading[] {
  return Array.from({ length: BATCH }, (_, i) => {
    const reading = number * BATCH + i;
    const measuredAt = START + Math.floor(reading / SERIES) * EVERY_MS + (reading % SERIES);
    const value = Math.round(Math.sin(reading / 97) * 4_000) / 10;
    return { ...seriesAt(reading % SERIES), value, measuredAt, receivedAt: measuredAt + 180, flags: 0 };
  });
}

type Times = ReadonlyMap<string, number>;

async function measure(store: TelemetryStore): Promise<Times> {
  const times = new Map<string, number>();
  await store.start();
  let writingMs = 0;
  for (let number = 0; number < READINGS / BATCH; number += 1) {
    const readings = batchAt(number);
    const started = performance.now();
    await store.write({ readings, scans: [] });
    writingMs += performance.now() - started;
  }
  times.set('stored', READINGS / (writingMs / 1_000));
  times.set(
    'stored again',
    await rateOf(
      store,
      Array.from({ length: 20 }, (_, i) => batchAt(i * 7)),
    ),
  );
  const started = performance.now();
  await store.maintain({ now: END, keepRawFrom: null });
  times.set('rolled up', performance.now() - started);
  for (const [name, ask] of QUESTIONS) times.set(name, await medianMs(() => ask(store)));
  return times;
}

async function rateOf(store: TelemetryStore, batches: readonly (readonly Reading[])[]): Promise<number> {
  const started = performance.now();
  for (const readings of batches) await store.write({ readings, scans: [] });
  return (batches.length * BATCH) / ((performance.now() - started) / 1_000);
}

async function medianMs(ask: () => Promise<readonly unknown[]>): Promise<number> {
  const times: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const started = performance.now();
    const answer = await ask();
    times.push(performance.now() - started);
    if (answer.length === 0) throw new Error('a question of the benchmark has no answer');
  }
  return median(times);
}

async function embedded(): Promise<Times> {
  const folder = await mkdtemp(join(tmpdir(), 'telemetry-bench-'));
  const store = createDuckDbStore({ path: join(folder, 'telemetry.duckdb'), timeZone: 'Asia/Ho_Chi_Minh' });
  try {
    return await measure(store);
  } finally {
    await store.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function influx(): Promise<Times | null> {
  const program = findProgram('influxd');
  if (program === undefined) return null;
  const server = await startInfluxDb(program);
  const store = createInfluxStore({ url: server.url, bucket: 'bench', timeZone: 'Asia/Ho_Chi_Minh' });
  try {
    return await measure(store);
  } finally {
    await store.stop();
    await server.stop();
  }
}

export const telemetry: BenchCase = {
  name: 'telemetry store',
  async run() {
    const ours = await embedded();
    const theirs = await influx();
    return [...ours].map(([name, value]): Figure => {
      const isRate = name.startsWith('stored');
      const reference = theirs?.get(name);
      return {
        what: isRate ? `readings ${name}` : name,
        unit: isRate ? '/s' : 'ms',
        ours: value,
        reference: reference === undefined ? null : { tool: 'InfluxDB 1.x', value: reference },
        better: isRate ? 'more' : 'less',
      };
    });
  },
};
