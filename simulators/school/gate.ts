/** Passages at the gates: a wave before the bell, stragglers after it, a wave home. */
import type { Direction } from '../../contracts/scan.ts';
import { createRandom, type Random, type SeedPart } from '../random.ts';
import { DAY_MINUTES, type SchoolClock } from './clock.ts';
import type { Timetable } from './timetable.ts';

export interface Passage {
  /** Simulated ms, whole: scans are told apart by it. */
  readonly at: number;
  /** Number of the person, as in the demo's people. */
  readonly person: number;
  readonly direction: Direction;
}

export interface Crowd {
  readonly pupils: number;
  readonly staff: number;
  /** Share of the pupils (the first classes) who have a card; all staff do. */
  readonly cardShare: number;
}

const LATE_SHARE = 0.035;
/** A card held a moment too long is read twice. */
const DOUBLE_READ_SHARE = 0.01;
const DOUBLE_READ_AFTER_MS = 1_400;
const STAFF_ATTENDANCE = 0.97;

/** All passages of one day, in order of time. `moving`: share of the people who take part at all. */
export function passagesOfDay(options: {
  readonly seed: readonly SeedPart[];
  readonly day: number;
  readonly clock: SchoolClock;
  readonly timetable: Timetable;
  readonly crowd: Crowd;
  readonly moving: number;
}): Passage[] {
  const { day, clock, timetable, crowd, moving } = options;
  const random = createRandom(...options.seed, 'gate', day);
  const attendance = random.between(0.93, 0.985);
  const passages: Passage[] = [];

  function pass(person: number, minute: number, direction: Direction): void {
    const at = Math.round(clock.timeOf(day, Math.min(Math.max(minute, 1), DAY_MINUTES - 1)));
    passages.push({ at, person, direction });
    if (random.chance(DOUBLE_READ_SHARE)) passages.push({ at: at + DOUBLE_READ_AFTER_MS, person, direction });
  }

  const withCard = Math.floor(crowd.pupils * crowd.cardShare);
  for (let pupil = 0; pupil < withCard; pupil++) {
    if (!random.chance(attendance * moving)) continue;
    pass(pupil, arrivalMinute(timetable.bellMinute, random), 'in');
    pass(pupil, timetable.endMinute + 1 + wait(random, 9), 'out');
  }
  for (let member = 0; member < crowd.staff; member++) {
    if (!random.chance(STAFF_ATTENDANCE * moving)) continue;
    const person = crowd.pupils + member;
    pass(person, timetable.bellMinute - 12 - wait(random, 12), 'in');
    pass(person, timetable.endMinute + 10 + wait(random, 15), 'out');
  }
  return passages.sort((a, b) => a.at - b.at);
}

/** Most come within a quarter of an hour before the bell; few are late, and then not by much. */
function arrivalMinute(bellMinute: number, random: Random): number {
  if (random.chance(LATE_SHARE)) return bellMinute + wait(random, 6);
  return bellMinute - 1 - Math.abs(10 + 7 * random.normal());
}

/** Exponential, cut at three times the mean. */
function wait(random: Random, meanMinutes: number): number {
  return Math.min(3 * meanMinutes, -meanMinutes * Math.log(1 - random.next()));
}
