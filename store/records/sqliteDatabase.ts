/** The only file that knows libsql: the database Kysely's SQLite dialect works on. */
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import Database from 'libsql';
import { decodeRow, encodeParameters } from './exactText.ts';

/**
 * How long another process may hold the file. Waiting blocks this thread, and nothing but a backup tool should ever
 * hold it, so it is short.
 */
const BUSY_TIMEOUT_MS = 1_000;

export interface SqliteOptions {
  readonly path: string;
  readonly busyTimeoutMs?: number | undefined;
}

/**
 * Every write runs between an explicit begin and commit given through `exec`. libsql leaves a prepared write that met a
 * lock unfinished until it is garbage collected, and while it is, SQLite reports later single writes as done without
 * committing them; `exec` finishes its statements at once. `begin immediate`, because a transaction that turns from
 * reading to writing half way can not wait for a lock.
 */
export function openSqliteDatabase({ path, busyTimeoutMs = BUSY_TIMEOUT_MS }: SqliteOptions): SqliteDatabase {
  const database = new Database(path);
  try {
    database.exec(`pragma busy_timeout = ${Math.trunc(busyTimeoutMs)}`);
    database.exec('pragma journal_mode = wal');
    // FULL: a commit survives power loss, as the journal's acknowledgements promise.
    database.exec('pragma synchronous = full');
    database.exec('pragma foreign_keys = on');
  } catch (error) {
    database.close();
    throw error;
  }

  const rollback = () => {
    // A full disk has rolled back already.
    if (database.inTransaction) database.exec('rollback');
  };

  function inTransaction<Result>(work: () => Result): Result {
    if (database.inTransaction) return work();
    database.exec('begin immediate');
    try {
      const result = work();
      database.exec('commit');
      return result;
    } catch (error) {
      rollback();
      throw error;
    }
  }

  function prepare(sql: string): SqliteStatement {
    if (sql === 'begin') return control(() => database.exec('begin immediate'));
    if (sql === 'commit') return control(() => database.exec('commit'));
    if (sql === 'rollback') return control(rollback);

    const statement = database.prepare(sql);
    const reads = statement.reader && /^\s*(select|pragma)\b/i.test(sql);
    const all = (parameters: readonly unknown[]) => {
      const rows = statement.all(encodeParameters(parameters));
      for (const row of rows) decodeRow(row);
      return rows;
    };
    return {
      reader: statement.reader,
      all: (parameters) => (reads ? all(parameters) : inTransaction(() => all(parameters))),
      run: (parameters) => inTransaction(() => statement.run(encodeParameters(parameters))),
      iterate: (parameters) => all(parameters).values(),
    };
  }

  return { prepare, close: () => database.close() };
}

function control(act: () => void): SqliteStatement {
  return {
    reader: false,
    all: () => [],
    run: () => {
      act();
      return { changes: 0, lastInsertRowid: 0 };
    },
    iterate: () => [].values(),
  };
}
