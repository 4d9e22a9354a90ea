import type { Selectable } from 'kysely';
import type { MappingData } from '../../contracts/mapping.ts';
import { upsert } from './chunks.ts';
import { fromJson, toJson } from './json.ts';
import type { MappingRecord, RecordsStore } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

export function createMappings(use: UseTables): RecordsStore['mappings'] {
  return {
    put: (record) => use((db) => upsert(db, 'mappings', ['school', 'id'], [toRow(record)])),
    delete: (school, id) =>
      use(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('mappings')
          .where('school', '=', school)
          .where('id', '=', id)
          .executeTakeFirst();
        return numDeletedRows > 0n;
      }),
    ofSchool: (school) =>
      use(async (db) => {
        const rows = await db.selectFrom('mappings').selectAll().where('school', '=', school).orderBy('id').execute();
        return rows.map(fromRow);
      }),
    all: () =>
      use(async (db) => {
        const rows = await db.selectFrom('mappings').selectAll().orderBy('school').orderBy('id').execute();
        return rows.map(fromRow);
      }),
  };
}

function toRow({ school, mapping, changedAt, changedBy }: MappingRecord): Tables['mappings'] {
  return { school, id: mapping.id, mapping_json: toJson(mapping), changed_at: changedAt, changed_by: changedBy };
}

function fromRow(row: Selectable<Tables['mappings']>): MappingRecord {
  return {
    school: row.school,
    // Only `put` writes this column, from a value of this type.
    mapping: fromJson(row.mapping_json) as MappingData,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  };
}
