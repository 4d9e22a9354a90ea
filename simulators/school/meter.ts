/** The school's energy meter: power from what is switched on, energy as a counter that only grows. */
import type { Random } from '../random.ts';
import type { SchoolClock } from './clock.ts';
import { createStepper, type Model, sensed } from './model.ts';
import { shareAt, type Timetable } from './timetable.ts';
import { daylight } from './weather.ts';

const STEP_MS = 30_000;
const LAMPS_AND_FANS_W_PER_ROOM = 420;
const YARD_LAMPS_W = 600;
const KITCHEN_W = 3_200;

export function createMeter(options: {
  readonly random: Random;
  readonly clock: SchoolClock;
  readonly startAt: number;
  readonly timetable: Timetable;
  readonly classrooms: number;
  readonly hasKitchen: boolean;
}): Model {
  const { random, clock, timetable } = options;
  const standbyW = 250 + 12 * options.classrooms;
  let powerW = standbyW;
  let energyKWh = random.between(8_000, 90_000);

  const advance = createStepper(options.startAt, STEP_MS, (t, seconds) => {
    const { minute } = clock.at(t);
    const lessons = Math.min(1, 1.2 * shareAt(timetable.classroom, minute));
    const rooms = options.classrooms * LAMPS_AND_FANS_W_PER_ROOM * lessons;
    const yard = daylight(minute) === 0 ? YARD_LAMPS_W : 0;
    const kitchen = options.hasKitchen ? KITCHEN_W * shareAt(timetable.kitchen, minute) : 0;
    powerW = Math.max(0, (standbyW + rooms + yard + kitchen) * (1 + 0.03 * random.normal()));
    energyKWh += (powerW * seconds) / 3.6e6;
  });

  return {
    advance,
    measure: () => [
      sensed('power', powerW, 0, random),
      sensed('energy', energyKWh, 0, random),
      // Long lines: the voltage sags a little under load.
      sensed('voltage', 224 - powerW / 4_000, 0.8, random),
    ],
  };
}
