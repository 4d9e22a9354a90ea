/** Who is where at which minute of a school day, as tables of [minute, share] with straight lines between. */
import type { Level } from '../../contracts/places.ts';
import { hm } from './clock.ts';

type Course = readonly (readonly [minute: number, share: number])[];

export interface Timetable {
  /** Pupils should be inside by then. */
  readonly bellMinute: number;
  readonly endMinute: number;
  /** Share of a class that is in its classroom. */
  readonly classroom: Course;
  readonly dormitory: Course;
  readonly lab: Course;
  readonly library: Course;
  readonly kitchen: Course;
}

const LESSONS_IN_LAB: Course = [hm(7, 30), hm(9, 45), hm(13, 20), hm(15)].flatMap(
  (start): Course => [
    [start - 3, 0],
    [start, 1],
    [start + 45, 1],
    [start + 48, 0],
  ],
);
const KITCHEN: Course = [
  [hm(6), 0],
  [hm(6, 30), 1],
  [hm(10, 45), 1],
  [hm(11, 30), 0.2],
  [hm(14), 0.4],
  [hm(15), 0],
];
const LIBRARY: Course = [
  [hm(7, 30), 0.05],
  [hm(8, 30), 0.1],
  [hm(8, 40), 0.9],
  [hm(8, 58), 0.15],
  [hm(11), 0.5],
  [hm(13), 0.6],
  [hm(13, 30), 0.1],
  [hm(14, 55), 0.8],
  [hm(15, 15), 0.1],
  [hm(16, 45), 0],
];

const PRESCHOOL: Timetable = {
  bellMinute: hm(7, 30),
  endMinute: hm(16, 30),
  classroom: [
    [hm(6, 30), 0],
    [hm(7, 30), 0.9],
    [hm(8), 1],
    [hm(11), 1],
    [hm(11, 30), 0.1],
    [hm(13, 50), 0.1],
    [hm(14, 10), 1],
    [hm(16), 1],
    [hm(17), 0.05],
    [hm(17, 15), 0],
  ],
  dormitory: [
    [hm(11, 25), 0],
    [hm(11, 40), 1],
    [hm(13, 50), 1],
    [hm(14, 5), 0],
  ],
  lab: [],
  library: [],
  kitchen: KITCHEN,
};

const PRIMARY: Timetable = {
  bellMinute: hm(7),
  endMinute: hm(16, 20),
  classroom: [
    [hm(6, 30), 0],
    [hm(7), 0.95],
    [hm(7, 5), 1],
    [hm(8, 30), 1],
    [hm(8, 32), 0.3],
    [hm(8, 53), 0.3],
    [hm(8, 56), 1],
    [hm(10, 35), 1],
    [hm(10, 45), 0.35],
    [hm(13, 15), 0.35],
    [hm(13, 30), 1],
    [hm(14, 50), 1],
    [hm(14, 52), 0.3],
    [hm(15, 8), 0.3],
    [hm(15, 11), 1],
    [hm(16, 20), 1],
    [hm(16, 32), 0.05],
    [hm(16, 50), 0],
  ],
  dormitory: [],
  lab: [],
  library: LIBRARY,
  kitchen: KITCHEN,
};

const LOWER_SECONDARY: Timetable = {
  bellMinute: hm(7),
  endMinute: hm(16, 50),
  classroom: [
    [hm(6, 30), 0],
    [hm(7), 0.95],
    [hm(7, 3), 1],
    [hm(9, 15), 1],
    [hm(9, 17), 0.35],
    [hm(9, 34), 0.35],
    [hm(9, 37), 1],
    [hm(11, 15), 1],
    [hm(11, 25), 0.05],
    [hm(12, 40), 0.1],
    [hm(13), 1],
    [hm(14, 30), 1],
    [hm(14, 32), 0.35],
    [hm(14, 49), 0.35],
    [hm(14, 52), 1],
    [hm(16, 50), 1],
    [hm(17), 0.05],
    [hm(17, 15), 0],
  ],
  dormitory: [],
  lab: LESSONS_IN_LAB,
  library: LIBRARY,
  kitchen: [],
};

const TIMETABLES: Record<Level, Timetable> = {
  mam_non: PRESCHOOL,
  tieu_hoc: PRIMARY,
  thcs: LOWER_SECONDARY,
  thpt: LOWER_SECONDARY,
  gdtx: LOWER_SECONDARY,
  lien_cap: LOWER_SECONDARY,
};

export function timetableOf(level: Level): Timetable {
  return TIMETABLES[level];
}

/** 0 before the first and the last value after the last point. */
export function shareAt(course: Course, minute: number): number {
  let previous = course[0];
  if (previous === undefined || minute <= previous[0]) return 0;
  for (const point of course) {
    if (minute < point[0]) {
      const width = point[0] - previous[0];
      return previous[1] + ((point[1] - previous[1]) * (minute - previous[0])) / width;
    }
    previous = point;
  }
  return previous[1];
}
