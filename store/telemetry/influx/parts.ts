/** Aggregates of one bucket over some stretch of time, and how two stretches become one. */
import type { Row } from '../cells.ts';
import type { Aggregate } from '../port.ts';
import type { Segment } from '../segments.ts';
import { numberCell, type ResultSeries } from './influxQl.ts';

export interface Part {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

const AGGREGATES: Record<Segment['source'], string> = {
  raw: `count("value") AS "count", sum("value") AS "sum", min("value") AS "min", max("value") AS "max",
    last("value") AS "last"`,
  rollup: `sum("count") AS "count", sum("sum") AS "sum", min("min") AS "min", max("max") AS "max",
    last("last") AS "last"`,
};

/** What to select so that partIn() can read it. */
export const partsFrom = (source: Segment['source']): string => AGGREGATES[source];

export function partIn(series: ResultSeries, row: Row): Part {
  return {
    count: numberCell(series, row, 'count'),
    sum: numberCell(series, row, 'sum'),
    min: numberCell(series, row, 'min'),
    max: numberCell(series, row, 'max'),
    last: numberCell(series, row, 'last'),
  };
}

/** `later` lies after `before` in time. */
export function joined(before: Part | undefined, later: Part): Part {
  if (!before) return later;
  return {
    count: before.count + later.count,
    sum: before.sum + later.sum,
    min: Math.min(before.min, later.min),
    max: Math.max(before.max, later.max),
    last: later.last,
  };
}

export function aggregateOf(part: Part, aggregate: Aggregate): number {
  return aggregate === 'mean' ? part.sum / part.count : part[aggregate];
}
