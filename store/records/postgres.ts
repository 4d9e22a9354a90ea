/** The records store on a PostgreSQL server, which several processes may share. */
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import { migrateToNewest } from './migrate.ts';
import { POSTGRES_COLUMNS } from './migrations/columns.ts';
import type { RecordsStore } from './port.ts';
import { createPostgresPool, type PoolOptions } from './postgresPool.ts';
import { createRecords, type OpenDatabase } from './store.ts';
import type { Tables } from './tables.ts';

export type PostgresOptions = Omit<PoolOptions, 'unlimitedStatements'>;

export function createPostgresRecords(options: PostgresOptions): RecordsStore {
  return createRecords({ where: () => withoutPassword(options.url), open: () => openPostgres(options) });
}

async function openPostgres(options: PostgresOptions): Promise<OpenDatabase> {
  const migrating = openKysely(createPostgresPool({ ...options, maxConnections: 2, unlimitedStatements: true }));
  try {
    await migrateToNewest(migrating, POSTGRES_COLUMNS);
  } finally {
    await migrating.destroy();
  }
  const db = openKysely(createPostgresPool(options));
  return { db, close: () => db.destroy() };
}

function openKysely(pool: PostgresPool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Host and database for people. */
function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(the URL can not be read)';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
