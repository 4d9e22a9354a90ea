import type { Selectable } from 'kysely';
import type { Area } from '../../contracts/places.ts';
import { upsert } from './chunks.ts';
import type { RecordsStore } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

export function createAreas(use: UseTables): RecordsStore['areas'] {
  const putMany = (areas: readonly Area[]) => use((db) => upsert(db, 'areas', ['id'], areas.map(toRow)));

  return {
    put: (area) => putMany([area]),
    putMany,
    get: (id) =>
      use(async (db) => {
        const row = await db.selectFrom('areas').selectAll().where('id', '=', id).executeTakeFirst();
        return row && fromRow(row);
      }),
    all: () => use(async (db) => (await db.selectFrom('areas').selectAll().orderBy('id').execute()).map(fromRow)),
  };
}

function toRow(area: Area): Tables['areas'] {
  return {
    id: area.id,
    name: area.name,
    kind: area.kind,
    parent: area.parent,
    valid_from: area.validFrom,
    valid_to: area.validTo,
  };
}

function fromRow(row: Selectable<Tables['areas']>): Area {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    parent: row.parent,
    validFrom: row.valid_from,
    validTo: row.valid_to,
  };
}
