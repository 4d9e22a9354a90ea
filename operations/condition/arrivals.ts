/** Passages inwards of one school since local midnight, by the day of the passage itself. */
import type { Scan } from '../../contracts/scan.ts';
import type { DaySpan } from './localDay.ts';
import { createSeenIds, type SeenIds } from './seenIds.ts';

/** Four passages a day for the largest school there is; beyond it only very old repeats could count twice. */
const MAX_IDS_PER_DAY = 40_000;

export interface Arrivals {
  /** True when the count of `today` changed. Repeats and other days change nothing. */
  hear(scan: Pick<Scan, 'id' | 'at' | 'direction'>, today: DaySpan): boolean;
  /** Null: no gate reported on this day. */
  count(today: DaySpan): number | null;
}

interface DayCount {
  readonly from: number;
  count: number;
  readonly seen: SeenIds;
}

export function createArrivals(): Arrivals {
  /** Today and, for a gate whose clock is a little ahead at midnight, tomorrow. */
  let days: DayCount[] = [];

  function dayOf(at: number, today: DaySpan): DayCount | undefined {
    const from = at >= today.to ? today.to : today.from;
    // the pipeline dates nothing further ahead than minutes; a whole day ahead is somebody else's mistake
    if (at < today.from || at >= today.to + (today.to - today.from)) return undefined;
    const known = days.find((day) => day.from === from);
    if (known) return known;
    const day = { from, count: 0, seen: createSeenIds(MAX_IDS_PER_DAY) };
    days = [...days.filter((other) => other.from >= today.from), day];
    return day;
  }

  return {
    hear(scan, today) {
      const isFirst = !days.some((day) => day.from === today.from);
      const day = dayOf(scan.at, today);
      if (day === undefined) return false;
      const counts = scan.direction !== 'out' && day.seen.add(scan.id);
      if (counts) day.count++;
      return day.from === today.from && (counts || isFirst);
    },
    count(today) {
      return days.find((day) => day.from === today.from)?.count ?? null;
    },
  };
}
