import type { Selectable } from 'kysely';
import { upsert } from './chunks.ts';
import type { RecordsStore, TokenRecord } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

export function createTokens(use: UseTables): RecordsStore['tokens'] {
  return {
    put: (token) => use((db) => upsert(db, 'tokens', ['id'], [toRow(token)])),
    /** Expired ones too, until deleteExpired: whoever asks has the clock. */
    byHash: (hash) =>
      use(async (db) => {
        const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
        return row && fromRow(row);
      }),
    touch: (id, at) =>
      use(async (db) => {
        await db
          .updateTable('tokens')
          .set({ last_used_at: at })
          .where('id', '=', id)
          // Two requests of one token may finish in either order.
          .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', at)]))
          .execute();
      }),
    delete: (id) =>
      use(async (db) => {
        const { numDeletedRows } = await db.deleteFrom('tokens').where('id', '=', id).executeTakeFirst();
        return numDeletedRows > 0n;
      }),
    all: () => use(async (db) => (await db.selectFrom('tokens').selectAll().orderBy('id').execute()).map(fromRow)),
    deleteExpired: (now) =>
      use(async (db) => {
        const { numDeletedRows } = await db.deleteFrom('tokens').where('expires_at', '<=', now).executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

function toRow(token: TokenRecord): Tables['tokens'] {
  return {
    id: token.id,
    hash: token.hash,
    kind: token.kind,
    username: token.username,
    name: token.name,
    role: token.role,
    scope_area: token.scopeArea,
    scope_school: token.scopeSchool,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    last_used_at: token.lastUsedAt,
  };
}

function fromRow(row: Selectable<Tables['tokens']>): TokenRecord {
  return {
    id: row.id,
    hash: row.hash,
    kind: row.kind,
    username: row.username,
    name: row.name,
    role: row.role,
    scopeArea: row.scope_area,
    scopeSchool: row.scope_school,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
