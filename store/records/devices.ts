import type { Selectable } from 'kysely';
import type { Device } from '../../contracts/device.ts';
import { upsert } from './chunks.ts';
import { fromJson, toJson } from './json.ts';
import type { RecordsStore } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

export function createDevices(use: UseTables): RecordsStore['devices'] {
  const putMany = (devices: readonly Device[]) =>
    use((db) => upsert(db, 'devices', ['school', 'id'], devices.map(toRow)));

  return {
    put: (device) => putMany([device]),
    putMany,
    get: (school, id) =>
      use(async (db) => {
        const devices = db.selectFrom('devices').selectAll().where('school', '=', school).where('id', '=', id);
        const row = await devices.executeTakeFirst();
        return row && fromRow(row);
      }),
    all: () =>
      use(async (db) => {
        const rows = await db.selectFrom('devices').selectAll().orderBy('school').orderBy('id').execute();
        return rows.map(fromRow);
      }),
  };
}

function toRow(device: Device): Tables['devices'] {
  return {
    school: device.school,
    id: device.id,
    enrolment: device.enrolment,
    kind: device.kind,
    room: device.room,
    gateway: device.gateway,
    codec: device.codec,
    model: device.model,
    options_json: toJson(device.options),
    first_seen_at: device.firstSeenAt,
  };
}

function fromRow(row: Selectable<Tables['devices']>): Device {
  return {
    id: row.id,
    school: row.school,
    enrolment: row.enrolment,
    kind: row.kind,
    room: row.room,
    gateway: row.gateway,
    codec: row.codec,
    model: row.model,
    // Only toRow writes this column, from a value of this type.
    options: fromJson(row.options_json) as Device['options'],
    firstSeenAt: row.first_seen_at,
  };
}
