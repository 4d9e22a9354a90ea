import type { Selectable } from 'kysely';
import type { School } from '../../contracts/places.ts';
import { upsert } from './chunks.ts';
import type { RecordsStore } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

export function createSchools(use: UseTables): RecordsStore['schools'] {
  const putMany = (schools: readonly School[]) => use((db) => upsert(db, 'schools', ['id'], schools.map(toRow)));

  return {
    put: (school) => putMany([school]),
    putMany,
    get: (id) =>
      use(async (db) => {
        const row = await db.selectFrom('schools').selectAll().where('id', '=', id).executeTakeFirst();
        return row && fromRow(row);
      }),
    all: () => use(async (db) => (await db.selectFrom('schools').selectAll().orderBy('id').execute()).map(fromRow)),
  };
}

function toRow(school: School): Tables['schools'] {
  const [longitude, latitude] = school.position;
  return {
    id: school.id,
    name: school.name,
    level: school.level,
    area: school.area,
    longitude,
    latitude,
    students: school.students,
    simulated: school.simulated ? 1 : 0,
  };
}

function fromRow(row: Selectable<Tables['schools']>): School {
  return {
    id: row.id,
    name: row.name,
    level: row.level,
    area: row.area,
    position: [row.longitude, row.latitude],
    students: row.students,
    simulated: row.simulated !== 0,
  };
}
