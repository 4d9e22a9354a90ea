/**
 * The first tables. Nothing refers to another table by foreign key: the journal may name a device of a school, and an
 * import a school of an area, that is only created afterwards.
 */
import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './columns.ts';

/** Instants are doubles: epoch ms whose fraction carries microseconds. */
const INSTANT = 'double precision';

export function firstTables(types: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await createPlaces(db, types);
      await createDevices(db, types);
      await createPeople(db, types);
      await createIngest(db, types);
      await db.schema
        .createTable('settings')
        .addColumn('name', types.id, (column) => column.primaryKey())
        .addColumn('value_json', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('heartbeat')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('beats', 'bigint', (column) => column.notNull())
        .execute();
    },
  };
}

async function createPlaces(db: Kysely<unknown>, { id }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('areas')
    .addColumn('id', id, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('parent', id)
    .addColumn('valid_from', 'text')
    .addColumn('valid_to', 'text')
    .execute();
  await db.schema
    .createTable('schools')
    .addColumn('id', id, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('area', id, (column) => column.notNull())
    .addColumn('longitude', 'double precision', (column) => column.notNull())
    .addColumn('latitude', 'double precision', (column) => column.notNull())
    .addColumn('students', 'integer')
    .addColumn('simulated', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('rooms')
    .addColumn('school', id, (column) => column.notNull())
    .addColumn('id', id, (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('rooms_key', ['school', 'id'])
    .execute();
}

async function createDevices(db: Kysely<unknown>, { id }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('gateways')
    .addColumn('school', id, (column) => column.notNull())
    .addColumn('id', id, (column) => column.notNull())
    // Who logs in is found by this name alone.
    .addColumn('username', id, (column) => column.notNull().unique())
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .addColumn('rotated_at', INSTANT)
    .addPrimaryKeyConstraint('gateways_key', ['school', 'id'])
    .execute();
  await db.schema
    .createTable('devices')
    .addColumn('school', id, (column) => column.notNull())
    .addColumn('id', id, (column) => column.notNull())
    .addColumn('enrolment', 'text', (column) => column.notNull())
    .addColumn('kind', 'text')
    .addColumn('room', id)
    .addColumn('gateway', id)
    .addColumn('codec', 'text')
    .addColumn('model', 'text')
    .addColumn('options_json', 'text', (column) => column.notNull())
    .addColumn('first_seen_at', INSTANT)
    .addPrimaryKeyConstraint('devices_key', ['school', 'id'])
    .execute();
}

async function createPeople(db: Kysely<unknown>, { id }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('username', id, (column) => column.primaryKey())
    .addColumn('display_name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('scope_area', id)
    .addColumn('scope_school', id)
    .addColumn('password_hash', 'text')
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .addColumn('disabled_at', INSTANT)
    .execute();
  await db.schema
    .createTable('tokens')
    .addColumn('id', id, (column) => column.primaryKey())
    .addColumn('hash', id, (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('username', id)
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('scope_area', id)
    .addColumn('scope_school', id)
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .addColumn('expires_at', INSTANT)
    .addColumn('last_used_at', INSTANT)
    .execute();
  await db.schema.createIndex('tokens_by_expiry').on('tokens').column('expires_at').execute();
}

async function createIngest(db: Kysely<unknown>, { id, bytes, growingId }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('quarantine')
    .addColumn('id', growingId)
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('detail_hash', id, (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('reason', id, (column) => column.notNull())
    .addColumn('school', id, (column) => column.notNull())
    .addColumn('gateway', id, (column) => column.notNull())
    .addColumn('transport', 'text', (column) => column.notNull())
    .addColumn('topic', 'text', (column) => column.notNull())
    .addColumn('payload', bytes, (column) => column.notNull())
    .addColumn('received_at', INSTANT, (column) => column.notNull())
    .addColumn('retained', 'integer', (column) => column.notNull())
    .addColumn('replayed_at', INSTANT)
    .addUniqueConstraint('quarantine_once', ['sequence', 'detail_hash'])
    .execute();
  await db.schema.createIndex('quarantine_by_school').on('quarantine').columns(['school', 'id']).execute();
  await db.schema.createIndex('quarantine_by_reason').on('quarantine').columns(['reason', 'id']).execute();
  await db.schema
    .createTable('codec_memory')
    .addColumn('entry_hash', id, (column) => column.primaryKey())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('value_json', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('security_events')
    .addColumn('id', growingId)
    .addColumn('at', INSTANT, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('school', id)
    .addColumn('gateway', id)
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('security_events_by_time').on('security_events').columns(['at', 'id']).execute();
}
