/** What the chart of an alarm shows: some time before it, all of it, and a little after. */
import type { Range } from './range.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LEAST_BEFORE_MS = 30 * MINUTE_MS;
const LEAST_AFTER_MS = 10 * MINUTE_MS;
const MOST_BEFORE_MS = 12 * HOUR_MS;
/** An alarm that is still open is drawn up to now; by whole half minutes, so that each is asked for once. */
const SLOT_MS = MINUTE_MS / 2;

export function rangeAround(
  { raisedAt, clearedAt }: { readonly raisedAt: number; readonly clearedAt: number | null },
  now: number,
): Range {
  const slotNow = Math.ceil(now / SLOT_MS) * SLOT_MS;
  const end = clearedAt ?? Math.max(slotNow, raisedAt);
  const lasted = end - raisedAt;
  const before = Math.min(Math.max(LEAST_BEFORE_MS, lasted), MOST_BEFORE_MS);
  const after = Math.min(Math.max(LEAST_AFTER_MS, lasted / 4), MOST_BEFORE_MS);
  return { from: raisedAt - before, to: Math.min(end + after, Math.max(slotNow, end)) };
}
