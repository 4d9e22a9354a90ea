/** The civil day around an instant, in the installation's time zone. */

/** Half-open: from ≤ at < to, epoch ms. */
export interface DaySpan {
  readonly from: number;
  readonly to: number;
}

export type LocalDay = (at: number) => DaySpan;

/** Making the formatter is costly, so it is kept. Throws a RangeError when the time zone is unknown. */
export function createLocalDay(timeZone: string): LocalDay {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

  /** The wall clock at `at`, written as if it were UTC. */
  function wallClock(at: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  /** The instant at which the wall clock shows `wall`; the second look settles a change of the offset in between. */
  function instantOf(wall: number, near: number): number {
    const offset = (at: number): number => wallClock(at) - Math.floor(at / 1_000) * 1_000;
    const guess = wall - offset(near);
    return wall - offset(guess);
  }

  return (at) => {
    const wall = wallClock(at);
    const midnight = Math.floor(wall / 86_400_000) * 86_400_000;
    return { from: instantOf(midnight, at), to: instantOf(midnight + 86_400_000, at) };
  };
}
