/** Which part of a question is answered by rollups and which by raw readings. Both stores follow the same plan. */
import { HOUR_US, type SpanUs } from './micros.ts';

export interface Segment extends SpanUs {
  readonly source: 'rollup' | 'raw';
}

/** More stretches than this make a query slower than reading some clean hours raw. */
const MAX_RAW_RUNS = 32;

/**
 * Splits a span at hours, in time order, without gap or overlap. Whole hours before `closedHour` that are not in
 * `dirtyHours` (ascending) come from rollups; the ragged ends, dirty and open hours come from raw.
 */
export function planSegments(
  { fromUs, toUs }: SpanUs,
  { closedHour, dirtyHours }: { readonly closedHour: number; readonly dirtyHours: readonly number[] },
): Segment[] {
  const firstHour = Math.ceil(fromUs / HOUR_US);
  const endHour = Math.min(Math.floor(toUs / HOUR_US), closedHour);
  if (endHour <= firstHour) return toUs > fromUs ? [{ source: 'raw', fromUs, toUs }] : [];

  const segments: Segment[] = [];
  const add = (source: Segment['source'], from: number, to: number) => {
    const before = segments.at(-1);
    if (to <= from) return;
    if (before?.source === source) segments[segments.length - 1] = { ...before, toUs: to };
    else segments.push({ source, fromUs: from, toUs: to });
  };
  add('raw', fromUs, firstHour * HOUR_US);
  let cleanFrom = firstHour;
  for (const run of runsOf(dirtyHours.filter((hour) => hour >= firstHour && hour < endHour))) {
    add('rollup', cleanFrom * HOUR_US, run.from * HOUR_US);
    add('raw', run.from * HOUR_US, run.to * HOUR_US);
    cleanFrom = run.to;
  }
  add('rollup', cleanFrom * HOUR_US, endHour * HOUR_US);
  add('raw', endHour * HOUR_US, toUs);
  return segments;
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Neighbouring hours joined; over small gaps too when there would be too many. */
function runsOf(hours: readonly number[]): Run[] {
  for (let gap = 0; ; gap = gap * 2 + 1) {
    const runs: Run[] = [];
    for (const hour of hours) {
      const before = runs.at(-1);
      if (before && hour - before.to <= gap) runs[runs.length - 1] = { from: before.from, to: hour + 1 };
      else runs.push({ from: hour, to: hour + 1 });
    }
    if (runs.length <= MAX_RAW_RUNS) return runs;
  }
}
