import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDueBuckets, type DueItem } from './dueBuckets.ts';

interface Named extends DueItem {
  readonly name: number;
}
const named = (name: number): Named => ({ name, dueSecond: null });

describe('createDueBuckets', () => {
  test('visits after the due time, not at it, and once', () => {
    const buckets = createDueBuckets<Named>();
    const visited: number[] = [];
    const item = named(1);
    buckets.put(item, 5_000);
    for (const now of [0, 4_000, 5_000, 5_999]) buckets.sweep(now, ({ name }) => visited.push(name));
    expect(visited).toEqual([]);
    for (const now of [6_000, 7_000, 900_000_000]) buckets.sweep(now, ({ name }) => visited.push(name));
    expect(visited).toEqual([1]);
    expect(item.dueSecond).toBeNull();
  });

  test('an earlier due time wins, a later one changes nothing', () => {
    const buckets = createDueBuckets<Named>();
    const visits: number[] = [];
    const item = named(1);
    buckets.sweep(0, () => expect.unreachable());
    buckets.put(item, 50_000);
    buckets.put(item, 10_000);
    buckets.put(item, 30_000);
    for (let now = 0; now < 60_000; now += 1_000) buckets.sweep(now, () => visits.push(now));
    expect(visits).toEqual([11_000]);
  });

  test('each item is visited at the first sweep after its due time, whatever the clock does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 30 }),
        fc.array(fc.integer({ min: -100_000, max: 900_000 }), { minLength: 1, maxLength: 20 }),
        (dues, steps) => {
          const buckets = createDueBuckets<Named>();
          const waiting = new Map(dues.map((due, name) => [name, due]));
          for (const [name, due] of waiting) buckets.put(named(name), due);
          let now = 0;
          for (const step of steps) {
            now = Math.max(0, now + step);
            buckets.sweep(now, ({ name }) => {
              expect(Math.floor((waiting.get(name) ?? Number.NaN) / 1_000)).toBeLessThan(Math.floor(now / 1_000));
              waiting.delete(name);
            });
            for (const due of waiting.values())
              expect(Math.floor(due / 1_000)).toBeGreaterThanOrEqual(Math.floor(now / 1_000));
          }
        },
      ),
    );
  });
});
