/** The tables of the telemetry file, and what of them is known without asking. */

import { numberIn, textIn } from '../cells.ts';
import { monthStartUs } from '../micros.ts';
import { TelemetryMisconfigured } from '../port.ts';
import type { Sql } from './database.ts';

/** Raw tables are kept per UTC month, so that forgetting a month is dropping a table. */
export type RawKind = 'readings' | 'scans';

const SCHEMA_VERSION = 1;

/*
 * newest: each series' newest reading among closed hours, so that a start need not read every month.
 * dirty: closed hours whose rollup is out of date.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta(name VARCHAR NOT NULL, value BIGINT NOT NULL);
  CREATE TABLE IF NOT EXISTS series(id INTEGER NOT NULL, school VARCHAR NOT NULL, device VARCHAR NOT NULL,
    sensor VARCHAR NOT NULL, metric VARCHAR NOT NULL);
  CREATE TABLE IF NOT EXISTS newest(series INTEGER NOT NULL, at_us BIGINT NOT NULL, value DOUBLE NOT NULL,
    received_us BIGINT NOT NULL, flags UTINYINT NOT NULL);
  CREATE TABLE IF NOT EXISTS dirty(series INTEGER NOT NULL, hour INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS rollups(series INTEGER NOT NULL, hour INTEGER NOT NULL, count INTEGER NOT NULL,
    sum DOUBLE NOT NULL, min DOUBLE NOT NULL, max DOUBLE NOT NULL, last DOUBLE NOT NULL);`;

const RAW_COLUMNS: Record<RawKind, string> = {
  readings: `series INTEGER NOT NULL, at_us BIGINT NOT NULL, value DOUBLE NOT NULL, received_us BIGINT NOT NULL,
    flags UTINYINT NOT NULL`,
  scans: `key BIGINT NOT NULL, school VARCHAR NOT NULL, id VARCHAR NOT NULL, gate VARCHAR NOT NULL, at_us BIGINT NOT NULL,
    received_us BIGINT NOT NULL, credential_type VARCHAR NOT NULL, credential VARCHAR NOT NULL, direction VARCHAR,
    flags UTINYINT NOT NULL`,
};

export interface Marks {
  /** Epoch hours before this are rolled up; null until the first maintenance. */
  readonly closedHour: number | null;
  /** Raw data before this was dropped, epoch microseconds. */
  readonly rawFromUs: number;
}

export function rawTable(kind: RawKind, month: number): string {
  const date = new Date(monthStartUs(month) / 1_000);
  return `${kind}_${date.getUTCFullYear()}_${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}

export const createRawTable = (kind: RawKind, month: number): string =>
  `CREATE TABLE IF NOT EXISTS ${rawTable(kind, month)}(${RAW_COLUMNS[kind]})`;

/** Creates what is missing. Throws a sentence for a file that a newer program wrote. */
export async function prepareSchema(sql: Sql): Promise<void> {
  await sql.run(SCHEMA);
  const [version] = await sql.rows(`SELECT value::DOUBLE FROM meta WHERE name = 'schema_version'`);
  if (!version) await sql.run(`INSERT INTO meta VALUES ('schema_version', ${SCHEMA_VERSION}), ('raw_from_us', 0)`);
  else if (numberIn(version, 0) !== SCHEMA_VERSION)
    throw new TelemetryMisconfigured(
      `the telemetry file has schema ${numberIn(version, 0)}, this program knows ${SCHEMA_VERSION}: use the program that wrote it`,
    );
}

export async function loadMarks(sql: Sql): Promise<Marks> {
  const rows = await sql.rows('SELECT name, value::DOUBLE FROM meta');
  const marks = new Map(rows.map((row) => [textIn(row, 0), numberIn(row, 1)]));
  return { closedHour: marks.get('closed_hour') ?? null, rawFromUs: marks.get('raw_from_us') ?? 0 };
}

export async function saveMark(sql: Sql, name: 'closed_hour' | 'raw_from_us', value: number): Promise<void> {
  await sql.run(`DELETE FROM meta WHERE name = '${name}'; INSERT INTO meta VALUES ('${name}', ${value})`);
}

/** Months that have a raw table, ascending. */
export async function loadMonths(sql: Sql, kind: RawKind): Promise<number[]> {
  const rows = await sql.rows(
    `SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND table_name SIMILAR TO '${kind}_[0-9]{4}_[0-9]{2}'`,
  );
  return rows
    .map((row) =>
      textIn(row, 0)
        .slice(kind.length + 1)
        .split('_')
        .map(Number),
    )
    .map(([year = 1970, month = 1]) => (year - 1970) * 12 + month - 1)
    .sort((a, b) => a - b);
}
