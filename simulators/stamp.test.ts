import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStamp } from './stamp.ts';

const startedAt = Date.parse('2026-11-20T10:00:00+07:00');

describe('claimed times', () => {
  test('never lie in the future, with an end or without', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 600, noNaN: true }),
        fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: null }),
        fc.integer({ min: 0, max: 100_000_000 }),
        (speed, minutes, elapsedMs) => {
          const stamp = createStamp({ startedAt, speed, minutes, from: null });
          const now = startedAt + elapsedMs;
          expect(stamp.at(stamp.reached(now))).toBeLessThanOrEqual(now + 1);
        },
      ),
    );
  });

  test('a fast run with an end keeps the length of its minutes and ends now', () => {
    const stamp = createStamp({ startedAt, speed: 60, minutes: 60, from: null });
    const endsAt = startedAt + 60_000;
    expect(stamp.at(stamp.reached(endsAt))).toBe(endsAt);
    expect(stamp.at(60_000) - stamp.at(0)).toBe(60_000);
    expect(stamp.at(0)).toBe(endsAt - 3_600_000);
    expect(stamp.reached(endsAt + 5_000)).toBe(3_600_000);
  });

  test('a fast run without an end claims the present', () => {
    const stamp = createStamp({ startedAt, speed: 60, minutes: null, from: null });
    expect(stamp.at(stamp.reached(startedAt + 1_234))).toBe(startedAt + 1_234);
  });

  test('begins where it is told, unless that would reach the future', () => {
    const from = startedAt - 3_600_000;
    expect(createStamp({ startedAt, speed: 10, minutes: 60, from }).at(0)).toBe(from);
    expect(() => createStamp({ startedAt, speed: 10, minutes: 600, from })).toThrow('would reach the future');
    expect(() => createStamp({ startedAt, speed: 1, minutes: null, from })).toThrow('--minutes');
  });
});
