/** Is it within the hours of a rule? In the local time of the installation. */
import { zoneOffsetMs } from '../../contracts/http/instant.ts';
import type { RuleHours } from '../../contracts/rule.ts';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const MAX_KEPT = 10_000;

export type WithinHours = (hours: RuleHours | null, at: number) => boolean;

export function createWithinHours(timeZone: string): WithinHours {
  // Offsets change at quarters of an hour at the finest, and asking for one is slow.
  const offsets = new Map<number, number>();

  function offsetAt(at: number): number {
    const quarter = Math.floor(at / QUARTER_MS);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      if (offsets.size >= MAX_KEPT) offsets.clear();
      offset = zoneOffsetMs(timeZone, quarter * QUARTER_MS);
      offsets.set(quarter, offset);
    }
    return offset;
  }

  return (hours, at) => {
    if (hours === null) return true;
    const local = at + offsetAt(at);
    const minute = Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / 60_000);
    // 1 January 1970 was a Thursday
    const weekday = ((((Math.floor(local / DAY_MS) + 3) % 7) + 7) % 7) + 1;
    const { days, fromMinute, toMinute } = hours;
    if (fromMinute <= toMinute) return days.includes(weekday) && minute >= fromMinute && minute < toMinute;
    // over midnight: the night belongs to the day on which it begins
    const yesterday = weekday === 1 ? 7 : weekday - 1;
    return minute >= fromMinute ? days.includes(weekday) : minute < toMinute && days.includes(yesterday);
  };
}
