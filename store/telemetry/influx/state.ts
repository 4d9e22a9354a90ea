/** What maintenance has done so far: kept in InfluxDB, held in memory. */
import { createDirtyHours, type DirtyHours } from '../dirty.ts';
import { hourOf } from '../micros.ts';
import { type InfluxQl, numberCell } from './influxQl.ts';
import { DIRTY, fromTagValue, STATE } from './layout.ts';
import { createRecentIds, type RecentIds } from './recentIds.ts';

/** Some megabytes. */
const RECENT_SCANS = 50_000;

export interface State {
  /** Epoch hours before this are rolled up; null until the first maintenance. */
  closedHour: number | null;
  /** Raw data before this was dropped, epoch microseconds. */
  rawFromUs: number;
  /** What is deleted, as far as this process knows. */
  deletedBeforeUs: number;
  /** Closed hours with marks, see markOf(). */
  readonly dirty: DirtyHours<string>;
  readonly recentScans: RecentIds;
}

export async function loadState(influxQl: InfluxQl): Promise<State> {
  const [marks = [], dirtyMarks = []] = await influxQl.query([
    `SELECT last("value") AS "value" FROM "${STATE}" GROUP BY "name"`,
    `SELECT "dirty" FROM "${DIRTY}" WHERE "dirty" = 1 GROUP BY "metric", "school"`,
  ]);
  const values = new Map(
    marks.flatMap((series) =>
      series.rows.map((row) => [series.tags['name'], numberCell(series, row, 'value')] as const),
    ),
  );
  const dirty = createDirtyHours<string>();
  for (const series of dirtyMarks)
    for (const row of series.rows)
      dirty.add(
        hourOf(numberCell(series, row, 'time')),
        `${series.tags['metric'] ?? ''} ${fromTagValue(series.tags['school'] ?? '')}`,
      );
  return {
    closedHour: values.get('closed_hour') ?? null,
    rawFromUs: values.get('raw_from_us') ?? 0,
    deletedBeforeUs: 0,
    dirty,
    recentScans: createRecentIds({ keep: RECENT_SCANS }),
  };
}
