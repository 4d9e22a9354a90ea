/** For tests: what every store must answer, computed the slow and obvious way from all readings. */
import type { Reading } from '../../../contracts/reading.ts';
import type { Scan } from '../../../contracts/scan.ts';
import type {
  Aggregate,
  BucketQuery,
  Point,
  RawQuery,
  RollupQuery,
  RollupRow,
  SeriesId,
  TelemetryBatch,
} from '../port.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Asia/Ho_Chi_Minh, in which the stores under test count their days: the same since 1975. */
const ZONE_OFFSET_MS = 7 * HOUR_MS;

export interface Reference {
  write(batch: TelemetryBatch): void;
  raw(query: Omit<RawQuery, 'limit'>): Point[];
  buckets(query: BucketQuery): Point[];
  rollups(query: RollupQuery): RollupRow[];
  latest(): Reading[];
  scans(query: { readonly school: string; readonly from: number; readonly to: number }): Scan[];
  all(): Reading[];
}

const seriesText = ({ school, device, sensor, metric }: SeriesId) => JSON.stringify([school, device, sensor, metric]);

export function createReference(): Reference {
  const readings = new Map<string, Reading>();
  const scans = new Map<string, Scan>();
  const all = () => [...readings.values()].sort((a, b) => a.measuredAt - b.measuredAt);
  const raw = ({ series, from, to }: Omit<RawQuery, 'limit'>): Point[] =>
    all()
      .filter((reading) => seriesText(reading) === seriesText(series))
      .filter(({ measuredAt }) => measuredAt >= from && measuredAt < to)
      .map(({ measuredAt, value }) => [measuredAt, value]);

  return {
    write(batch) {
      for (const reading of batch.readings) readings.set(`${seriesText(reading)} ${reading.measuredAt}`, reading);
      for (const scan of batch.scans) {
        const key = JSON.stringify([scan.school, scan.id]);
        if (!scans.has(key)) scans.set(key, scan);
      }
    },
    raw,
    buckets(query) {
      const start = (at: number) => Math.floor((at - query.originMs) / query.everyMs) * query.everyMs + query.originMs;
      return groups(raw(query), ([at]) => start(at)).map(([at, points]) => [
        at,
        aggregate(
          points.map(([, value]) => value),
          query.aggregate,
        ),
      ]);
    },
    rollups({ metric, schools, bucket, from, to }) {
      const start = (at: number) =>
        bucket === 'hour'
          ? Math.floor(at / HOUR_MS) * HOUR_MS
          : Math.floor((at + ZONE_OFFSET_MS) / DAY_MS) * DAY_MS - ZONE_OFFSET_MS;
      const asked = all().filter(
        (reading) => reading.metric === metric && (schools === 'all' || schools.includes(reading.school)),
      );
      return groups(asked, ({ measuredAt }) => start(measuredAt))
        .filter(([at]) => at >= from && at < to)
        .flatMap(([at, inBucket]) =>
          groups(inBucket, seriesText).flatMap(([, ofSeries]) => {
            const values = ofSeries.map(({ value }) => value);
            return ofSeries.slice(0, 1).map(({ school, device, sensor }) => ({
              school,
              device,
              sensor,
              at,
              count: values.length,
              sum: aggregate(values, 'sum'),
              min: aggregate(values, 'min'),
              max: aggregate(values, 'max'),
            }));
          }),
        );
    },
    latest: () => groups(all(), seriesText).flatMap(([, ofSeries]) => ofSeries.slice(-1)),
    scans: ({ school, from, to }) =>
      [...scans.values()]
        .filter((scan) => scan.school === school && scan.at >= from && scan.at < to)
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    all,
  };
}

function groups<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): [Key, Item[]][] {
  const found = new Map<Key, Item[]>();
  for (const item of items) {
    const group = found.get(keyOf(item));
    if (group) group.push(item);
    else found.set(keyOf(item), [item]);
  }
  return [...found];
}

/** Of values in time order. */
function aggregate(values: readonly number[], how: Aggregate): number {
  const sum = values.reduce((a, b) => a + b, 0);
  switch (how) {
    case 'mean':
      return sum / values.length;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'sum':
      return sum;
    case 'count':
      return values.length;
    case 'last':
      return values.at(-1) ?? Number.NaN;
  }
}
