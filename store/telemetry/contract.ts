/** What every telemetry store is held to. Each implementation's test calls this with a way to open itself, empty. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceId, schoolId } from '../../contracts/ids.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { Scan } from '../../contracts/scan.ts';
import { describeRandomHistories } from './contractRandom.ts';
import type { SeriesId, TelemetryStore } from './port.ts';

export interface OpenedStore {
  /** The started store; another one after reopen(). */
  readonly store: TelemetryStore;
  /** Stops the store and starts a new one on the same data. */
  reopen(): Promise<void>;
  /** Stops it and deletes its data. */
  dispose(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 10, 20, 12);
const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };
const NOTHING_OLD = { keepRawFrom: null };

const school = schoolId.parse('le-loi');
const series: SeriesId = { school, device: deviceId.parse('air-1'), sensor: '', metric: 'co2' };

const reading = (changes: Partial<Reading> = {}): Reading => ({
  ...series,
  value: 600,
  measuredAt: NOON,
  receivedAt: NOON + 250,
  flags: 0,
  ...changes,
});

const scan = (changes: Partial<Scan> = {}): Scan => ({
  id: 'scan-1',
  school,
  gate: deviceId.parse('gate-1'),
  at: NOON,
  receivedAt: NOON + 40,
  credentialType: 'rfid',
  credential: 'pZ0cX-4f_w',
  direction: 'in',
  flags: 0,
  ...changes,
});

