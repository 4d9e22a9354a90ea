/** Rollups of many series: each stretch is asked of rollups or of raw points, then put together here. */
import type { MetricId } from '../../../contracts/metrics.ts';
import type { LocalDays } from '../days.ts';
import { HOUR_US, hourOf, toMillis } from '../micros.ts';
import type { RollupQuery, RollupRow } from '../port.ts';
import { planSegments, type Segment } from '../segments.ts';
import { rollupHours } from '../spans.ts';
import { duration, type InfluxQl, numberCell, within } from './influxQl.ts';
import { namesIn, partsOf, rollupsOf, type Tagged, tagsAre } from './layout.ts';
import { joined, type Part, partIn, partsFrom } from './parts.ts';
import type { State } from './state.ts';

/** More schools than this are picked out of the answer, not named in the question. */
const MAX_NAMED_SCHOOLS = 100;
const DAY_US = 24 * HOUR_US;

/** A stretch with one source and, for days, one offset of the zone. */
interface Piece {
  readonly segment: Segment;
  readonly offsetHours: number;
}

export async function readRollups(
  influxQl: InfluxQl,
  state: State,
  days: LocalDays,
  query: RollupQuery,
): Promise<RollupRow[]> {
  const wanted = query.schools === 'all' ? undefined : new Set<string>(query.schools);
  if (wanted?.size === 0) return [];
  const pieces = plan(state, days, query, wanted);
  const bucketUs = query.bucket === 'hour' ? HOUR_US : DAY_US;
  const answers = await influxQl.query(pieces.map((piece) => question(query.metric, piece, bucketUs, wanted)));

  const buckets = new Map<number, Map<string, { readonly names: Tagged; readonly part: Part }>>();
  answers.forEach((answer, index) => {
    const offsetUs = (pieces[index]?.offsetHours ?? 0) * HOUR_US;
    for (const series of answer) {
      const names = namesIn(series);
      if (wanted && !wanted.has(names.school)) continue;
      const key = JSON.stringify(names);
      for (const row of series.rows) {
        // Counted on local calendars: a day whose clocks change comes from two pieces and is one.
        const number = Math.floor((numberCell(series, row, 'time') + offsetUs) / bucketUs);
        const bucket = buckets.get(number) ?? new Map<string, { readonly names: Tagged; readonly part: Part }>();
        buckets.set(number, bucket);
        bucket.set(key, { names, part: joined(bucket.get(key)?.part, partIn(series, row)) });
      }
    }
  });
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .flatMap(([number, bucket]) => {
      const at = toMillis((query.bucket === 'hour' ? number : days.startOf(number)) * HOUR_US);
      return [...bucket.values()].map(({ names, part: { count, sum, min, max } }) => ({
        ...names,
        at,
        count,
        sum,
        min,
        max,
      }));
    });
}

function plan(state: State, days: LocalDays, query: RollupQuery, wanted: ReadonlySet<string> | undefined): Piece[] {
  const { fromHour, toHour } = rollupHours(query, days);
  const isAsked = (mark: string): boolean => {
    const { metric, school } = partsOf(mark);
    return metric === query.metric && (wanted?.has(school) ?? true);
  };
  const segments = planSegments(
    { fromUs: fromHour * HOUR_US, toUs: toHour * HOUR_US },
    { closedHour: state.closedHour ?? 0, dirtyHours: state.dirty.hours(fromHour, toHour, isAsked) },
  );
  if (query.bucket === 'hour') return segments.map((segment) => ({ segment, offsetHours: 0 }));
  return segments.flatMap((segment) =>
    days.stretches(hourOf(segment.fromUs), hourOf(segment.toUs)).map((stretch) => ({
      segment: { ...segment, fromUs: stretch.fromHour * HOUR_US, toUs: stretch.toHour * HOUR_US },
      offsetHours: stretch.offsetHours,
    })),
  );
}

function question(
  metric: MetricId,
  { segment, offsetHours }: Piece,
  bucketUs: number,
  wanted: ReadonlySet<string> | undefined,
): string {
  const source = segment.source === 'raw' ? metric : rollupsOf(metric);
  const schools =
    wanted && wanted.size <= MAX_NAMED_SCHOOLS
      ? ` AND (${[...wanted].map((school) => tagsAre({ school })).join(' OR ')})`
      : '';
  // Local midnight lies before UTC midnight by the offset; the database wants a shift within one bucket.
  const shiftUs = (((-offsetHours * HOUR_US) % bucketUs) + bucketUs) % bucketUs;
  return `SELECT ${partsFrom(segment.source)} FROM "${source}" WHERE ${within(segment)}${schools}
    GROUP BY time(${duration(bucketUs)}, ${duration(shiftUs)}), "school", "device", "sensor" fill(none)`;
}
