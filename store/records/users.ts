import type { Selectable } from 'kysely';
import { upsert } from './chunks.ts';
import type { RecordsStore, UserRecord } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

export function createUsers(use: UseTables): RecordsStore['users'] {
  return {
    put: (user) => use((db) => upsert(db, 'users', ['username'], [toRow(user)])),
    get: (username) =>
      use(async (db) => {
        const row = await db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst();
        return row && fromRow(row);
      }),
    all: () => use(async (db) => (await db.selectFrom('users').selectAll().orderBy('username').execute()).map(fromRow)),
  };
}

function toRow(user: UserRecord): Tables['users'] {
  return {
    username: user.username,
    display_name: user.displayName,
    role: user.role,
    scope_area: user.scopeArea,
    scope_school: user.scopeSchool,
    password_hash: user.passwordHash,
    created_at: user.createdAt,
    disabled_at: user.disabledAt,
  };
}

function fromRow(row: Selectable<Tables['users']>): UserRecord {
  return {
    username: row.username,
    displayName: row.display_name,
    role: row.role,
    scopeArea: row.scope_area,
    scopeSchool: row.scope_school,
    passwordHash: row.password_hash,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
  };
}
