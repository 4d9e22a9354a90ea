/** History of one series: raw points by cursor, or buckets. */
import type { z } from 'zod';
import { instantIn } from '../../contracts/http/instant.ts';
import { DEFAULT_RAW_POINTS, history, historyQuery, MAX_POINTS } from '../../contracts/http/readings.ts';
import { METRICS } from '../../contracts/metrics.ts';
import type { Point, SeriesId, TelemetryStore } from '../../store/telemetry/port.ts';
import { bucketOrigin, parseDuration } from '../duration.ts';
import { encodeCursor, pageRequest } from '../paging.ts';
import type { ApiLog, LatestBook } from '../ports.ts';
import { type Refused, refuse } from '../problems.ts';
import { NO_BODY, NO_PARAMS, ok, permitted, type Route, route } from '../route.ts';

/** Longer than any installation lives: a span beyond it is a time in seconds or nanoseconds taken for milliseconds. */
const MAX_SPAN_DAYS = 73_000;
const DAY_MS = 86_400_000;

type HistoryQuery = z.output<typeof historyQuery>;

export interface HistoryRouteParts {
  readonly telemetry: Pick<TelemetryStore, 'raw' | 'buckets'>;
  readonly latest: LatestBook;
  readonly timeZone: string;
  readonly log: ApiLog;
}

export function historyRoutes({ telemetry, latest, timeZone, log }: HistoryRouteParts): Route[] {
  const localInstant = instantIn(timeZone);

  /** The sensor meant when none is named: the only one there is. */
  function sensorOf({ school, device, metric, sensor }: HistoryQuery): string | Refused {
    if (sensor !== undefined) return sensor;
    const [only = '', ...others] = latest.sensorsOf(school, device, metric);
    if (others.length === 0) return only;
    const names = [only, ...others].toSorted().map((name) => `“${name}”`);
    const message = `this device reports ${metric} from several sensors; name one of ${names.join(', ')}`;
    return refuse.badRequest([{ path: 'query.sensor', message }]);
  }

  /** The first point of the next page is its cursor: times of one series are unique. */
  function page(points: readonly Point[], limit: number): { points: Point[]; cursor?: string } {
    const next = points[limit];
    return { points: points.slice(0, limit), ...(next && { cursor: encodeCursor([String(next[0])]) }) };
  }

  async function read(series: SeriesId, from: number, query: HistoryQuery, everyMs: number | undefined) {
    const { to, aggregate = 'mean' } = query;
    if (everyMs === undefined) {
      const limit = query.limit ?? DEFAULT_RAW_POINTS;
      return page(await telemetry.raw({ series, from, to, limit: limit + 1 }), limit);
    }
    // From the cursor on, which is the start of a bucket, the buckets are the same ones.
    const originMs = bucketOrigin(timeZone, query.from);
    const points = await telemetry.buckets({ series, from, to, everyMs, originMs, aggregate });
    return page(points, query.limit ?? MAX_POINTS);
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/readings',
      summary: 'History of one series; states are 0 and 1; a bucket without data is absent',
      access: permitted('view', 'visible'),
      params: NO_PARAMS,
      query: historyQuery.extend({ from: localInstant, to: localInstant }),
      body: NO_BODY,
      answer: history,
      async handle({ query, sight }) {
        if (!(await sight()).school(query.school)) return refuse.notFound('school');
        const every = query.every === undefined ? undefined : parseDuration(query.every);
        const errors = spanErrors(query, every);
        if (errors.length > 0) return refuse.badRequest(errors);
        const everyMs = every?.ok ? every.ms : undefined;
        const after = pageRequest({ limit: 1, cursor: query.cursor }, 1);
        if ('refused' in after) return after;
        const from = after.after ? Number(after.after[0]) : query.from;
        if (!Number.isFinite(from))
          return refuse.badRequest([{ path: 'query.cursor', message: 'not a cursor of this list' }]);
        const sensor = sensorOf(query);
        if (typeof sensor !== 'string') return sensor;
        const { school, device, metric } = query;
        const unit = query.aggregate === 'count' && everyMs !== undefined ? null : METRICS[metric].unit;
        try {
          const series = { school, device, sensor, metric };
          const { points, cursor } = await read(series, Math.max(from, query.from), query, everyMs);
          return ok({ unit, points: points.map(([at, value]): [number, number] => [at, value]), cursor });
        } catch (error) {
          log.error({ err: error }, 'history could not be read');
          return refuse.unavailable('The time-series store does not answer; what comes in is kept meanwhile.');
        }
      },
    }),
  ];
}

function spanErrors(
  { from, to, aggregate }: HistoryQuery,
  every: ReturnType<typeof parseDuration> | undefined,
): { path: string; message: string }[] {
  if (every && !every.ok) return [{ path: 'query.every', message: every.message }];
  if (to <= from) return [{ path: 'query.to', message: 'must be later than from' }];
  const days = Math.round((to - from) / DAY_MS);
  if (days > MAX_SPAN_DAYS)
    return [
      { path: 'query.to', message: `${days} days after from; at most ${MAX_SPAN_DAYS} (times are epoch milliseconds)` },
    ];
  if (!every)
    return aggregate === undefined
      ? []
      : [{ path: 'query.aggregate', message: 'needs `every`, the length of a bucket' }];
  const buckets = Math.ceil((to - from) / every.ms) + 1;
  if (buckets <= MAX_POINTS) return [];
  return [
    {
      path: 'query.every',
      message: `${buckets} buckets in this span; at most ${MAX_POINTS}: ask for longer buckets or less time`,
    },
  ];
}
