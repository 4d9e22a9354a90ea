import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEVELS } from '../../contracts/places.ts';
import { createSchoolClock, hm } from './clock.ts';
import { type Crowd, passagesOfDay } from './gate.ts';
import { timetableOf } from './timetable.ts';

const clock = createSchoolClock({ startMinute: 0 });
const crowd = fc.record({
  pupils: fc.integer({ min: 0, max: 600 }),
  staff: fc.integer({ min: 0, max: 40 }),
  cardShare: fc.double({ min: 0, max: 1, noNaN: true }),
});

function day(seed: number, people: Crowd, level: (typeof LEVELS)[number] = 'tieu_hoc', moving = 1) {
  return passagesOfDay({ seed: [seed], day: 0, clock, timetable: timetableOf(level), crowd: people, moving });
}

describe('passages of a day', () => {
  test('nobody arrives who is not there, everybody leaves after arriving, all in order of time', () => {
    fc.assert(
      fc.property(fc.integer(), crowd, fc.constantFrom(...LEVELS), (seed, people, level) => {
        const passages = day(seed, people, level);
        const arrived = new Set(passages.filter(({ direction }) => direction === 'in').map(({ person }) => person));
        const pupils = [...arrived].filter((person) => person < people.pupils);
        expect(pupils.length).toBeLessThanOrEqual(people.pupils * people.cardShare);
        expect(arrived.size - pupils.length).toBeLessThanOrEqual(people.staff);
        for (const [index, passage] of passages.entries()) {
          expect(Number.isInteger(passage.at)).toBe(true);
          expect(passage.at).toBeGreaterThanOrEqual(passages[index - 1]?.at ?? 0);
          expect(arrived.has(passage.person)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('depends on nothing but the seed', () => {
    const people = { pupils: 400, staff: 20, cardShare: 1 };
    expect(day(5, people)).toEqual(day(5, people));
    expect(day(6, people)).not.toEqual(day(5, people));
  });

  test('most pupils come in the half hour before the bell, a few are late', () => {
    const people = { pupils: 1_500, staff: 0, cardShare: 1 };
    const { bellMinute } = timetableOf('tieu_hoc');
    const arrivals = day(1, people).filter(({ direction }) => direction === 'in');
    const minutes = arrivals.map(({ at }) => clock.at(at).minute);
    const inTime = minutes.filter((minute) => minute > bellMinute - 30 && minute <= bellMinute).length;
    const late = minutes.filter((minute) => minute > bellMinute).length;
    expect(inTime / minutes.length).toBeGreaterThan(0.9);
    expect(late / minutes.length).toSatisfy((share: number) => share > 0.01 && share < 0.08);
    expect(Math.max(...minutes)).toBeLessThan(hm(7, 30));
  });

  test('few move when the date is repeated', () => {
    const people = { pupils: 1_000, staff: 50, cardShare: 1 };
    expect(day(1, people, 'thcs', 0.03).length).toBeLessThan(200);
  });
});
