/** The few column types whose names differ between the two databases. */
import { type RawBuilder, sql } from 'kysely';

export interface ColumnTypes {
  /** Text that is compared and sorted by code point, whatever the language of the database. */
  readonly id: RawBuilder<unknown>;
  readonly bytes: RawBuilder<unknown>;
  /** Primary key that grows and is never given twice. */
  readonly growingId: RawBuilder<unknown>;
}

export const SQLITE_COLUMNS: ColumnTypes = {
  id: sql`text`,
  bytes: sql`blob`,
  growingId: sql`integer primary key autoincrement`,
};

export const POSTGRES_COLUMNS: ColumnTypes = {
  id: sql`text collate "C"`,
  bytes: sql`bytea`,
  growingId: sql`bigint generated always as identity primary key`,
};
