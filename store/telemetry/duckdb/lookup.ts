/** Finding stored rows by their keys: many keys in one query, each month read only where the keys lie. */
import type { Scan } from '../../../contracts/scan.ts';
import { numberIn } from '../cells.ts';
import { HOUR_US, monthStartUs, toMicros } from '../micros.ts';
import { scanHash } from '../scanHash.ts';
import { fillAsked } from './asked.ts';
import type { Sql } from './database.ts';
import type { Memory } from './memory.ts';
import type { ReadingRows } from './rows.ts';
import { rawTable } from './schema.ts';
import type { StoredReading } from './series.ts';

const DAY_US = 24 * HOUR_US;

/** Rows of the question → what is stored under their keys. Leaves the rows in the table `asked`. */
export async function findReadings(sql: Sql, month: number, rows: ReadingRows): Promise<Map<number, StoredReading>> {
  await ask(sql, rows);
  const found = await sql.rows(
    daysOf(rows)
      .map(
        // A stretch per day: one old key must not make the scan run from there to now.
        ([fromUs, toUs]) => `
          SELECT asked.row, stored.at_us::DOUBLE, stored.value, stored.received_us::DOUBLE, stored.flags
          FROM ${rawTable('readings', month)} stored
          JOIN asked ON asked.series = stored.series AND asked.at_us = stored.at_us
          WHERE stored.at_us >= ${fromUs} AND stored.at_us < ${toUs}`,
      )
      .join(' UNION ALL '),
  );
  return new Map(
    found.map((row) => [
      numberIn(row, 0),
      { atUs: numberIn(row, 1), value: numberIn(row, 2), receivedUs: numberIn(row, 3), flags: numberIn(row, 4) },
    ]),
  );
}

/** Fills this connection's table `asked`. */
export async function ask(sql: Sql, rows: ReadingRows): Promise<void> {
  const numbers = Array.from({ length: rows.size }, (_, row) => row);
  await fillAsked(sql, 'asked', [{ type: 'integer', values: numbers }, ...rows.columns()]);
}

/** First and last time of each UTC day that has keys, half-open. */
function daysOf(rows: ReadingRows): [fromUs: number, toUs: number][] {
  const days = new Map<number, [number, number]>();
  for (let row = 0; row < rows.size; row += 1) {
    const { atUs } = rows.readingAt(row);
    const day = days.get(Math.floor(atUs / DAY_US));
    if (day) [day[0], day[1]] = [Math.min(day[0], atUs), Math.max(day[1], atUs + 1)];
    else days.set(Math.floor(atUs / DAY_US), [atUs, atUs + 1]);
  }
  return [...days.values()];
}

/** Any scan may be a repetition of one in these; older months are only asked for the very times. */
const MONTHS_OF_REPETITION = 2;

/**
 * Positions of the scans whose (school, id) is stored. Not only their own times are looked at: a gate without a clock
 * sends the same scan again under another one.
 */
export async function findScans(sql: Sql, memory: Memory, scans: readonly Scan[]): Promise<Set<number>> {
  const months = [...memory.months.scans].sort((a, b) => b - a);
  if (scans.length === 0 || months.length === 0) return new Set();
  await fillAsked(sql, 'asked_scans', [
    { type: 'integer', values: scans.map((_, position) => position) },
    { type: 'bigint', values: scans.map(scanHash) },
  ]);
  const times = scans.map(({ at }) => toMicros(at));
  const [firstUs, lastUs] = times.reduce(([a, b], atUs) => [Math.min(a, atUs), Math.max(b, atUs)], [Infinity, 0]);
  const found = await sql.rows(
    months
      .filter(
        (month, age) =>
          age < MONTHS_OF_REPETITION || (monthStartUs(month) <= lastUs && monthStartUs(month + 1) > firstUs),
      )
      .map((month, age) => {
        const condition =
          age < MONTHS_OF_REPETITION ? '' : `WHERE stored.at_us >= ${firstUs} AND stored.at_us <= ${lastUs}`;
        return `SELECT asked.row FROM ${rawTable('scans', month)} stored
          JOIN asked_scans asked ON asked.key = stored.key ${condition}`;
      })
      .join(' UNION ALL '),
  );
  return new Set(found.map((row) => numberIn(row, 0)));
}
