/** The embedded records store: one SQLite file of this process. */
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Kysely, SqliteAdapter, SqliteDialect, sql } from 'kysely';
import { migrateToNewest } from './migrate.ts';
import { SQLITE_COLUMNS } from './migrations/columns.ts';
import type { RecordsStore } from './port.ts';
import { openSqliteDatabase, type SqliteOptions } from './sqliteDatabase.ts';
import { createRecords, type OpenDatabase } from './store.ts';
import type { Tables } from './tables.ts';

/** SQLite can undo a half-done migration; Kysely's adapter only does not rely on it. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class TransactionalSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

export function createSqliteRecords(options: SqliteOptions): RecordsStore {
  return createRecords({ where: () => options.path, open: () => openSqlite(options) });
}

async function openSqlite(options: SqliteOptions): Promise<OpenDatabase> {
  await createPrivateFile(options.path);
  const database = openSqliteDatabase(options);
  const db = new Kysely<Tables>({ dialect: new TransactionalSqliteDialect({ database }) });
  try {
    await migrateToNewest(db, SQLITE_COLUMNS);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    db,
    async close() {
      try {
        // Leaves one complete file for whoever copies it.
        await sql`pragma wal_checkpoint(truncate)`.execute(db);
      } finally {
        await db.destroy();
      }
    },
  };
}

/** Password and token hashes are for this user only; SQLite gives its side files the mode of the database. */
async function createPrivateFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a', 0o600);
  await file.close();
}
