/** Rollups brought up to date and old months dropped, in small transactions so that writes wait only for one of them. */

import { numberIn } from '../cells.ts';
import { HOUR_US, hourOf, monthOf, monthStartUs } from '../micros.ts';
import { fillAsked } from './asked.ts';
import type { Sql } from './database.ts';
import { type Memory, rawRows } from './memory.ts';
import { type RawKind, rawTable, saveMark } from './schema.ts';

/** Hours closed in one transaction: a large city's hours take a fraction of a second each. */
const HOURS_PER_STEP = 6;

/** Runs in a transaction; what it returns is done to the memory after the commit. */
export type Step = (sql: Sql) => Promise<() => void>;

/** The next piece of work, or undefined when all is done. Asked again after each step. */
export function nextStep(memory: Memory, closeBefore: number, keepRawFromUs: number | null): Step | undefined {
  if (memory.closedHour === null || memory.closedHour < closeBefore)
    return (sql) => closeHours(sql, memory, closeBefore);
  const firstDirty = memory.dirty.first();
  if (firstDirty !== undefined) return (sql) => recompute(sql, memory, firstDirty);
  const outdated = keepRawFromUs === null ? [] : outdatedMonths(memory, keepRawFromUs);
  return outdated.length > 0 ? (sql) => dropMonths(sql, memory, outdated) : undefined;
}

const rollUp = (rows: string): string => `
  INSERT INTO rollups
  SELECT series, at_us // ${HOUR_US} AS hour, count(*), sum(value), min(value), max(value), arg_max(value, at_us)
  FROM (${rows}) GROUP BY series, hour ORDER BY hour, series`;

async function closeHours(sql: Sql, memory: Memory, closeBefore: number): Promise<() => void> {
  const from = await firstHourWithData(sql, memory, memory.closedHour ?? 0, closeBefore);
  const to = Math.min(from + HOURS_PER_STEP, closeBefore);
  const span = { fromUs: from * HOUR_US, toUs: to * HOUR_US };
  const rows = rawRows(memory, 'readings', span);
  if (rows) await sql.run(rollUp(rows));
  const ids = Array.from({ length: memory.book.size }, (_, id) => id);
  await saveNewest(
    sql,
    memory,
    ids.filter((id) => {
      const atUs = memory.book.newest(id)?.atUs ?? -1;
      return atUs >= span.fromUs && atUs < span.toUs;
    }),
  );
  await saveMark(sql, 'closed_hour', to);
  return () => {
    memory.closedHour = to;
  };
}

/** Skips what has no data: years of nothing are one query, not one step for each six hours. */
async function firstHourWithData(sql: Sql, memory: Memory, from: number, to: number): Promise<number> {
  const rows = rawRows(memory, 'readings', { fromUs: from * HOUR_US, toUs: to * HOUR_US });
  const [first] = rows ? await sql.rows(`SELECT min(at_us)::DOUBLE FROM (${rows})`) : [];
  return first && first[0] !== null ? hourOf(numberIn(first, 0)) : to;
}

/** Rolls up again what was marked within the UTC day of the given hour. */
async function recompute(sql: Sql, memory: Memory, someHour: number): Promise<() => void> {
  const day = Math.floor(someHour / 24);
  const [fromHour, toHour] = [day * 24, day * 24 + 24];
  const marks = memory.dirty
    .hours(fromHour, toHour, () => true)
    .flatMap((hour) => memory.dirty.keys(hour).map((series) => ({ series, hour })));
  await fillAsked(sql, 'asked_hours', [
    { type: 'integer', values: marks.map(({ series }) => series) },
    { type: 'integer', values: marks.map(({ hour }) => hour) },
  ]);
  const whereAsked = (table: string) => `
    FROM ${table} USING asked_hours asked WHERE ${table}.series = asked.series AND ${table}.hour = asked.hour
      AND ${table}.hour >= ${fromHour} AND ${table}.hour < ${toHour}`;
  await sql.run(`DELETE ${whereAsked('rollups')}`);
  const rows = rawRows(memory, 'readings', { fromUs: fromHour * HOUR_US, toUs: toHour * HOUR_US });
  if (rows)
    await sql.run(
      rollUp(`SELECT raw.* FROM (${rows}) raw
        SEMI JOIN asked_hours asked ON asked.series = raw.series AND asked.hour = raw.at_us // ${HOUR_US}`),
    );
  await sql.run(`DELETE ${whereAsked('dirty')}`);
  await saveNewest(
    sql,
    memory,
    marks
      .filter(({ series, hour }) => hourOf(memory.book.newest(series)?.atUs ?? -1) === hour)
      .map(({ series }) => series),
  );
  return () => {
    for (const { series, hour } of marks) memory.dirty.delete(hour, series);
  };
}

/** For series whose newest reading is no longer found in open or dirty hours. */
async function saveNewest(sql: Sql, memory: Memory, ids: readonly number[]): Promise<void> {
  const known = ids.flatMap((id) => {
    const reading = memory.book.newest(id);
    return reading ? [{ id, reading }] : [];
  });
  if (known.length === 0) return;
  await fillAsked(sql, 'asked_series', [{ type: 'integer', values: known.map(({ id }) => id) }]);
  await sql.run('DELETE FROM newest USING asked_series asked WHERE newest.series = asked.series');
  await sql.append('newest', [
    { type: 'integer', values: known.map(({ id }) => id) },
    { type: 'bigint', values: known.map(({ reading }) => reading.atUs) },
    { type: 'double', values: known.map(({ reading }) => reading.value) },
    { type: 'bigint', values: known.map(({ reading }) => reading.receivedUs) },
    { type: 'tinyint', values: known.map(({ reading }) => reading.flags) },
  ]);
}

/** Months that end before the limit and are rolled up completely. */
function outdatedMonths(memory: Memory, keepRawFromUs: number): [RawKind, number][] {
  const limit = Math.min(monthOf(keepRawFromUs), monthOf((memory.closedHour ?? 0) * HOUR_US));
  const kinds: readonly RawKind[] = ['readings', 'scans'];
  return kinds.flatMap((kind) =>
    [...memory.months[kind]].filter((month) => month < limit).map((month): [RawKind, number] => [kind, month]),
  );
}

async function dropMonths(sql: Sql, memory: Memory, months: readonly [RawKind, number][]): Promise<() => void> {
  for (const [kind, month] of months) await sql.run(`DROP TABLE ${rawTable(kind, month)}`);
  const rawFromUs = Math.max(memory.rawFromUs, ...months.map(([, month]) => monthStartUs(month + 1)));
  await saveMark(sql, 'raw_from_us', rawFromUs);
  return () => {
    for (const [kind, month] of months) memory.months[kind].delete(month);
    memory.rawFromUs = rawFromUs;
  };
}
