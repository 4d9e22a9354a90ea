/** School time: which day of the run it is and which minute of that day, apart from any clock on the wall. */

export interface SchoolClock {
  /** With which every day begins. */
  readonly firstMinute: number;
  /** `t`: simulated ms since the start of the run, negative during the warm-up. */
  at(t: number): { readonly day: number; readonly minute: number };
  /** The inverse: simulated ms of a minute of a day. */
  timeOf(day: number, minute: number): number;
}

export const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/** A time of day as minutes: `hm(7, 5)` is five past seven. */
export const hm = (hour: number, minute = 0): number => hour * 60 + minute;

/**
 * Day 0 stands at `startMinute` when t = 0. With a `span` every day lasts from its first to its last minute only and
 * the next day follows at once: the demonstration has no dull nights.
 */
export function createSchoolClock(options: {
  readonly startMinute: number;
  readonly span?: readonly [from: number, to: number];
}): SchoolClock {
  const [from, to] = options.span ?? [0, DAY_MINUTES];
  const length = to - from;
  if (!(length > 0 && options.startMinute >= from && options.startMinute < to))
    throw new RangeError(`the day must start within its span ${from}…${to}, not at minute ${options.startMinute}`);
  return {
    firstMinute: from,
    at(t) {
      const minutes = t / MINUTE_MS + options.startMinute - from;
      const day = Math.floor(minutes / length);
      return { day, minute: from + minutes - day * length };
    },
    timeOf: (day, minute) => (day * length + minute - options.startMinute) * MINUTE_MS,
  };
}
