/** What the store knows without asking its file: always what was committed last. */
import type { DeviceId, SchoolId } from '../../../contracts/ids.ts';
import type { MetricId } from '../../../contracts/metrics.ts';
import { numberIn, type Row, textIn } from '../cells.ts';
import { createDirtyHours, type DirtyHours } from '../dirty.ts';
import { HOUR_US, monthOf, monthStartUs, type SpanUs } from '../micros.ts';
import type { Sql } from './database.ts';
import { loadMarks, loadMonths, prepareSchema, type RawKind, rawTable } from './schema.ts';
import { createSeriesBook, type SeriesBook } from './series.ts';

export interface Memory {
  readonly book: SeriesBook;
  readonly dirty: DirtyHours<number>;
  /** Months that have a raw table. */
  readonly months: Readonly<Record<RawKind, Set<number>>>;
  closedHour: number | null;
  rawFromUs: number;
}

/** Reads everything anew. Quick whatever is stored: only open and dirty hours are scanned. */
export async function loadMemory(sql: Sql): Promise<Memory> {
  await prepareSchema(sql);
  const memory: Memory = {
    book: createSeriesBook(),
    dirty: createDirtyHours(),
    months: {
      readings: new Set(await loadMonths(sql, 'readings')),
      scans: new Set(await loadMonths(sql, 'scans')),
    },
    ...(await loadMarks(sql)),
  };
  // The brands were checked when the reading was decoded; the file gives back what it was given.
  for (const row of await sql.rows('SELECT school, device, sensor, metric FROM series ORDER BY id'))
    memory.book.add({
      school: textIn(row, 0) as SchoolId,
      device: textIn(row, 1) as DeviceId,
      sensor: textIn(row, 2),
      metric: textIn(row, 3) as MetricId,
    });
  for (const row of await sql.rows('SELECT DISTINCT hour, series FROM dirty'))
    memory.dirty.add(numberIn(row, 0), numberIn(row, 1));
  await loadNewest(sql, memory);
  return memory;
}

/** Saved for the closed hours that are clean; found in the raw tables for the rest. */
async function loadNewest(sql: Sql, memory: Memory): Promise<void> {
  const offer = (row: Row) =>
    memory.book.offer(numberIn(row, 0), {
      atUs: numberIn(row, 1),
      value: numberIn(row, 2),
      receivedUs: numberIn(row, 3),
      flags: numberIn(row, 4),
    });
  for (const row of await sql.rows('SELECT series, at_us::DOUBLE, value, received_us::DOUBLE, flags FROM newest'))
    offer(row);

  const newestOf = (rows: string) => `
    SELECT series, max(at_us)::DOUBLE, arg_max(value, at_us), arg_max(received_us, at_us)::DOUBLE, arg_max(flags, at_us)
    FROM (${rows}) GROUP BY series`;
  const openFromUs = (memory.closedHour ?? 0) * HOUR_US;
  const open = rawRows(memory, 'readings', { fromUs: openFromUs, toUs: Number.MAX_SAFE_INTEGER });
  if (open) for (const row of await sql.rows(newestOf(open))) offer(row);

  const firstDirty = memory.dirty.first();
  if (firstDirty === undefined) return;
  const late = rawRows(memory, 'readings', { fromUs: firstDirty * HOUR_US, toUs: openFromUs });
  if (!late) return;
  const inDirtyHours = `SELECT r.* FROM (${late}) r SEMI JOIN dirty d ON d.series = r.series AND d.hour = r.at_us // ${HOUR_US}`;
  for (const row of await sql.rows(newestOf(inDirtyHours))) offer(row);
}

/** All rows of a span over the month tables it touches, as SQL; undefined when there is no such table. */
export function rawRows(memory: Pick<Memory, 'months'>, kind: RawKind, span: SpanUs, where = ''): string | undefined {
  const parts = monthsIn(memory, kind, span).map(
    (month) =>
      `SELECT * FROM ${rawTable(kind, month)} WHERE at_us >= ${span.fromUs} AND at_us < ${span.toUs}${where && ` AND ${where}`}`,
  );
  return parts.length > 0 ? parts.join(' UNION ALL ') : undefined;
}

function monthsIn(memory: Pick<Memory, 'months'>, kind: RawKind, { fromUs, toUs }: SpanUs): number[] {
  return [...memory.months[kind]]
    .filter((month) => monthStartUs(month) < toUs && monthStartUs(month + 1) > fromUs)
    .sort((a, b) => a - b);
}

/** The month of a time, quick for times of one month in a row. */
export function createMonthFinder(): (atUs: number) => number {
  let [month, fromUs, toUs] = [0, 0, 0];
  return (atUs) => {
    if (atUs < fromUs || atUs >= toUs) {
      month = monthOf(atUs);
      [fromUs, toUs] = [monthStartUs(month), monthStartUs(month + 1)];
    }
    return month;
  };
}
