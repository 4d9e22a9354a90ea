/** One batch, one transaction: dictionary, raw rows, scans and the marks of what maintenance must do again. */
import type { Scan } from '../../../contracts/scan.ts';
import { createDirtyHours } from '../dirty.ts';
import { hourOf, toMicros } from '../micros.ts';
import { scanHash } from '../scanHash.ts';
import type { Sql } from './database.ts';
import { ask, findReadings, findScans } from './lookup.ts';
import type { Memory } from './memory.ts';
import { createReadingRows, type ReadingRows } from './rows.ts';
import { createRawTable, type RawKind, rawTable } from './schema.ts';
import type { StoredReading } from './series.ts';
import type { Staged } from './stage.ts';

export const isEmpty = ({ fresh, late, scans }: Staged): boolean => fresh.size + late.size + scans.size === 0;

/** Writes what is staged. Returns what is left to do after the commit: bringing the memory up to date. */
export async function writeStaged(sql: Sql, memory: Memory, staged: Staged): Promise<() => void> {
  const { newSeries, fresh, late, scans } = staged;
  const marks = createMarks(memory);
  const createdMonths: [RawKind, number][] = [];
  const createTable = async (kind: RawKind, month: number): Promise<void> => {
    if (memory.months[kind].has(month)) return;
    await sql.run(createRawTable(kind, month));
    createdMonths.push([kind, month]);
  };

  if (newSeries.length > 0)
    await sql.append('series', [
      { type: 'integer', values: newSeries.map((_, index) => memory.book.size + index) },
      { type: 'text', values: newSeries.map(({ school }) => school) },
      { type: 'text', values: newSeries.map(({ device }) => device) },
      { type: 'text', values: newSeries.map(({ sensor }) => sensor) },
      { type: 'text', values: newSeries.map(({ metric }) => metric) },
    ]);

  const revised: ReadingRows[] = [];
  for (const [month, rows] of late) {
    const { missing, changed } = await compare(sql, memory, month, rows);
    if (changed.size > 0) {
      await overwrite(sql, month, changed);
      marks.note(changed);
      revised.push(changed);
    }
    if (missing.size === 0) continue;
    await createTable('readings', month);
    await sql.append(rawTable('readings', month), missing.columns());
    marks.note(missing);
  }
  for (const [month, rows] of fresh) {
    await createTable('readings', month);
    await sql.append(rawTable('readings', month), rows.columns());
    marks.note(rows);
  }

  const known = await findScans(sql, memory, [...scans.values()].flat());
  let position = 0;
  for (const [month, ofMonth] of scans) {
    const unknown = ofMonth.filter(() => !known.has(position++));
    if (unknown.length === 0) continue;
    await createTable('scans', month);
    await sql.append(rawTable('scans', month), scanColumns(unknown));
  }
  await marks.save(sql);

  return () => {
    for (const series of newSeries) memory.book.add(series);
    for (const rows of [...fresh.values(), ...revised])
      for (let row = 0; row < rows.size; row += 1) memory.book.offer(rows.seriesAt(row), rows.readingAt(row));
    for (const [kind, month] of createdMonths) memory.months[kind].add(month);
    marks.commit();
  };
}

/** Which of the late rows are not stored yet, and which are stored with other content. */
async function compare(sql: Sql, memory: Memory, month: number, rows: ReadingRows) {
  if (!memory.months.readings.has(month)) return { missing: rows, changed: createReadingRows() };
  const stored = await findReadings(sql, month, rows);
  const missing = createReadingRows();
  const changed = createReadingRows();
  for (let row = 0; row < rows.size; row += 1) {
    const before = stored.get(row);
    if (!before) missing.append(rows.seriesAt(row), rows.readingAt(row));
    else if (!isSame(before, rows.readingAt(row))) changed.append(rows.seriesAt(row), rows.readingAt(row));
  }
  return { missing, changed };
}

const isSame = (a: StoredReading, b: StoredReading): boolean =>
  a.value === b.value && a.receivedUs === b.receivedUs && a.flags === b.flags;

async function overwrite(sql: Sql, month: number, rows: ReadingRows): Promise<void> {
  await ask(sql, rows);
  const times = Array.from({ length: rows.size }, (_, row) => rows.readingAt(row).atUs);
  const [firstUs, lastUs] = times.reduce(([a, b], atUs) => [Math.min(a, atUs), Math.max(b, atUs)], [Infinity, 0]);
  await sql.run(`
    UPDATE ${rawTable('readings', month)} stored
    SET value = asked.value, received_us = asked.received_us, flags = asked.flags
    FROM asked
    WHERE stored.series = asked.series AND stored.at_us = asked.at_us
      AND stored.at_us >= ${firstUs} AND stored.at_us <= ${lastUs}`);
}

/** Collects the closed hours that the batch touches and that are not marked yet. */
function createMarks(memory: Memory) {
  const added = createDirtyHours<number>();
  const list: [series: number, hour: number][] = [];
  const closedHour = memory.closedHour ?? 0;

  return {
    note(rows: ReadingRows): void {
      for (let row = 0; row < rows.size; row += 1) {
        const hour = hourOf(rows.readingAt(row).atUs);
        const series = rows.seriesAt(row);
        if (hour >= closedHour || memory.dirty.has(hour, series) || added.has(hour, series)) continue;
        added.add(hour, series);
        list.push([series, hour]);
      }
    },
    async save(sql: Sql): Promise<void> {
      if (list.length === 0) return;
      await sql.append('dirty', [
        { type: 'integer', values: list.map(([series]) => series) },
        { type: 'integer', values: list.map(([, hour]) => hour) },
      ]);
    },
    commit(): void {
      for (const [series, hour] of list) memory.dirty.add(hour, series);
    },
  };
}

function scanColumns(scans: readonly Scan[]) {
  return [
    { type: 'bigint', values: scans.map(scanHash) },
    { type: 'text', values: scans.map(({ school }) => school) },
    { type: 'text', values: scans.map(({ id }) => id) },
    { type: 'text', values: scans.map(({ gate }) => gate) },
    { type: 'bigint', values: scans.map(({ at }) => toMicros(at)) },
    { type: 'bigint', values: scans.map(({ receivedAt }) => toMicros(receivedAt)) },
    { type: 'text', values: scans.map(({ credentialType }) => credentialType) },
    { type: 'text', values: scans.map(({ credential }) => credential) },
    { type: 'text', values: scans.map(({ direction }) => direction) },
    { type: 'tinyint', values: scans.map(({ flags }) => flags) },
  ] as const;
}
