/** Readings: one per key, the later wins, exact to the microsecond. */
import { describe, expect, test } from 'vitest';
import { deviceId } from '../../../contracts/ids.ts';
import type { SeriesId } from '../port.ts';
import { EVER, HOUR_MS, NOON, reading, type StoreUnderTest, series } from './fixtures.ts';

export function describeReadings({ store, reopen, write, raw }: StoreUnderTest): void {
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
      await reopen();
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
      await reopen();
      await write(reading({ value: 4, flags: 2 }), reading({ measuredAt: NOON + 5, value: 601 }));
      expect(await raw()).toEqual([
        [NOON, 4],
        [NOON + 5, 601],
      ]);
      expect(await store().latest()).toEqual([reading({ measuredAt: NOON + 5, value: 601 })]);
    });

    test('keep microseconds', async () => {
      const [first, second] = [NOON + 0.001, NOON + 0.002];
      await write(reading({ measuredAt: first }), reading({ measuredAt: second, receivedAt: NOON + 3.125 }));
      expect((await raw()).map(([at]) => at)).toEqual([first, second]);
      expect(await store().latest()).toEqual([reading({ measuredAt: second, receivedAt: NOON + 3.125 })]);
      const between = await store().raw({ series, from: first, to: second, limit: 9 });
      expect(between.map(([at]) => at)).toEqual([first]);
    });

    test('are found in half-open spans, at most as many as asked for', async () => {
      await write(...[0, 1, 2, 3].map((i) => reading({ measuredAt: NOON + i * 1_000, value: i })));
      const span = { series, from: NOON + 1_000, to: NOON + 3_000 };
      expect(await store().raw({ ...span, limit: 9 })).toEqual([
        [NOON + 1_000, 1],
        [NOON + 2_000, 2],
      ]);
      expect(await store().raw({ ...span, limit: 1 })).toEqual([[NOON + 1_000, 1]]);
      expect(await store().raw({ ...span, to: span.from, limit: 9 })).toEqual([]);
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
      expect(await store().buckets(buckets)).toEqual([]);
      const rollups = { ...EVER, metric: 'pm25' as const, schools: 'all' as const, bucket: 'day' as const };
      expect(await store().rollups(rollups)).toEqual([]);
      expect(await store().rollups({ ...rollups, metric: 'co2', schools: [] })).toEqual([]);
    });

    test('of 20,000 in one batch all arrive', async () => {
      const many = Array.from({ length: 20_000 }, (_, i) =>
        reading({ device: deviceId.parse(`air-${i % 40}`), measuredAt: NOON + Math.floor(i / 40) * 1_000, value: i }),
      );
      await write(...many);
      expect(await raw({ ...series, device: deviceId.parse('air-7') })).toHaveLength(500);
      expect(await store().stored(many)).toEqual(many.map(({ value }) => value));
    });
  });
}
