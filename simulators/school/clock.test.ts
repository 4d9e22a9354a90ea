import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSchoolClock, hm } from './clock.ts';
import { shareAt, timetableOf } from './timetable.ts';

describe('school time', () => {
  test('a repeated span leaves the nights out', () => {
    const clock = createSchoolClock({ startMinute: hm(7, 5), span: [hm(6), hm(17)] });
    expect(clock.at(0)).toEqual({ day: 0, minute: hm(7, 5) });
    expect(clock.at(60_000 * (hm(17) - hm(7, 5)))).toEqual({ day: 1, minute: hm(6) });
    expect(clock.at(-60_000 * 65)).toEqual({ day: 0, minute: hm(6) });
  });

  test('at and timeOf are each other’s inverse', () => {
    const clock = createSchoolClock({ startMinute: hm(7), span: [hm(6), hm(18)] });
    fc.assert(
      fc.property(fc.integer({ min: -5_000_000, max: 1_000_000_000 }), (t) => {
        const { day, minute } = clock.at(t);
        expect(minute).toBeGreaterThanOrEqual(hm(6));
        expect(minute).toBeLessThan(hm(18) + 1e-6);
        expect(clock.timeOf(day, minute)).toBeCloseTo(t, 3);
      }),
    );
  });

  test('refuses a start outside its span', () => {
    expect(() => createSchoolClock({ startMinute: hm(5), span: [hm(6), hm(17)] })).toThrow('within its span');
  });
});

describe('timetables', () => {
  test('shares stay between none and everybody, and nobody is there at night', () => {
    for (const level of ['mam_non', 'tieu_hoc', 'thcs'] as const) {
      const { classroom, dormitory, lab, library, kitchen } = timetableOf(level);
      for (const course of [classroom, dormitory, lab, library, kitchen]) {
        const shares = Array.from({ length: hm(24) }, (_, minute) => shareAt(course, minute));
        expect(Math.min(...shares)).toBe(0);
        expect(Math.max(...shares)).toBeLessThanOrEqual(1);
        expect(shareAt(course, hm(3))).toBe(0);
        expect(shareAt(course, hm(23))).toBe(0);
      }
      expect(shareAt(classroom, hm(9, 5))).toBe(1);
    }
  });

  test('straight lines between the points', () => {
    expect(
      shareAt(
        [
          [0, 0],
          [10, 1],
        ],
        2.5,
      ),
    ).toBe(0.25);
    expect(shareAt([], 5)).toBe(0);
  });
});
