/** The only file that knows pg: a bounded pool in which no connection is used again after it failed. */
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { decodeRow, encodeParameters } from './exactText.ts';

const MAX_CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;
/** The server's own timeout comes first; this one ends the wait for a server that does not answer at all. */
const SILENCE_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const IDLE_TRANSACTION_TIMEOUT_MS = 30_000;

export interface PoolOptions {
  readonly url: string;
  readonly maxConnections?: number | undefined;
  /** Schema changes take as long as they take. */
  readonly unlimitedStatements?: boolean | undefined;
  /** Told when an idle connection is lost; the pool has replaced it already. */
  readonly onConnectionLost?: ((error: Error) => void) | undefined;
}

export function createPostgresPool(options: PoolOptions): PostgresPool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: 'edu-ioc',
    max: options.maxConnections ?? MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser },
    ...(options.unlimitedStatements
      ? {}
      : {
          statement_timeout: STATEMENT_TIMEOUT_MS,
          query_timeout: SILENCE_TIMEOUT_MS,
          idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
        }),
  });
  // Without a listener a restart of the server would end this process.
  pool.on('error', (error) => options.onConnectionLost?.(error));

  return {
    connect: async () => guardClient(await pool.connect()),
    end: () => pool.end(),
  };
}

/**
 * A connection goes back to the pool only when it is known to be idle: after a lost line or a timeout the outcome of
 * its transaction is unknown, and the next user's writes would silently become part of it.
 */
function guardClient(client: pg.PoolClient): PostgresPoolClient {
  let failure: Error | undefined;
  const noteFailure = (error: Error) => {
    failure ??= error;
  };
  // The pool listens to idle clients only; an unheard error of this one would end the process.
  client.on('error', noteFailure);

  async function ask<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    try {
      const result = await client.query(sql, encodeParameters(parameters));
      for (const row of result.rows) decodeRow(row);
      // Kysely's and pg's types describe the same object; the row type is the query's claim.
      return result as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || endsConnection(error))
        noteFailure(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  function query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query<R>(
    sql: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof sql !== 'string') throw new Error('cursors are not used here');
    return ask<R>(sql, parameters);
  }

  return {
    query,
    release() {
      client.off('error', noteFailure);
      client.release(failure ?? client.getTransactionStatus() !== 'I');
    },
  };
}

/** SQLSTATE classes: 08 connection exception, 57P the server is shutting this connection down. */
function endsConnection({ code = '' }: pg.DatabaseError): boolean {
  return code.startsWith('08') || code.startsWith('57P');
}

/** Our bigints are ids, sequences and counts: below 2^53 for ever. Only this pool reads them as numbers. */
function getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (type === pg.types.builtins.INT8 && format !== 'binary') return Number;
  // pg declares `any`; every parser takes the text of one value.
  return pg.types.getTypeParser(type, format) as (value: string) => unknown;
}
