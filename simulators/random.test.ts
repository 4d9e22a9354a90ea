import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, hashOf } from './random.ts';

const take = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe('seeded randomness', () => {
  test('the same parts give the same numbers, other parts others', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (seed, name) => {
        const first = take(20, createRandom(seed, name).next);
        expect(take(20, createRandom(seed, name).next)).toEqual(first);
        expect(take(20, createRandom(seed, `${name}x`).next)).not.toEqual(first);
      }),
    );
  });

  test('parts are kept apart', () => {
    expect(hashOf('a', 'bc')).not.toBe(hashOf('ab', 'c'));
  });

  test('uniform: every tenth of [0, 1) gets about a tenth', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const value of take(20_000, createRandom('uniform').next)) {
      const tenth = Math.floor(value * 10);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toSatisfy((n: number) => n > 1_800 && n < 2_200);
  });

  test('normal: mean 0, deviation 1', () => {
    const values = take(20_000, createRandom('normal').normal);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  test('integers reach both ends; nothing is picked from nothing', () => {
    const random = createRandom('ends');
    expect(new Set(take(200, () => random.integer(3, 5)))).toEqual(new Set([3, 4, 5]));
    expect(() => random.pick([])).toThrow('empty');
  });
});
