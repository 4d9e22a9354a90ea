import { upsert } from './chunks.ts';
import { fromJson, toJson } from './json.ts';
import type { RecordsStore } from './port.ts';
import type { UseTables } from './tables.ts';

export function createSettings(use: UseTables): RecordsStore['settings'] {
  return {
    get: (name) =>
      use(async (db) => {
        const row = await db.selectFrom('settings').select('value_json').where('name', '=', name).executeTakeFirst();
        return row && fromJson(row.value_json);
      }),
    put: (name, value) => use(async (db) => upsert(db, 'settings', ['name'], [{ name, value_json: toJson(value) }])),
  };
}
