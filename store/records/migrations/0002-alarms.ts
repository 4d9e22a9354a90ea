/** Alarms, every step of their lives, what their machines must remember, and the versions of the rules. */
import { type Kysely, type Migration, sql } from 'kysely';
import type { ColumnTypes } from './columns.ts';

const INSTANT = 'double precision';

export function alarms({ id }: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('alarms')
        .addColumn('id', id, (column) => column.primaryKey())
        .addColumn('rule', id, (column) => column.notNull())
        .addColumn('rule_version', 'integer', (column) => column.notNull())
        // Hex SHA-256 of the subject: an index can not hold a long device name.
        .addColumn('subject_hash', id, (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('severity', id, (column) => column.notNull())
        .addColumn('state', id, (column) => column.notNull())
        .addColumn('school', id)
        .addColumn('room', id)
        .addColumn('device', id)
        .addColumn('sensor', 'text', (column) => column.notNull())
        .addColumn('gateway', id)
        .addColumn('metric', 'text')
        .addColumn('value', 'double precision', (column) => column.notNull())
        .addColumn('level', 'double precision', (column) => column.notNull())
        .addColumn('raised_at', INSTANT, (column) => column.notNull())
        .addColumn('acknowledged_at', INSTANT)
        .addColumn('cleared_at', INSTANT)
        .addColumn('suppressed', 'integer', (column) => column.notNull())
        .addColumn('flaps', 'integer', (column) => column.notNull())
        .addColumn('owner', 'text')
        .addColumn('shelved_until', INSTANT)
        .addColumn('closed_at', INSTANT)
        .addColumn('close_reason', 'text')
        .addColumn('steps', 'integer', (column) => column.notNull())
        .execute();
      // The last guard against doubles: one alarm at a time for a rule on a subject.
      await sql`create unique index alarms_open_once on alarms (rule, subject_hash) where cleared_at is null`.execute(
        db,
      );
      await db.schema.createIndex('alarms_by_time').on('alarms').columns(['raised_at', 'id']).execute();
      await db.schema.createIndex('alarms_by_school').on('alarms').columns(['school', 'raised_at', 'id']).execute();
      await db.schema.createIndex('alarms_by_state').on('alarms').columns(['state', 'raised_at', 'id']).execute();
      await db.schema
        .createTable('alarm_steps')
        .addColumn('alarm', id, (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('at', INSTANT, (column) => column.notNull())
        .addColumn('who', 'text')
        .addColumn('what', 'text', (column) => column.notNull())
        .addColumn('severity', 'text', (column) => column.notNull())
        .addColumn('value', 'double precision')
        .addColumn('text', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('alarm_steps_key', ['alarm', 'number'])
        .execute();
      await db.schema
        .createTable('alarm_machines')
        .addColumn('rule', id, (column) => column.notNull())
        .addColumn('subject_hash', id, (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('state_json', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('alarm_machines_key', ['rule', 'subject_hash'])
        .execute();
      await db.schema
        .createTable('rules')
        .addColumn('id', id, (column) => column.notNull())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('rule_json', 'text', (column) => column.notNull())
        .addColumn('changed_at', INSTANT, (column) => column.notNull())
        .addColumn('changed_by', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('rules_key', ['id', 'version'])
        .execute();
    },
  };
}
