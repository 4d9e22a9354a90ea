/** Writing many rows: statements of a bounded size, all of them or none. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535; longer statements gain nothing after a few thousand. */
const MAX_PARAMETERS = 8_000;

/**
 * Runs `write` for each stretch of items that fits into one statement. More than one stretch shares a transaction: the
 * caller's when it has one.
 */
export async function inChunks<Item>(
  db: Kysely<Tables>,
  items: readonly Item[],
  parametersPerItem: number,
  write: (db: Kysely<Tables>, chunk: readonly Item[]) => Promise<unknown>,
): Promise<void> {
  const size = Math.max(1, Math.floor(MAX_PARAMETERS / parametersPerItem));
  if (items.length === 0) return;
  if (items.length <= size) {
    await write(db, items);
    return;
  }
  const writeAll = async (target: Kysely<Tables>) => {
    for (let from = 0; from < items.length; from += size) {
      await write(target, items.slice(from, from + size));
      // SQLite works on this thread: let others have a turn between statements.
      await nextTurn();
    }
  };
  await (db.isTransaction ? writeAll(db) : db.transaction().execute(writeAll));
}

/** Adds or replaces whole rows. Of rows with the same key the last one counts. Every row has the same columns. */
export async function upsert<Table extends keyof Tables, Row extends Tables[Table] & object>(
  db: Kysely<Tables>,
  table: Table,
  key: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Promise<void> {
  // PostgreSQL refuses a statement that would replace the row it has just written.
  const byKey = new Map(rows.map((row) => [JSON.stringify(key.map((column) => row[column])), row]));
  // Two processes that lock rows in the same order wait for each other; in different orders they would deadlock.
  const unique = [...byKey].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  const [first] = unique;
  if (!first) return;
  const columns = Object.keys(first);
  const replaced = columns.filter((column) => !key.some((part) => part === column));
  const assignments = replaced.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);

  await inChunks(db, unique, columns.length, (target, chunk) => {
    const values = chunk.map((row) => {
      const cells: Readonly<Record<string, unknown>> = { ...row };
      return sql`(${sql.join(columns.map((column) => cells[column]))})`;
    });
    return sql`
      insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
      values ${sql.join(values)}
      on conflict (${sql.join(key.map((column) => sql.ref(column)))})
      do update set ${sql.join(assignments)}`.execute(target);
  });
}
