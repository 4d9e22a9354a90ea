import type { Selectable } from 'kysely';
import { upsert } from './chunks.ts';
import { isUniqueViolation } from './conflict.ts';
import { AlreadyExists, type RecordsStore, type TerminalRecord } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

export function createTerminals(use: UseTables): RecordsStore['terminals'] {
  return {
    put: (terminal) =>
      use(async (db) => {
        try {
          await upsert(db, 'terminals', ['school', 'id'], [toRow(terminal)]);
        } catch (error) {
          if (!isUniqueViolation(error)) throw error;
          throw new AlreadyExists('another terminal has this serial number or token', { cause: error });
        }
      }),
    delete: (school, id) =>
      use(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('terminals')
          .where('school', '=', school)
          .where('id', '=', id)
          .executeTakeFirst();
        return numDeletedRows > 0n;
      }),
    ofSchool: (school) =>
      use(async (db) => {
        const rows = await db.selectFrom('terminals').selectAll().where('school', '=', school).orderBy('id').execute();
        return rows.map(fromRow);
      }),
    all: () =>
      use(async (db) => {
        const rows = await db.selectFrom('terminals').selectAll().orderBy('school').orderBy('id').execute();
        return rows.map(fromRow);
      }),
  };
}

function toRow(terminal: TerminalRecord): Tables['terminals'] {
  return {
    school: terminal.school,
    id: terminal.id,
    vendor: terminal.vendor,
    serial: terminal.serial,
    token_hash: terminal.tokenHash,
    created_at: terminal.createdAt,
  };
}

function fromRow(row: Selectable<Tables['terminals']>): TerminalRecord {
  return {
    school: row.school,
    id: row.id,
    vendor: row.vendor,
    serial: row.serial,
    tokenHash: row.token_hash,
    createdAt: row.created_at,
  };
}
