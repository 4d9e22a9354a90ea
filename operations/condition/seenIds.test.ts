import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeenIds } from './seenIds.ts';

describe('createSeenIds', () => {
  test('answers as a set of strings would', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 300 }), (ids) => {
        const seen = createSeenIds(10_000);
        const set = new Set<string>();
        for (const id of ids) {
          expect(seen.add(id)).toBe(!set.has(id));
          set.add(id);
        }
        expect(seen.size).toBe(set.size);
      }),
    );
  });

  test('a hundred thousand ids that differ in one digit are a hundred thousand', () => {
    const seen = createSeenIds(1_000_000);
    let fresh = 0;
    for (let n = 0; n < 100_000; n++) if (seen.add(`gate-1:04A2B3${n}:1763766000${n}`)) fresh++;
    expect(fresh).toBe(100_000);
  });

  test('forgets the oldest, never the newest half of its limit', () => {
    const seen = createSeenIds(100);
    for (let n = 0; n < 1_000; n++) {
      expect(seen.add(`${n}`)).toBe(true);
      expect(seen.size).toBeLessThanOrEqual(100);
    }
    for (let n = 950; n < 1_000; n++) expect(seen.add(`${n}`)).toBe(false);
    expect(seen.add('0')).toBe(true);
  });
});
