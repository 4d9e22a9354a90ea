/**
 * The keys of a question, in temporary tables of the asking connection. Made anew each time: rows deleted from a
 * temporary table stay in memory for ever, and every later question would read over them.
 */
import type { Column, Sql } from './database.ts';

const TABLES = {
  asked: 'row INTEGER, series INTEGER, at_us BIGINT, value DOUBLE, received_us BIGINT, flags UTINYINT',
  asked_series: 'series INTEGER',
  asked_hours: 'series INTEGER, hour INTEGER',
  asked_scans: 'row INTEGER, key BIGINT',
} as const;

export async function fillAsked(sql: Sql, table: keyof typeof TABLES, columns: readonly Column[]): Promise<void> {
  await sql.run(`CREATE OR REPLACE TEMP TABLE ${table}(${TABLES[table]})`);
  await sql.append(table, columns);
}
