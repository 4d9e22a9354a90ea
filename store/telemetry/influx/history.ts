/** History of one series. */
import { HOUR_US, spanInMicros, toMillis } from '../micros.ts';
import type { BucketQuery, Point, RawQuery } from '../port.ts';
import { planSegments } from '../segments.ts';
import { bucketSizes } from '../spans.ts';
import { duration, type InfluxQl, numberCell, within } from './influxQl.ts';
import { markOf, rollupsOf, tagsAre } from './layout.ts';
import { aggregateOf, joined, type Part, partIn, partsFrom } from './parts.ts';
import type { State } from './state.ts';

export async function readRaw(influxQl: InfluxQl, query: RawQuery): Promise<Point[]> {
  const { metric, school, device, sensor } = query.series;
  const span = spanInMicros(query);
  const limit = Math.floor(query.limit);
  if (span.toUs <= span.fromUs || limit < 1) return [];
  const [found = []] = await influxQl.query([
    `SELECT "value" FROM "${metric}" WHERE ${tagsAre({ school, device, sensor })} AND ${within(span)}
     ORDER BY time ASC LIMIT ${limit}`,
  ]);
  return found.flatMap((series) =>
    series.rows.map((row): Point => [toMillis(numberCell(series, row, 'time')), numberCell(series, row, 'value')]),
  );
}

export async function readBuckets(influxQl: InfluxQl, state: State, query: BucketQuery): Promise<Point[]> {
  const { everyUs, originUs, wholeHours } = bucketSizes(query);
  const { metric, school, device, sensor } = query.series;
  const span = spanInMicros(query);
  const mark = markOf(metric, school);
  const segments = planSegments(span, {
    closedHour: wholeHours ? (state.closedHour ?? 0) : 0,
    dirtyHours: state.dirty.hours(span.fromUs / HOUR_US, span.toUs / HOUR_US, (dirty) => dirty === mark),
  });
  const answers = await influxQl.query(
    segments.map(
      (segment) =>
        `SELECT ${partsFrom(segment.source)} FROM "${segment.source === 'raw' ? metric : rollupsOf(metric)}"
         WHERE ${tagsAre({ school, device, sensor })} AND ${within(segment)}
         GROUP BY time(${duration(everyUs)}, ${duration(originUs)}) fill(none)`,
    ),
  );
  const buckets = new Map<number, Part>();
  for (const series of answers.flat())
    for (const row of series.rows) {
      const startUs = numberCell(series, row, 'time');
      buckets.set(startUs, joined(buckets.get(startUs), partIn(series, row)));
    }
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([startUs, part]): Point => [toMillis(startUs), aggregateOf(part, query.aggregate)]);
}
