/** All migrations by name; names sort in the order in which they run, and one that was released never changes. */
import type { Migration } from 'kysely';
import { firstTables } from './0001-first-tables.ts';
import { alarms } from './0002-alarms.ts';
import { terminalsAndMappings } from './0003-terminals-mappings.ts';
import type { ColumnTypes } from './columns.ts';

export function migrationsFor(types: ColumnTypes): Record<string, Migration> {
  return {
    '0001-first-tables': firstTables(types),
    '0002-alarms': alarms(types),
    '0003-terminals-mappings': terminalsAndMappings(types),
  };
}
