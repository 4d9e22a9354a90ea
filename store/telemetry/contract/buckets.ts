/** Buckets of one series. */
import { describe, expect, test } from 'vitest';
import { DAY_MS, EVER, HOUR_MS, NOON, NOTHING_OLD, reading, type StoreUnderTest, series } from './fixtures.ts';

export function describeBuckets({ store, write }: StoreUnderTest): void {
  describe('buckets', () => {
    test('are absent where there is no data and start at the origin', async () => {
      await write(
        reading({ measuredAt: NOON, value: 1 }),
        reading({ measuredAt: NOON + 59_999, value: 3 }),
        reading({ measuredAt: NOON + 180_000, value: 5 }),
      );
      const query = { series, ...EVER, everyMs: 60_000, originMs: 0, aggregate: 'mean' as const };
      expect(await store().buckets(query)).toEqual([
        [NOON, 2],
        [NOON + 180_000, 5],
      ]);
      expect(await store().buckets({ ...query, originMs: NOON + 30_000, aggregate: 'count' })).toEqual([
        [NOON - 30_000, 1],
        [NOON + 30_000, 1],
        [NOON + 150_000, 1],
      ]);
    });

    test('hold only what lies in the span', async () => {
      await write(...[0, 20, 40].map((s) => reading({ measuredAt: NOON + s * 1_000, value: s })));
      const span = { from: NOON + 20_000, to: NOON + 40_000 };
      const query = { series, ...span, everyMs: 60_000, originMs: 0, aggregate: 'sum' as const };
      expect(await store().buckets(query)).toEqual([[NOON, 20]]);
    });

    test('of many hours, rolled up, are made of all of them, and the last is that of the last hour', async () => {
      const hours = Array.from({ length: 48 }, (_, h) =>
        reading({ measuredAt: NOON + h * HOUR_MS + 7, value: (h * 29) % 48 }),
      );
      await write(...hours.toSorted((a, b) => a.value - b.value));
      await store().maintain({ now: NOON + 40 * HOUR_MS, ...NOTHING_OLD });
      const query = { series, from: NOON, to: NOON + 2 * DAY_MS, everyMs: DAY_MS, originMs: NOON };
      const values = hours.map(({ value }) => value);
      expect(await store().buckets({ ...query, aggregate: 'last' })).toEqual([
        [NOON, values[23]],
        [NOON + DAY_MS, values[47]],
      ]);
      expect(await store().buckets({ ...query, to: NOON + DAY_MS, aggregate: 'sum' })).toEqual([
        [NOON, values.slice(0, 24).reduce((a, b) => a + b, 0)],
      ]);
    });

    test('of impossible size are an error', async () => {
      const query = { series, ...EVER, everyMs: 0, originMs: 0, aggregate: 'sum' as const };
      await expect(store().buckets(query)).rejects.toThrow(RangeError);
    });
  });
}