export function describeTelemetryStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`telemetry store: ${name}`, () => {
    let opened: OpenedStore;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.dispose());

    const write = (...readings: Reading[]) => opened.store.write({ readings, scans: [] });
    const writeScans = (...scans: Scan[]) => opened.store.write({ readings: [], scans });
    const raw = (of: SeriesId = series) => opened.store.raw({ ...EVER, series: of, limit: 1_000 });
    const scans = () => opened.store.scans({ ...EVER, school, limit: 1_000 });

    describe('readings', () => {
      test('come back as written, oldest first', async () => {
        expect(await write(reading({ measuredAt: NOON + 1, value: 2 }), reading({ value: 1 }))).toEqual([]);
        expect(await raw()).toEqual([
          [NOON, 1],
          [NOON + 1, 2],
        ]);
      });

      test('of one key are one, in a batch, in the next batch and after a restart', async () => {
        await write(reading(), reading());
        await write(reading());
        await opened.reopen();
        await write(reading());
        expect(await raw()).toEqual([[NOON, 600]]);
      });

      test('of one key with another value: the later wins', async () => {
        await write(reading({ value: 1 }), reading({ measuredAt: NOON + 5 }), reading({ value: 2 }));
        expect(await raw()).toEqual([
          [NOON, 2],
          [NOON + 5, 600],
        ]);
        await write(reading({ value: 3 }));
        expect((await raw())[0]).toEqual([NOON, 3]);
        await opened.reopen();
        await write(reading({ value: 4, flags: 2 }), reading({ measuredAt: NOON + 5, value: 601 }));
        expect(await raw()).toEqual([
          [NOON, 4],
          [NOON + 5, 601],
        ]);
        expect(await opened.store.latest()).toEqual([reading({ measuredAt: NOON + 5, value: 601 })]);
      });

      test('keep microseconds', async () => {
        const [first, second] = [NOON + 0.001, NOON + 0.002];
        await write(reading({ measuredAt: first }), reading({ measuredAt: second, receivedAt: NOON + 3.125 }));
        expect((await raw()).map(([at]) => at)).toEqual([first, second]);
        expect(await opened.store.latest()).toEqual([reading({ measuredAt: second, receivedAt: NOON + 3.125 })]);
        const between = await opened.store.raw({ series, from: first, to: second, limit: 9 });
        expect(between.map(([at]) => at)).toEqual([first]);
      });

      test('are found in half-open spans, at most as many as asked for', async () => {
        await write(...[0, 1, 2, 3].map((i) => reading({ measuredAt: NOON + i * 1_000, value: i })));
        const span = { series, from: NOON + 1_000, to: NOON + 3_000 };
        expect(await opened.store.raw({ ...span, limit: 9 })).toEqual([
          [NOON + 1_000, 1],
          [NOON + 2_000, 2],
        ]);
        expect(await opened.store.raw({ ...span, limit: 1 })).toEqual([[NOON + 1_000, 1]]);
        expect(await opened.store.raw({ ...span, to: span.from, limit: 9 })).toEqual([]);
      });

      test('any finite number comes back exactly', async () => {
        const values = [0, -0.1, 1e-7, 1 / 3, 1e21, -123_456_789.123_456_79, 5e-324, Number.MAX_VALUE];
        await write(...values.map((value, i) => reading({ value, measuredAt: NOON + i })));
        expect((await raw()).map(([, value]) => value)).toEqual(values);
      });

      test('that no store can keep are refused by name, the rest is stored', async () => {
        const bad = [
          reading({ value: Number.NaN }),
          reading({ value: Number.POSITIVE_INFINITY }),
          reading({ measuredAt: -1 }),
          reading({ measuredAt: Number.NaN }),
          reading({ sensor: 'two\nlines' }),
        ];
        const refused = await write(...bad, reading({ value: 7 }));
        expect(refused.map(({ item }) => item)).toEqual(bad);
        for (const { detail } of refused) expect(detail).not.toBe('');
        expect(await raw()).toEqual([[NOON, 7]]);
      });

      test('of a series nobody wrote are none', async () => {
        await write(reading());
        const unknown: SeriesId = { ...series, sensor: 'nobody' };
        expect(await raw(unknown)).toEqual([]);
        const buckets = { ...EVER, series: unknown, everyMs: HOUR_MS, originMs: 0, aggregate: 'mean' as const };
        expect(await opened.store.buckets(buckets)).toEqual([]);
        const rollups = { ...EVER, metric: 'pm25' as const, schools: 'all' as const, bucket: 'day' as const };
        expect(await opened.store.rollups(rollups)).toEqual([]);
        expect(await opened.store.rollups({ ...rollups, metric: 'co2', schools: [] })).toEqual([]);
      });

      test('of 20,000 in one batch all arrive', async () => {
        const many = Array.from({ length: 20_000 }, (_, i) =>
          reading({ device: deviceId.parse(`air-${i % 40}`), measuredAt: NOON + Math.floor(i / 40) * 1_000, value: i }),
        );
        await write(...many);
        expect(await raw({ ...series, device: deviceId.parse('air-7') })).toHaveLength(500);
        expect(await opened.store.stored(many)).toEqual(many.map(({ value }) => value));
      });
    });

    describe('names', () => {
      const HOSTILE = [
        'plain',
        'two words',
        ' leading and trailing ',
        'a,b=c',
        '"quoted" \'single\'',
        'back\\slash',
        'ends with \\',
        '\\',
        '\\~',
        '~',
        'a\\,b\\ c\\=d',
        'phòng học số 1/tầng 2 – 教室 😀',
        "'; DROP TABLE series; --",
        '$1 %s {x} <b>',
        '__proto__',
        'time',
      ];

      test('of any kind round-trip and do not mix', async () => {
        const all = HOSTILE.flatMap((device, i) =>
          ['', ...HOSTILE].map((sensor, j) => reading({ device: deviceId.parse(device), sensor, value: i * 100 + j })),
        );
        await write(...all);
        const latest = await opened.store.latest();
        expect(byValue(latest)).toEqual(byValue(all));
        expect(await opened.store.stored(all)).toEqual(all.map(({ value }) => value));
        for (const one of all.filter((_, i) => i % 17 === 3)) expect(await raw(one)).toEqual([[NOON, one.value]]);
        await opened.store.maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
        const rollups = await opened.store.rollups({ ...EVER, metric: 'co2', schools: [school], bucket: 'day' });
        expect(rollups.map(({ device, sensor, sum }) => `${device}|${sensor}|${sum}`).sort()).toEqual(
          all.map(({ device, sensor, value }) => `${device}|${sensor}|${value}`).sort(),
        );
      });

      test('of scans round-trip', async () => {
        const all = HOSTILE.map((text, i) =>
          scan({ id: text, gate: deviceId.parse(text), credential: text, at: NOON + i, direction: null }),
        );
        await writeScans(...all);
        expect(await scans()).toEqual(all);
        expect(await opened.store.storedScans(all)).toEqual(all.map(() => true));
      });
    });

    describe('scans', () => {
      test('come back as written', async () => {
        const all = [
          scan(),
          scan({ id: 'scan-2', at: NOON + 1, direction: 'out', credentialType: 'qr', flags: 3 }),
          scan({ id: 'scan-3', at: NOON + 2.5, direction: null, credentialType: 'person' }),
        ];
        expect(await writeScans(...all)).toEqual([]);
        expect(await scans()).toEqual(all);
        expect(await opened.store.scans({ school, from: NOON + 1, to: NOON + 2.5, limit: 9 })).toEqual(all.slice(1, 2));
        expect(await opened.store.scans({ school, ...EVER, limit: 1 })).toEqual(all.slice(0, 1));
        expect(await opened.store.scans({ school: schoolId.parse('other'), ...EVER, limit: 9 })).toEqual([]);
      });

      test('of one millisecond at one gate are as many as there were', async () => {
        // Far more than there are places within a millisecond for a hash to choose from.
        const crowd = Array.from({ length: 300 }, (_, i) => scan({ id: `crowd-${i}` }));
        await writeScans(...crowd.slice(0, 150));
        await writeScans(...crowd.slice(100));
        await writeScans(...crowd);
        expect((await scans()).map(({ id }) => id).sort()).toEqual(crowd.map(({ id }) => id).sort());
      });

      test('of one id are one, the first, in a batch, in the next batch and after a restart', async () => {
        await writeScans(scan({ direction: 'in' }), scan({ direction: 'out' }));
        await writeScans(scan({ direction: 'out' }));
        await opened.reopen();
        await writeScans(scan({ direction: 'out' }));
        expect(await scans()).toEqual([scan({ direction: 'in' })]);
      });

      test('sent again by a gate without a clock, so with another time, are one', async () => {
        const first = scan({ at: NOON, receivedAt: NOON, flags: 1 });
        await writeScans(first);
        await writeScans(scan({ at: NOON + HOUR_MS, receivedAt: NOON + HOUR_MS, flags: 1 }));
        expect(await scans()).toEqual([first]);
      });

      test('sent again soon with another time are one, whatever the reason', async () => {
        const first = scan({ at: NOON, receivedAt: NOON + 40 });
        await writeScans(first);
        await writeScans(scan({ at: NOON + 90_000, receivedAt: NOON + 90_500 }));
        expect(await opened.store.storedScans([scan({ at: NOON + 5 })])).toEqual([true]);
        expect(await scans()).toEqual([first]);
      });

      test('of one id at two schools are two', async () => {
        const elsewhere = scan({ school: schoolId.parse('nguyen-hue') });
        await writeScans(scan(), elsewhere);
        expect(await opened.store.storedScans([scan(), elsewhere, scan({ id: 'scan-9' })])).toEqual([
          true,
          true,
          false,
        ]);
      });
    });

    test('stored() answers in the order asked', async () => {
      const [a, b] = [reading({ value: 1 }), reading({ measuredAt: NOON - DAY_MS * 40, value: 2 })];
      const pm25 = reading({ metric: 'pm25', value: 3 });
      await write(a, b, pm25);
      const never = reading({ measuredAt: NOON - 1 });
      const nobody = reading({ device: deviceId.parse('nobody') });
      const asked = [b, never, a, nobody, pm25, a, { ...a, value: 99 }];
      expect(await opened.store.stored(asked)).toEqual([2, undefined, 1, undefined, 3, 1, 1]);
      expect(await opened.store.stored([])).toEqual([]);
    });

    test('latest() has the newest reading of every series, late ones do not replace it, a restart changes nothing', async () => {
      expect(await opened.store.latest()).toEqual([]);
      const newest = [
        reading({ measuredAt: NOON + 5, flags: 5 }),
        reading({ sensor: 'probe', measuredAt: NOON - 60 * DAY_MS }),
        reading({ metric: 'temperature', value: -3.5, measuredAt: NOON - HOUR_MS }),
      ];
      await write(...newest);
      await opened.store.maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
      await write(reading({ measuredAt: NOON - 3 * HOUR_MS, value: 1 }), reading({ sensor: 'probe', measuredAt: 1 }));
      expect(byValue(await opened.store.latest())).toEqual(byValue(newest));
      await opened.reopen();
      expect(byValue(await opened.store.latest())).toEqual(byValue(newest));
      await opened.store.maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
      await opened.reopen();
      expect(byValue(await opened.store.latest())).toEqual(byValue(newest));
    });

    test('latest() knows a series that was first heard of in a closed hour, before and after maintenance', async () => {
      await write(reading());
      await opened.store.maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
      const late = reading({ sensor: 'late', value: 1, measuredAt: NOON - 30 * DAY_MS });
      await write(late);
      await opened.reopen();
      expect(byValue(await opened.store.latest())).toEqual([late, reading()]);
      await opened.store.maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
      await opened.reopen();
      expect(byValue(await opened.store.latest())).toEqual([late, reading()]);
      await write({ ...late, value: 2 });
      expect(await raw({ ...series, sensor: 'late' })).toEqual([[late.measuredAt, 2]]);
    });

    describe('buckets', () => {
      test('are absent where there is no data and start at the origin', async () => {
        await write(
          reading({ measuredAt: NOON, value: 1 }),
          reading({ measuredAt: NOON + 59_999, value: 3 }),
          reading({ measuredAt: NOON + 180_000, value: 5 }),
        );
        const query = { series, ...EVER, everyMs: 60_000, originMs: 0, aggregate: 'mean' as const };
        expect(await opened.store.buckets(query)).toEqual([
          [NOON, 2],
          [NOON + 180_000, 5],
        ]);
        expect(await opened.store.buckets({ ...query, originMs: NOON + 30_000, aggregate: 'count' })).toEqual([
          [NOON - 30_000, 1],
          [NOON + 30_000, 1],
          [NOON + 150_000, 1],
        ]);
      });

      test('hold only what lies in the span', async () => {
        await write(...[0, 20, 40].map((s) => reading({ measuredAt: NOON + s * 1_000, value: s })));
        const span = { from: NOON + 20_000, to: NOON + 40_000 };
        const query = { series, ...span, everyMs: 60_000, originMs: 0, aggregate: 'sum' as const };
        expect(await opened.store.buckets(query)).toEqual([[NOON, 20]]);
      });

      test('of many hours, rolled up, are made of all of them, and the last is that of the last hour', async () => {
        const hours = Array.from({ length: 48 }, (_, h) =>
          reading({ measuredAt: NOON + h * HOUR_MS + 7, value: (h * 29) % 48 }),
        );
        await write(...hours.toSorted((a, b) => a.value - b.value));
        await opened.store.maintain({ now: NOON + 40 * HOUR_MS, ...NOTHING_OLD });
        const query = { series, from: NOON, to: NOON + 2 * DAY_MS, everyMs: DAY_MS, originMs: NOON };
        const values = hours.map(({ value }) => value);
        expect(await opened.store.buckets({ ...query, aggregate: 'last' })).toEqual([
          [NOON, values[23]],
          [NOON + DAY_MS, values[47]],
        ]);
        expect(await opened.store.buckets({ ...query, to: NOON + DAY_MS, aggregate: 'sum' })).toEqual([
          [NOON, values.slice(0, 24).reduce((a, b) => a + b, 0)],
        ]);
      });

      test('of impossible size are an error', async () => {
        const query = { series, ...EVER, everyMs: 0, originMs: 0, aggregate: 'sum' as const };
        await expect(opened.store.buckets(query)).rejects.toThrow(RangeError);
      });
    });

    describe('rollups', () => {
      const days = (from: number, to: number) =>
        opened.store.rollups({ from, to, metric: 'co2', schools: 'all', bucket: 'day' });

      test('of days are days of the zone, across the end of a month, rolled up or not', async () => {
        // 17:00 UTC is midnight in Viet Nam.
        const midnight = Date.UTC(2026, 9, 31, 17);
        await write(
          reading({ measuredAt: midnight - 1, value: 1 }),
          reading({ measuredAt: midnight, value: 2 }),
          reading({ measuredAt: midnight + DAY_MS - 1, value: 4 }),
        );
        const of = { school, device: series.device, sensor: '' };
        const expected = [
          { ...of, at: midnight - DAY_MS, count: 1, sum: 1, min: 1, max: 1 },
          { ...of, at: midnight, count: 2, sum: 6, min: 2, max: 4 },
        ];
        expect(await days(midnight - 5 * DAY_MS, midnight + 5 * DAY_MS)).toEqual(expected);
        await opened.store.maintain({ now: midnight + 20 * HOUR_MS, ...NOTHING_OLD });
        expect(await days(midnight - 5 * DAY_MS, midnight + 5 * DAY_MS)).toEqual(expected);
        await opened.store.maintain({ now: midnight + 3 * DAY_MS, ...NOTHING_OLD });
        expect(await days(midnight - 5 * DAY_MS, midnight + 5 * DAY_MS)).toEqual(expected);
        // Buckets that start in the span, whole.
        expect(await days(midnight - DAY_MS + 1, midnight + 1)).toEqual(expected.slice(1));
        expect(await days(midnight - DAY_MS, midnight)).toEqual(expected.slice(0, 1));
        expect(await days(EVER.from, EVER.to)).toEqual(expected);
      });

      test('see late and revised readings at once and after maintenance', async () => {
        await write(reading({ value: 2 }), reading({ measuredAt: NOON + 1_000, value: 4 }));
        await opened.store.maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
        await write(reading({ value: 10 }), reading({ measuredAt: NOON + 500, value: 1 }));
        const hours = { from: NOON, to: NOON + HOUR_MS, metric: 'co2', schools: [school], bucket: 'hour' } as const;
        const row = { school, device: series.device, sensor: '', at: NOON, count: 3, sum: 15, min: 1, max: 10 };
        expect(await opened.store.rollups(hours)).toEqual([row]);
        await opened.reopen();
        expect(await opened.store.rollups(hours)).toEqual([row]);
        await opened.store.maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
        expect(await opened.store.rollups(hours)).toEqual([row]);
      });

      test('are told apart by school', async () => {
        const other = schoolId.parse('nguyen-hue');
        await write(reading(), reading({ school: other, value: 5 }));
        const of = (...schools: (typeof school)[]) =>
          opened.store.rollups({ ...EVER, metric: 'co2', schools, bucket: 'hour' });
        expect((await of(school)).map(({ sum }) => sum)).toEqual([600]);
        expect((await of(school, other)).map(({ sum }) => sum).toSorted((a, b) => a - b)).toEqual([5, 600]);
      });
    });

    describe('maintenance', () => {
      test('drops whole months and keeps their rollups; what comes later for them is refused', async () => {
        const [september, october] = [Date.UTC(2026, 8, 30, 23), Date.UTC(2026, 9, 1)];
        await write(
          reading({ measuredAt: september, value: 1 }),
          reading({ measuredAt: october, value: 2 }),
          reading(),
        );
        await writeScans(scan({ id: 'old', at: september }), scan({ id: 'new', at: october }));
        await opened.store.maintain({ now: NOON + HOUR_MS * 2, keepRawFrom: Date.UTC(2026, 9, 15) });
        expect(await raw()).toEqual([
          [october, 2],
          [NOON, 600],
        ]);
        expect((await scans()).map(({ id }) => id)).toEqual(['new']);
        const hours = () => opened.store.rollups({ ...EVER, metric: 'co2', schools: 'all', bucket: 'hour' });
        expect((await hours()).map(({ sum }) => sum)).toEqual([1, 2, 600]);

        const late = reading({ measuredAt: september - 1, value: 3 });
        const lateScan = scan({ id: 'later', at: september - 1 });
        const refused = await opened.store.write({ readings: [late, reading({ value: 601 })], scans: [lateScan] });
        expect(refused.map(({ item }) => item)).toEqual([late, lateScan]);
        await opened.reopen();
        expect((await write(late)).map(({ item }) => item)).toEqual([late]);
        expect((await hours()).map(({ sum }) => sum)).toEqual([1, 2, 601]);
        expect(await opened.store.latest()).toHaveLength(1);
      });

      test('without a limit drops nothing, however old', async () => {
        await write(reading({ measuredAt: Date.UTC(2020, 0) }), reading());
        await opened.store.maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
        expect(await raw()).toHaveLength(2);
      });

      test('and writes at the same time lose nothing', async () => {
        const hour = (h: number) =>
          Array.from({ length: 60 }, (_, m) => reading({ measuredAt: NOON - h * HOUR_MS + m * 60_000, value: m }));
        await write(...hour(1), ...hour(30));
        const work: Promise<unknown>[] = [];
        for (let h = 2; h < 20; h += 1) {
          work.push(opened.store.maintain({ now: NOON - ((h * 7) % 20) * HOUR_MS, ...NOTHING_OLD }));
          work.push(write(...hour(h)));
        }
        work.push(opened.store.maintain({ now: NOON + HOUR_MS, ...NOTHING_OLD }));
        await Promise.all(work);
        const expected = Array.from({ length: 19 }, (_, i) => NOON - (19 - i) * HOUR_MS);
        const hours = () =>
          opened.store.rollups({ from: NOON - 20 * HOUR_MS, to: NOON, metric: 'co2', schools: 'all', bucket: 'hour' });
        const check = async () =>
          expect((await hours()).map(({ at, count, sum }) => [at, count, sum])).toEqual(
            expected.map((at) => [at, 60, (59 * 60) / 2]),
          );
        await check();
        await opened.store.maintain({ now: NOON + HOUR_MS, ...NOTHING_OLD });
        await check();
      });
    });

    test('a stopped store rejects instead of pretending', async () => {
      const { store } = opened;
      await opened.reopen();
      await expect(store.write({ readings: [reading()], scans: [] })).rejects.toThrow('is not started');
      await expect(store.latest()).rejects.toThrow('is not started');
      await expect(opened.store.start()).rejects.toThrow('is started already');
    });
  });

  describeRandomHistories(name, open);
}

const byValue = (readings: readonly Reading[]) =>
  readings.toSorted((a, b) => a.value - b.value || a.measuredAt - b.measuredAt || (a.metric < b.metric ? -1 : 1));
