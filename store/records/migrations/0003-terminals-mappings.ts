/** Attendance terminals, and the technicians' mappings for formats nobody knows. */
import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './columns.ts';

const INSTANT = 'double precision';

export function terminalsAndMappings({ id }: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('terminals')
        .addColumn('school', id, (column) => column.notNull())
        .addColumn('id', id, (column) => column.notNull())
        .addColumn('vendor', 'text', (column) => column.notNull())
        // Who pushes is found by one of these two alone.
        .addColumn('serial', id, (column) => column.unique())
        .addColumn('token_hash', id, (column) => column.unique())
        .addColumn('created_at', INSTANT, (column) => column.notNull())
        .addPrimaryKeyConstraint('terminals_key', ['school', 'id'])
        .execute();
      await db.schema
        .createTable('mappings')
        .addColumn('school', id, (column) => column.notNull())
        .addColumn('id', id, (column) => column.notNull())
        .addColumn('mapping_json', 'text', (column) => column.notNull())
        .addColumn('changed_at', INSTANT, (column) => column.notNull())
        .addColumn('changed_by', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('mappings_key', ['school', 'id'])
        .execute();
    },
  };
}
