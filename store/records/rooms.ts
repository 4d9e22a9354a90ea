import type { Room } from '../../contracts/places.ts';
import { upsert } from './chunks.ts';
import type { RecordsStore } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

const COLUMNS = ['id', 'school', 'name', 'kind'] as const;

export function createRooms(use: UseTables): RecordsStore['rooms'] {
  const putMany = (rooms: readonly Room[]) => use((db) => upsert(db, 'rooms', ['school', 'id'], rooms.map(toRow)));

  return {
    put: (room) => putMany([room]),
    putMany,
    ofSchool: (school) =>
      use((db) => db.selectFrom('rooms').select(COLUMNS).where('school', '=', school).orderBy('id').execute()),
    get: (school, id) =>
      use((db) =>
        db.selectFrom('rooms').select(COLUMNS).where('school', '=', school).where('id', '=', id).executeTakeFirst(),
      ),
    all: () => use((db) => db.selectFrom('rooms').select(COLUMNS).orderBy('school').orderBy('id').execute()),
  };
}

function toRow(room: Room): Tables['rooms'] {
  return { school: room.school, id: room.id, name: room.name, kind: room.kind };
}
