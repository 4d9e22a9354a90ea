/** Lengths of buckets: ISO 8601 durations of fixed length, in local time of the installation. */
import { zoneOffsetMs } from '../contracts/http/instant.ts';

const DAY_MS = 86_400_000;
const MIN_MS = 1_000;
const MAX_MS = 366 * DAY_MS;
const DURATION = /^P(?=.*\d[WDHMS]$)(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/;
/** What each part of DURATION counts. */
const PART_MS = [7 * DAY_MS, DAY_MS, 3_600_000, 60_000, 1_000];
/** A year or month before the `T`. */
const CALENDAR = /^P[\dWD]*\d[YM]/;

export type Duration = { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly message: string };

export function parseDuration(text: string): Duration {
  if (CALENDAR.test(text))
    return { ok: false, message: 'months and years differ in length; use days or weeks, such as P1D or P7D' };
  const match = DURATION.exec(text);
  if (!match) return { ok: false, message: 'expected an ISO 8601 duration such as PT15M, PT1H or P1D' };
  const ms = PART_MS.reduce((sum, partMs, index) => sum + partMs * Number(match[index + 1] ?? 0), 0);
  if (ms < MIN_MS || ms > MAX_MS) return { ok: false, message: 'must be between PT1S and P366D' };
  return { ok: true, ms };
}

/** 5 January 1970 was a Monday: days begin at midnight, weeks on Monday. */
const A_MONDAY_MS = 4 * DAY_MS;

/**
 * Where buckets start to count, so that a day is a local day. It does not depend on the span asked for (two spans of
 * one series share their buckets), but for the zone's offset, which is that of `from`: zones that change their clocks
 * get buckets of equal length.
 */
export function bucketOrigin(timeZone: string, from: number): number {
  return A_MONDAY_MS - zoneOffsetMs(timeZone, from);
}
