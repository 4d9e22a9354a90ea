/** The one file that knows DuckDB: opening, one writing connection, a few reading ones, columnar appends, getting well again. */
import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  INTEGER,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { Row } from '../cells.ts';
import { TelemetryMisconfigured, TelemetryUnavailable } from '../port.ts';
import { createPlaces } from './places.ts';

const COLUMN_TYPES = { integer: INTEGER, bigint: BIGINT, double: DOUBLE, tinyint: UTINYINT, text: VARCHAR } as const;
export type ColumnType = keyof typeof COLUMN_TYPES;
type Value = number | bigint | string | null;

/** One column of rows to append. `bigint` takes whole numbers of either kind. */
export interface Column {
  readonly type: ColumnType;
  readonly values: readonly Value[];
}

export interface Sql {
  run(sql: string): Promise<void>;
  /** Rows as JavaScript values; cast BIGINT to DOUBLE in SQL to get a number. */
  rows(sql: string, parameters?: Record<string, string>): Promise<readonly Row[]>;
  /** Columns in the table's order, all of one length. */
  append(table: string, columns: readonly Column[]): Promise<void>;
}

export interface Database {
  open(): Promise<void>;
  /** Waits for running reads. */
  close(): Promise<void>;
  /** False before open(), and after an error that made the database unusable: close() and open() again. */
  usable(): boolean;
  read<Result>(task: (sql: Sql) => Promise<Result>): Promise<Result>;
  /** All or nothing, durable when resolved. The caller sees to it that only one runs at a time. */
  transaction<Result>(task: (sql: Sql) => Promise<Result>): Promise<Result>;
}

export interface DatabaseOptions {
  readonly path: string;
  readonly memoryLimit: string;
  readonly threads: number;
}

const READERS = 3;
const MAX_WAITING_READS = 200;

export function createDatabase({ path, memoryLimit, threads }: DatabaseOptions): Database {
  let instance: DuckDBInstance | undefined;
  let writer: DuckDBConnection | undefined;
  let broken = false;
  let idle: DuckDBConnection[] = [];
  const places = createPlaces({ count: READERS, maxWaiting: MAX_WAITING_READS });

  async function open(): Promise<void> {
    try {
      instance = await DuckDBInstance.create(path, {
        threads: String(threads),
        memory_limit: memoryLimit,
        // A closed network is normal, and a database must not fetch programs.
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
      });
      writer = await instance.connect();
    } catch (error) {
      letGo();
      throw openingError(path, error);
    }
    broken = false;
  }

  function letGo(): void {
    for (const connection of idle) connection.closeSync();
    idle = [];
    writer?.closeSync();
    writer = undefined;
    instance?.closeSync();
    instance = undefined;
  }

  /** Turns what DuckDB threw into what the caller can act on. */
  function failure(error: unknown): unknown {
    const text = error instanceof Error ? error.message : String(error);
    if (/^FATAL|has been invalidated/.test(text)) broken = true;
    return /^(FATAL|IO|Out of Memory|TransactionContext|INTERNAL)\b|invalidated/.test(text)
      ? new TelemetryUnavailable(`the telemetry file ${path} could not be used: ${firstLine(text)}`, { cause: error })
      : error;
  }

  /** A connection for one reader, who holds a place. */
  async function reader(): Promise<DuckDBConnection> {
    if (broken || !instance) throw new TelemetryUnavailable(`the telemetry file ${path} is not open`);
    return idle.pop() ?? (await instance.connect());
  }

  return {
    open,
    usable: () => instance !== undefined && !broken,

    async close() {
      if (!instance) return;
      // Nobody gets a connection from here on; those who have one finish first.
      broken = true;
      await places.takeAll();
      try {
        await writer?.run('CHECKPOINT');
      } catch {
        // Nothing is lost: the write-ahead log is replayed at the next start.
      }
      letGo();
      places.giveBackAll();
    },

    async read(task) {
      await places.take();
      let connection: DuckDBConnection | undefined;
      try {
        connection = await reader();
        return await task(sqlOn(connection));
      } catch (error) {
        throw failure(error);
      } finally {
        if (broken) connection?.closeSync();
        else if (connection) idle.push(connection);
        places.giveBack();
      }
    },

    async transaction(task) {
      if (broken || !writer) throw new TelemetryUnavailable(`the telemetry file ${path} is not open`);
      const connection = writer;
      try {
        await connection.run('BEGIN TRANSACTION');
        const result = await task(sqlOn(connection));
        await connection.run('COMMIT');
        return result;
      } catch (error) {
        await rollBack(connection, () => {
          broken = true;
        });
        throw failure(error);
      }
    },
  };
}

async function rollBack(connection: DuckDBConnection, giveUp: () => void): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch (error) {
    // A commit that failed has ended its transaction already; anything else leaves the connection in doubt.
    if (!/no transaction is active/.test(String(error))) giveUp();
  }
}

function sqlOn(connection: DuckDBConnection): Sql {
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql, parameters) {
      const result = await connection.run(sql, parameters);
      return await result.getRowsJS();
    },
    async append(table, columns) {
      const appender = await connection.createAppender(table);
      let appended = false;
      try {
        for (const chunk of chunksOf(columns)) appender.appendDataChunk(chunk);
        appended = true;
      } finally {
        // Closing flushes; after a failure that fails as well and would hide the reason.
        if (!appended) appender.clear();
        appender.closeSync();
      }
    },
  };
}

function* chunksOf(columns: readonly Column[]): Generator<DuckDBDataChunk> {
  const types: DuckDBType[] = columns.map(({ type }) => COLUMN_TYPES[type]);
  const rowCount = columns[0]?.values.length ?? 0;
  for (let from = 0; from < rowCount; from += CHUNK_ROWS) {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setColumns(
      columns.map(({ type, values }) => {
        const part = values.slice(from, from + CHUNK_ROWS);
        return type === 'bigint' ? part.map((value) => (value === null ? null : BigInt(value))) : part;
      }),
    );
    yield chunk;
  }
}
/** DuckDB's vector size. */
const CHUNK_ROWS = 2_048;

function openingError(path: string, error: unknown): Error {
  const text = firstLine(error instanceof Error ? error.message : String(error));
  if (/lock/i.test(text))
    return new TelemetryMisconfigured(`the telemetry file ${path} is in use by another process: ${text}`, {
      cause: error,
    });
  if (/could not write|no space|too large/i.test(text))
    return new TelemetryUnavailable(`the telemetry file ${path} can not be opened for writing: ${text}`, {
      cause: error,
    });
  return new TelemetryMisconfigured(
    `the telemetry file ${path} can not be opened: ${text} - restore it from a backup, or move it away to start empty`,
    { cause: error },
  );
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text;

/** Text as an SQL literal, for lists; single texts go in as parameters. */
export const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;
