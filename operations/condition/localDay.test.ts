import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLocalDay } from './localDay.ts';

describe('createLocalDay', () => {
  test('a day in Viet Nam begins at 17:00 UTC', () => {
    const localDay = createLocalDay('Asia/Ho_Chi_Minh');
    const from = Date.UTC(2026, 10, 21, 17);
    expect(localDay(from)).toEqual({ from, to: from + 86_400_000 });
    expect(localDay(from - 1).to).toBe(from);
  });

  test('a day with a change of the clock is an hour shorter or longer', () => {
    const localDay = createLocalDay('Europe/Paris');
    const lengthOf = (at: number): number => localDay(at).to - localDay(at).from;
    expect(lengthOf(Date.UTC(2026, 2, 29, 12))).toBe(23 * 3_600_000);
    expect(lengthOf(Date.UTC(2026, 9, 25, 12))).toBe(25 * 3_600_000);
  });

  test('every instant lies in its day, and days follow each other without a gap', () => {
    for (const timeZone of ['Asia/Ho_Chi_Minh', 'Europe/Paris', 'Asia/Kathmandu', 'UTC']) {
      const localDay = createLocalDay(timeZone);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (at) => {
          const day = localDay(at);
          expect(day.from).toBeLessThanOrEqual(at);
          expect(day.to).toBeGreaterThan(at);
          expect(localDay(day.to).from).toBe(day.to);
        }),
        { numRuns: 50 },
      );
    }
  });
});
