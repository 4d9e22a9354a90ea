/** A people counter over the door of the library: how many are in, and everybody who ever went through. */
import type { Random } from '../random.ts';
import type { SchoolClock } from './clock.ts';
import { createStepper, type Model } from './model.ts';
import { shareAt, type Timetable } from './timetable.ts';

const STEP_MS = 30_000;

export function createPeopleCounter(options: {
  readonly random: Random;
  readonly clock: SchoolClock;
  readonly startAt: number;
  readonly course: Timetable['library'];
  readonly capacity: number;
}): Model {
  const { random, clock } = options;
  let inside = 0;
  let entered = random.integer(1_000, 40_000);
  let left = entered;

  const advance = createStepper(options.startAt, STEP_MS, (t) => {
    const wanted = Math.round(options.capacity * shareAt(options.course, clock.at(t).minute));
    const leaving = Math.min(inside, Math.max(0, inside - wanted) + (random.chance(0.1) ? 1 : 0));
    const entering = Math.max(0, wanted - (inside - leaving));
    inside += entering - leaving;
    entered += entering;
    left += leaving;
  });

  return {
    advance,
    measure: () => [
      { metric: 'people_count', value: inside },
      { metric: 'people_in_total', value: entered },
      { metric: 'people_out_total', value: left },
    ],
  };
}
