/** A real room, a week of it: what the API says afterwards is what was measured (UCI Occupancy Detection). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { projectFolder } from '../guards/fixtures.ts';
import { type App, startApp } from '../support/app.ts';
import { backends, type RunningBackend } from '../support/backends.ts';
import { type Points, readHistory } from '../support/history.ts';
import { connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { addGateway, putSchool, readStats, settledStats } from '../support/provision.ts';

const folder = join(projectFolder, 'tests/datasets/uci-occupancy-detection');
const SCHOOL = 'thcs-chu-van-an';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The series has no zone; its clock is read as the installation's, which has no summer time. */
const ZONE = '+07:00';
const IN_FLIGHT = 200;

const METRICS = ['temperature', 'humidity', 'illuminance', 'co2', 'occupancy'] as const;
type Metric = (typeof METRICS)[number];
type Row = Readonly<Record<Metric | 'measuredAt', number>>;

const day = z.object({
  rows: z.number(),
  co2_mean: z.number(),
  co2_max: z.number(),
  rows_co2_gt_1000: z.number(),
  rows_co2_gt_1500: z.number(),
  temp_mean: z.number(),
  temp_min: z.number(),
  temp_max: z.number(),
  light_max: z.number(),
  rows_light_lt_300_occupied: z.number(),
  rows_occupied: z.number(),
});
const aggregates = z.record(z.string(), z.object({ rows: z.number(), days: z.record(z.string(), day) }));

const published = aggregates.parse(JSON.parse(await readFile(join(folder, 'aggregates.json'), 'utf8')));

async function readRows(file: string): Promise<readonly Row[]> {
  const [, ...lines] = (await readFile(join(folder, file), 'utf8')).trim().split(/\r?\n/);
  return lines.map((line) => {
    const [, date = '', ...cells] = line.replaceAll('"', '').split(',');
    const [temperature = NaN, humidity = NaN, illuminance = NaN, co2 = NaN, , occupancy = NaN] = cells.map(Number);
    const measuredAt = Date.parse(`${date.replace(' ', 'T')}${ZONE}`);
    return { measuredAt, temperature, humidity, illuminance, co2, occupancy };
  });
}

const pack = ({ measuredAt, temperature, humidity, illuminance, co2, occupancy }: Row) => [
  { bt: measuredAt / 1_000, n: 'temperature', u: 'Cel', v: temperature },
  { n: 'humidity', u: '%RH', v: humidity },
  { n: 'illuminance', u: 'lx', v: illuminance },
  { n: 'co2', u: 'ppm', v: co2 },
  { n: 'occupancy', vb: occupancy === 1 },
];

