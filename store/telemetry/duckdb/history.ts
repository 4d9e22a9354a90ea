/** History of one series, and rollups of many: rollups where they are complete, raw rows for the rest, one query each. */

import { numberIn } from '../cells.ts';
import type { LocalDays } from '../days.ts';
import { HOUR_US, spanInMicros, toMillis } from '../micros.ts';
import type { Aggregate, BucketQuery, Point, RawQuery, RollupQuery, RollupRow } from '../port.ts';
import { planSegments, type Segment } from '../segments.ts';
import { bucketSizes, rollupHours } from '../spans.ts';
import { type Sql, textLiteral } from './database.ts';
import { type Memory, rawRows } from './memory.ts';
import { seriesKey } from './series.ts';

export async function readRaw(sql: Sql, memory: Memory, query: RawQuery): Promise<Point[]> {
  const id = memory.book.idOf(seriesKey(query.series));
  const rows = id === undefined ? undefined : rawRows(memory, 'readings', spanInMicros(query), `series = ${id}`);
  if (!rows) return [];
  const found = await sql.rows(
    `SELECT at_us::DOUBLE, value FROM (${rows}) ORDER BY at_us LIMIT ${Math.max(0, Math.floor(query.limit))}`,
  );
  return found.map((row) => [toMillis(numberIn(row, 0)), numberIn(row, 1)]);
}

const AGGREGATE_SQL: Record<Aggregate, string> = {
  mean: 'sum(sum) / sum(count)',
  min: 'min(min)',
  max: 'max(max)',
  sum: 'sum(sum)',
  count: 'sum(count)::DOUBLE',
  last: 'arg_max(last, last_us)',
};

export async function readBuckets(sql: Sql, memory: Memory, query: BucketQuery): Promise<Point[]> {
  const { everyUs, originUs, wholeHours } = bucketSizes(query);
  const id = memory.book.idOf(seriesKey(query.series));
  if (id === undefined) return [];
  const span = spanInMicros(query);
  const dirtyHours = memory.dirty.hours(0, Number.MAX_SAFE_INTEGER, (series) => series === id);
  const segments = planSegments(span, { closedHour: wholeHours ? (memory.closedHour ?? 0) : 0, dirtyHours });
  // The origin is moved to before every stored time: integer division then rounds down, not to zero.
  const bucket = (time: string) => `(${time} - ${originUs - everyUs}) // ${everyUs}`;
  const parts = segments.flatMap((segment) => {
    const where = `series = ${id}`;
    if (segment.source === 'rollup')
      return `SELECT ${bucket(`hour::BIGINT * ${HOUR_US}`)} AS bucket, count, sum, min, max, last, hour::BIGINT * ${HOUR_US} AS last_us
        FROM rollups WHERE ${where} AND ${hoursOf(segment)}`;
    const rows = rawRows(memory, 'readings', segment, where);
    return rows
      ? `SELECT ${bucket('at_us')} AS bucket, count(*) AS count, sum(value) AS sum, min(value) AS min, max(value) AS max,
          arg_max(value, at_us) AS last, max(at_us) AS last_us FROM (${rows}) GROUP BY 1`
      : [];
  });
  if (parts.length === 0) return [];
  const found = await sql.rows(`
    SELECT bucket::DOUBLE, ${AGGREGATE_SQL[query.aggregate]}
    FROM (${parts.join(' UNION ALL ')}) GROUP BY bucket ORDER BY bucket`);
  return found.map((row) => [toMillis(numberIn(row, 0) * everyUs + originUs - everyUs), numberIn(row, 1)]);
}

export async function readRollups(sql: Sql, memory: Memory, days: LocalDays, query: RollupQuery): Promise<RollupRow[]> {
  const { fromHour, toHour } = rollupHours(query, days);
  if (toHour <= fromHour) return [];
  const wanted = new Set(query.schools === 'all' ? [] : query.schools);
  const isAsked = (id: number): boolean => {
    const { metric, school } = memory.book.at(id);
    return metric === query.metric && (query.schools === 'all' || wanted.has(school));
  };
  const segments = planSegments(
    { fromUs: fromHour * HOUR_US, toUs: toHour * HOUR_US },
    { closedHour: memory.closedHour ?? 0, dirtyHours: memory.dirty.hours(fromHour, toHour, isAsked) },
  );
  const parts = segments.flatMap((segment) => {
    if (segment.source === 'rollup')
      return `SELECT series, hour, count, sum, min, max FROM rollups SEMI JOIN asked ON asked.id = rollups.series WHERE ${hoursOf(segment)}`;
    const rows = rawRows(memory, 'readings', segment);
    return rows
      ? `SELECT series, (at_us // ${HOUR_US})::INTEGER AS hour, count(*) AS count, sum(value) AS sum, min(value) AS min,
          max(value) AS max FROM (${rows}) raw SEMI JOIN asked ON asked.id = raw.series GROUP BY 1, 2`
      : [];
  });
  if (parts.length === 0) return [];
  const bySchool = query.schools === 'all' ? '' : `AND school IN (${[...wanted].map(textLiteral).join(', ') || "''"})`;
  const found = await sql.rows(
    `WITH asked AS (SELECT id FROM series WHERE metric = $metric ${bySchool})
     SELECT ${query.bucket === 'hour' ? 'hour' : localDay(days, fromHour, toHour)} AS bucket, series, sum(count)::DOUBLE,
       sum(sum), min(min), max(max)
     FROM (${parts.join(' UNION ALL ')}) GROUP BY 1, 2 ORDER BY 1, 2`,
    { metric: query.metric },
  );
  return found.map((row) => {
    const { school, device, sensor } = memory.book.at(numberIn(row, 1));
    const hour = query.bucket === 'hour' ? numberIn(row, 0) : days.startOf(numberIn(row, 0));
    return {
      school,
      device,
      sensor,
      at: toMillis(hour * HOUR_US),
      count: numberIn(row, 2),
      sum: numberIn(row, 3),
      min: numberIn(row, 4),
      max: numberIn(row, 5),
    };
  });
}

const hoursOf = ({ fromUs, toUs }: Segment): string => `hour >= ${fromUs / HOUR_US} AND hour < ${toUs / HOUR_US}`;

/** SQL for the local day of `hour`: a constant shift, or one per stretch where the clocks change. */
function localDay(days: LocalDays, fromHour: number, toHour: number): string {
  const stretches = days.stretches(fromHour, toHour);
  const shifted = (offsetHours: number) => `(hour + ${offsetHours}) // 24`;
  const cases = stretches.map(({ toHour: end, offsetHours }) => `WHEN hour < ${end} THEN ${shifted(offsetHours)}`);
  return `(CASE ${cases.join(' ')} END)`;
}
