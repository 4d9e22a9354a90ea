/** Local days of one time zone in terms of UTC hours, so that no database needs a time-zone table. */

import { TelemetryMisconfigured } from './port.ts';

/** A stretch of UTC hours [fromHour, toHour) with one offset. */
export interface OffsetStretch {
  readonly fromHour: number;
  readonly toHour: number;
  readonly offsetHours: number;
}

export interface LocalDays {
  stretches(fromHour: number, toHour: number): OffsetStretch[];
  /** Days since 1970-01-01 on local calendars. */
  dayOf(hour: number): number;
  /** First UTC hour of a local day. */
  startOf(day: number): number;
}

const HOUR_MS = 3_600_000;
/** No zone has two changes within this time. */
const PROBE_HOURS = 14 * 24;
const MAX_REMEMBERED = 20_000;

/** Throws a sentence for an unknown zone, and (when asked about such a time) for one that is not whole hours off UTC. */
export function createLocalDays(timeZone: string): LocalDays {
  const format = formatFor(timeZone);
  const remembered = new Map<number, number>();

  function offsetAt(hour: number): number {
    const known = remembered.get(hour);
    if (known !== undefined) return known;
    const fields = Object.fromEntries(
      format.formatToParts(hour * HOUR_MS).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour: localHour = 0, minute = 0 } = fields;
    const offsetMs = Date.UTC(year, month - 1, day, localHour, minute) - hour * HOUR_MS;
    if (offsetMs % HOUR_MS !== 0)
      throw new RangeError(
        `time zone ${timeZone} is ${offsetMs / 60_000} minutes off UTC: daily rollups need days that begin on a UTC hour`,
      );
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(hour, offsetMs / HOUR_MS);
    return offsetMs / HOUR_MS;
  }

  /** The first hour in (low, high] whose offset is not that of `low`. */
  function changeBetween(low: number, high: number): number {
    const offset = offsetAt(low);
    let [same, other] = [low, high];
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (offsetAt(middle) === offset) same = middle;
      else other = middle;
    }
    return other;
  }

  const dayOf = (hour: number): number => Math.floor((hour + offsetAt(hour)) / 24);

  return {
    stretches(fromHour, toHour) {
      const found: OffsetStretch[] = [];
      let start = fromHour;
      for (let probe = fromHour; probe < toHour; ) {
        const next = Math.min(probe + PROBE_HOURS, toHour);
        if (next < toHour && offsetAt(next) === offsetAt(start)) {
          probe = next;
          continue;
        }
        const end = offsetAt(next) === offsetAt(start) ? next : changeBetween(probe, next);
        found.push({ fromHour: start, toHour: end, offsetHours: offsetAt(start) });
        start = end;
        probe = end;
      }
      return found;
    },
    dayOf,
    startOf(day) {
      // No offset is larger than 14 hours; the first hour that belongs to the day is its start, whatever changed that day.
      let hour = day * 24 - 15;
      while (dayOf(hour) < day) hour += 1;
      return hour;
    },
  };
}

/** As above, and throws at once for a zone that no store could work in. */
export function localDaysOf(timeZone: string): LocalDays {
  try {
    const days = createLocalDays(timeZone);
    // The oldest time that can be stored, and one for today's rules in winter and summer.
    for (const ms of [0, Date.UTC(2030, 0), Date.UTC(2030, 6)]) days.dayOf(ms / HOUR_MS);
    return days;
  } catch (cause) {
    throw new TelemetryMisconfigured(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch (cause) {
    throw new RangeError(`"${timeZone}" is not a time zone known here; expected one like Asia/Ho_Chi_Minh`, { cause });
  }
}
