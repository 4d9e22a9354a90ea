/** Brings a database to the newest schema. Safe to run again, and by several processes at once. */
import { DEFAULT_MIGRATION_TABLE, type Kysely, Migrator } from 'kysely';
import type { ColumnTypes } from './migrations/columns.ts';
import { migrationsFor } from './migrations/migrations.ts';
import type { Tables } from './tables.ts';

export async function migrateToNewest(db: Kysely<Tables>, types: ColumnTypes): Promise<void> {
  const migrations = migrationsFor(types);
  const known = new Set(Object.keys(migrations));
  const newer = (await namesOfDone(db)).filter((name) => !known.has(name));
  if (newer.length > 0)
    throw new Error(
      `its schema is newer than this program (it has ${newer.join(', ')}); run the program that wrote it or a newer one`,
    );
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error');
  const reason = error instanceof Error ? error.message : 'unknown reason';
  throw new Error(failed ? `migration ${failed.migrationName} failed: ${reason}` : reason, { cause: error });
}

async function namesOfDone(db: Kysely<Tables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return [];
  const rows = await db
    .withTables<{ [DEFAULT_MIGRATION_TABLE]: { name: string } }>()
    .selectFrom(DEFAULT_MIGRATION_TABLE)
    .select('name')
    .orderBy('name')
    .execute();
  return rows.map((row) => row.name);
}
