import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createArrivals } from './arrivals.ts';
import { createLocalDay } from './localDay.ts';

const localDay = createLocalDay('Asia/Ho_Chi_Minh');
const MIDNIGHT = Date.UTC(2026, 10, 22, 17);
const today = localDay(MIDNIGHT);
const yesterday = localDay(MIDNIGHT - 1);
const scan = (id: string, at: number, direction: 'in' | 'out' | null = 'in') => ({ id, at, direction });

describe('createArrivals', () => {
  test('nothing reported is not nobody came', () => {
    const arrivals = createArrivals();
    expect(arrivals.count(today)).toBeNull();
    expect(arrivals.hear(scan('a', MIDNIGHT, 'out'), today)).toBe(true);
    expect(arrivals.count(today)).toBe(0);
  });

  test('inwards and unknown direction count, repeats do not', () => {
    const arrivals = createArrivals();
    const heard = [scan('a', MIDNIGHT), scan('a', MIDNIGHT), scan('b', MIDNIGHT, null), scan('c', MIDNIGHT, 'out')];
    expect(heard.map((passage) => arrivals.hear(passage, today))).toEqual([true, false, true, false]);
    expect(arrivals.count(today)).toBe(2);
  });

  test('midnight belongs to the day it begins; what a gate dates a little ahead waits for its day', () => {
    const arrivals = createArrivals();
    arrivals.hear(scan('evening', MIDNIGHT - 1), yesterday);
    expect(arrivals.hear(scan('ahead', MIDNIGHT), yesterday)).toBe(false);
    expect(arrivals.count(yesterday)).toBe(1);
    expect(arrivals.count(today)).toBe(1);
    expect(arrivals.hear(scan('backlog', MIDNIGHT - 1), today)).toBe(false);
    expect(arrivals.count(today)).toBe(1);
  });

  test('order and repetition do not matter', () => {
    const passage = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      at: fc.integer({ min: MIDNIGHT, max: MIDNIGHT + 3_600_000 }),
      direction: fc.constantFrom('in' as const, null),
    });
    fc.assert(
      fc.property(fc.array(passage, { minLength: 1, maxLength: 40 }), (passages) => {
        const arrivals = createArrivals();
        for (const one of [...passages, ...passages.toReversed()]) arrivals.hear(one, today);
        expect(arrivals.count(today)).toBe(new Set(passages.map((one) => one.id)).size);
      }),
    );
  });
});