async function replay(gateway: MqttClient, device: string, rows: readonly Row[]): Promise<void> {
  for (let at = 0; at < rows.length; at += IN_FLIGHT) {
    const flight = rows.slice(at, at + IN_FLIGHT);
    await Promise.all(flight.map((row) => publishAndWait(gateway, `${device}/readings`, pack(row))));
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const AGGREGATES = {
  mean,
  min: (values: readonly number[]) => Math.min(...values),
  max: (values: readonly number[]) => Math.max(...values),
  sum: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  count: (values: readonly number[]) => values.length,
  last: (values: readonly number[]) => values.at(-1) ?? NaN,
} as const;
type Aggregate = keyof typeof AGGREGATES;

const startOfDay = (date: string): number => Date.parse(`${date}T00:00:00${ZONE}`);

/** The same question answered from the file, bucket by bucket. */
function expected(rows: readonly Row[], metric: Metric, everyMs: number, aggregate: Aggregate): Points {
  const buckets = new Map<number, number[]>();
  const [first] = rows;
  const origin = first ? startOfDay(new Date(first.measuredAt + 7 * HOUR_MS).toISOString().slice(0, 10)) : 0;
  for (const row of rows) {
    const start = row.measuredAt - ((row.measuredAt - origin) % everyMs);
    const bucket = buckets.get(start);
    if (bucket) bucket.push(row[metric]);
    else buckets.set(start, [row[metric]]);
  }
  return [...buckets].map(([start, values]) => [start, AGGREGATES[aggregate](values)] as const);
}

function expectClose(actual: Points, wanted: Points): void {
  expect(actual.map(([at]) => at)).toEqual(wanted.map(([at]) => at));
  for (const [index, [, value]] of actual.entries()) expect(value).toBeCloseTo(wanted[index]?.[1] ?? NaN, 6);
}

describe.each(backends('occupancy replay'))('a week of one room on $name', ({ start }) => {
  const series = new Map<string, readonly Row[]>();
  let backend: RunningBackend;
  let app: App;
  let gateway: MqttClient;

  beforeAll(async () => {
    backend = await start();
    app = await startApp({ env: { ...backend.env, IOC_MAX_AGE_DAYS: '5000', IOC_TIMEZONE: 'Asia/Ho_Chi_Minh' } });
    await putSchool(app, { id: SCHOOL });
    gateway = await connectGateway(app.mqtt, await addGateway(app, SCHOOL, 'gw'));
    for (const file of Object.keys(published)) {
      const rows = await readRows(file);
      const device = file.replace('.csv', '');
      series.set(device, rows);
      await replay(gateway, device, rows);
    }
    await settledStats(app);
  });
  afterAll(async () => {
    await gateway?.endAsync();
    await app?.stop();
    await backend?.stop();
  });

  function spanOf(rows: readonly Row[]): { from: number; to: number } {
    return { from: rows[0]?.measuredAt ?? NaN, to: (rows.at(-1)?.measuredAt ?? NaN) + 1 };
  }

  test('every message is stored once', async () => {
    const rows = Object.values(published).reduce((sum, file) => sum + file.rows, 0);
    expect(await readStats(app)).toMatchObject({ received: rows, stored: rows, duplicate: 0, quarantined: 0 });
  });

  test('the raw series comes back value by value, over pages', async () => {
    for (const [device, rows] of series)
      for (const metric of METRICS) {
        const points = await readHistory(app, { school: SCHOOL, device, metric, ...spanOf(rows), limit: 3_000 });
        expect(points).toEqual(rows.map((row) => [row.measuredAt, row[metric]]));
      }
  });

  test('days are those of the published aggregates', async () => {
    const ask = (device: string, metric: Metric, date: string, aggregate: Aggregate) =>
      readHistory(app, {
        school: SCHOOL,
        device,
        metric,
        from: startOfDay(date),
        to: startOfDay(date) + DAY_MS,
        every: 'P1D',
        aggregate,
      });
    for (const [file, { days }] of Object.entries(published))
      for (const [date, wanted] of Object.entries(days)) {
        const device = file.replace('.csv', '');
        const figures: readonly [Metric, Aggregate, number, digits: number][] = [
          ['co2', 'count', wanted.rows, 6],
          ['co2', 'mean', wanted.co2_mean, 3],
          ['co2', 'max', wanted.co2_max, 3],
          ['temperature', 'mean', wanted.temp_mean, 4],
          ['temperature', 'min', wanted.temp_min, 6],
          ['temperature', 'max', wanted.temp_max, 6],
          ['illuminance', 'max', wanted.light_max, 6],
          ['occupancy', 'sum', wanted.rows_occupied, 6],
        ];
        for (const [metric, aggregate, value, digits] of figures) {
          const points = await ask(device, metric, date, aggregate);
          expect(points).toHaveLength(1);
          const [[at, got] = [NaN, NaN]] = points;
          expect(at).toBe(startOfDay(date));
          // The published figures are rounded to this many digits.
          expect(Math.abs(got - value), `${date} ${aggregate} ${metric}`).toBeLessThanOrEqual(0.500001 * 10 ** -digits);
        }
      }
  });

  test('minutes over the limits are those of the published aggregates', async () => {
    for (const [file, { days }] of Object.entries(published))
      for (const [date, wanted] of Object.entries(days)) {
        const span = { from: startOfDay(date), to: startOfDay(date) + DAY_MS };
        const raw = (metric: Metric) =>
          readHistory(app, { school: SCHOOL, device: file.replace('.csv', ''), metric, ...span });
        const [co2, light, occupancy] = [await raw('co2'), await raw('illuminance'), await raw('occupancy')];
        const isOccupied = new Map(occupancy);
        expect(co2.filter(([, ppm]) => ppm > 1_000)).toHaveLength(wanted.rows_co2_gt_1000);
        expect(co2.filter(([, ppm]) => ppm > 1_500)).toHaveLength(wanted.rows_co2_gt_1500);
        expect(light.filter(([at, lux]) => lux < 300 && isOccupied.get(at) === 1)).toHaveLength(
          wanted.rows_light_lt_300_occupied,
        );
      }
  });

  test.each(Object.keys(AGGREGATES) as Aggregate[])('hours and days by %s equal the file’s', async (aggregate) => {
    for (const [device, rows] of series)
      for (const metric of METRICS)
        for (const [every, everyMs] of [
          ['PT1H', HOUR_MS],
          ['P1D', DAY_MS],
        ] as const) {
          const points = await readHistory(app, { school: SCHOOL, device, metric, ...spanOf(rows), every, aggregate });
          expectClose(points, expected(rows, metric, everyMs, aggregate));
        }
  });

  test('the same day again changes no figure and is counted as duplicate', async () => {
    const [device = '', rows = []] = [...series][0] ?? [];
    const again = rows.slice(0, 300);
    const before = await readStats(app);
    await replay(gateway, device, again);
    const after = await settledStats(app);
    expect(after).toMatchObject({ stored: before.stored, duplicate: before.duplicate + again.length });
    const points = await readHistory(app, { school: SCHOOL, device, metric: 'co2', ...spanOf(rows) });
    expect(points).toHaveLength(rows.length);
  });
});
