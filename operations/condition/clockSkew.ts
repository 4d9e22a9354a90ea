/**
 * How far a gateway's clock is off. A message takes time, so measuredAt - receivedAt is the skew minus a delay that is
 * never negative: the largest difference of the last minutes is the closest to the skew.
 */

export const SKEW_WINDOW_MS = 10 * 60_000;

export interface ClockSkew {
  readonly windowFrom: number;
  readonly largestMs: number;
  readonly previousLargestMs: number | null;
}

export function hearClock(skew: ClockSkew | null, differenceMs: number, at: number): ClockSkew {
  if (skew === null || at - skew.windowFrom >= 2 * SKEW_WINDOW_MS)
    return { windowFrom: at, largestMs: differenceMs, previousLargestMs: null };
  if (at - skew.windowFrom >= SKEW_WINDOW_MS)
    return { windowFrom: at, largestMs: differenceMs, previousLargestMs: skew.largestMs };
  return differenceMs > skew.largestMs ? { ...skew, largestMs: differenceMs } : skew;
}

/** Gateway clock minus ours, whole ms. */
export function skewMsOf(skew: ClockSkew): number {
  // adding zero turns a rounded -0 into 0, which JSON would do behind our back
  return Math.round(Math.max(skew.largestMs, skew.previousLargestMs ?? Number.NEGATIVE_INFINITY)) + 0;
}
