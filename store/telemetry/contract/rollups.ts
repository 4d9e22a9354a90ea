/** Rollups of many series. */
import { describe, expect, test } from 'vitest';
import { schoolId } from '../../../contracts/ids.ts';
import { DAY_MS, EVER, HOUR_MS, NOON, NOTHING_OLD, reading, type StoreUnderTest, school, series } from './fixtures.ts';

export function describeRollups({ store, reopen, write }: StoreUnderTest): void {
  describe('rollups', () => {
    const days = (from: number, to: number) =>
      store().rollups({ from, to, metric: 'co2', schools: 'all', bucket: 'day' });

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
      await store().maintain({ now: midnight + 20 * HOUR_MS, ...NOTHING_OLD });
      expect(await days(midnight - 5 * DAY_MS, midnight + 5 * DAY_MS)).toEqual(expected);
      await store().maintain({ now: midnight + 3 * DAY_MS, ...NOTHING_OLD });
      expect(await days(midnight - 5 * DAY_MS, midnight + 5 * DAY_MS)).toEqual(expected);
      // Buckets that start in the span, whole.
      expect(await days(midnight - DAY_MS + 1, midnight + 1)).toEqual(expected.slice(1));
      expect(await days(midnight - DAY_MS, midnight)).toEqual(expected.slice(0, 1));
      expect(await days(EVER.from, EVER.to)).toEqual(expected);
    });

    test('see late and revised readings at once and after maintenance', async () => {
      await write(reading({ value: 2 }), reading({ measuredAt: NOON + 1_000, value: 4 }));
      await store().maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
      await write(reading({ value: 10 }), reading({ measuredAt: NOON + 500, value: 1 }));
      const hours = { from: NOON, to: NOON + HOUR_MS, metric: 'co2', schools: [school], bucket: 'hour' } as const;
      const row = { school, device: series.device, sensor: '', at: NOON, count: 3, sum: 15, min: 1, max: 10 };
      expect(await store().rollups(hours)).toEqual([row]);
      await reopen();
      expect(await store().rollups(hours)).toEqual([row]);
      await store().maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
      expect(await store().rollups(hours)).toEqual([row]);
    });

    test('are told apart by school', async () => {
      const other = schoolId.parse('hoa-sen');
      await write(reading(), reading({ school: other, value: 5 }));
      const of = (...schools: (typeof school)[]) =>
        store().rollups({ ...EVER, metric: 'co2', schools, bucket: 'hour' });
      expect((await of(school)).map(({ sum }) => sum)).toEqual([600]);
      expect((await of(school, other)).map(({ sum }) => sum).toSorted((a, b) => a - b)).toEqual([5, 600]);
    });
  });
}
