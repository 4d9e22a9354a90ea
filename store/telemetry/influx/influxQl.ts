/** Questions in InfluxQL, which 1.x, 2.x and 3.x all answer at /query. Everything that goes into one is quoted here. */
import { z } from 'zod';
import type { Row } from '../cells.ts';
import { TelemetryMisconfigured, TelemetryUnavailable } from '../port.ts';
import { failureOf, unreachable } from './failure.ts';

export interface ResultSeries {
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface InfluxQl {
  /** One list of series per statement, in their order. Times come back as epoch microseconds. */
  query(statements: readonly string[]): Promise<readonly (readonly ResultSeries[])[]>;
}

export interface InfluxQlOptions {
  readonly url: string;
  readonly database: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const MAX_STATEMENTS = 100;
/** Rows per piece of an answer; the server then need not hold all of it. */
const CHUNK_ROWS = 10_000;

/** An endpoint of a server that may lie below a path. */
export function addressOf(url: string, path: string, parameters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(parameters).toString();
  return `${url.replace(/\/$/, '')}${path}${query === '' ? '' : `?${query}`}`;
}

export const identifier = (name: string): string => `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
export const literal = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
/** A number of nanoseconds, which no JavaScript number could hold. */
export const instant = (epochUs: number): string => `${epochUs}000`;
export const duration = (us: number): string => `${us}u`;
export const within = ({ fromUs, toUs }: { readonly fromUs: number; readonly toUs: number }): string =>
  `time >= ${instant(fromUs)} AND time < ${instant(toUs)}`;

// Only the outline is checked: a look at each of a million cells belongs to who reads them.
const rowsOutline = z.custom<Row[]>((value) => Array.isArray(value) && value.every(Array.isArray));
const piece = z.object({
  error: z.string().optional(),
  results: z
    .array(
      z.object({
        statement_id: z.int().default(0),
        error: z.string().optional(),
        series: z
          .array(
            z.object({
              name: z.string(),
              tags: z.record(z.string(), z.string()).default({}),
              columns: z.array(z.string()),
              values: rowsOutline.default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});
type Piece = z.infer<typeof piece>;
type GrowingSeries = ResultSeries & { readonly rows: Row[] };

export function createInfluxQl({ url, database, headers, timeoutMs }: InfluxQlOptions): InfluxQl {
  const where = `InfluxDB at ${url}`;
  const parameters = { db: database, epoch: 'u', chunked: 'true', chunk_size: String(CHUNK_ROWS) };

  async function ask(statements: readonly string[]): Promise<ResultSeries[][]> {
    const pieces = await fetchPieces(statements.join(';\n'));
    const answers = statements.map(() => new Map<string, GrowingSeries>());
    for (const { error, results } of pieces) {
      if (error !== undefined) throw refusal(error);
      for (const result of results) {
        if (result.error !== undefined) throw refusal(result.error);
        const answer = answers[result.statement_id];
        for (const { name, tags, columns, values } of result.series) {
          const key = JSON.stringify([name, tags]);
          const known = answer?.get(key);
          // A long series comes in several pieces.
          if (known) for (const row of values) known.rows.push(row);
          else answer?.set(key, { tags, columns, rows: values });
        }
      }
    }
    return answers.map((answer) => [...answer.values()]);
  }

  async function fetchPieces(statements: string): Promise<Piece[]> {
    let text: string;
    let response: Response;
    try {
      response = await fetch(addressOf(url, '/query', parameters), {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ q: statements }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch (error) {
      throw unreachable(where, error);
    }
    if (!response.ok)
      throw failureOf({ status: response.status, body: text, retryAfter: response.headers.get('retry-after') }, where);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => piece.parse(JSON.parse(line)));
  }

  const refusal = (sentence: string): Error =>
    /not found|unauthorized|not authorized/i.test(sentence)
      ? new TelemetryMisconfigured(`${where} can not answer: ${sentence}`)
      : new TelemetryUnavailable(`${where} can not answer: ${sentence}`);

  return {
    async query(statements) {
      const answers: ResultSeries[][] = [];
      for (let from = 0; from < statements.length; from += MAX_STATEMENTS)
        answers.push(...(await ask(statements.slice(from, from + MAX_STATEMENTS))));
      return answers;
    },
  };
}

/** The cell of a named column. */
export function cell({ columns }: ResultSeries, row: Row, column: string): unknown {
  return row[columns.indexOf(column)];
}

export function numberCell(series: ResultSeries, row: Row, column: string): number {
  const value = cell(series, row, column);
  if (typeof value === 'number') return value;
  throw new TypeError(`expected a number in column ${column}, got ${typeof value}`);
}

export function textCell(series: ResultSeries, row: Row, column: string): string {
  const value = cell(series, row, column);
  if (typeof value === 'string') return value;
  throw new TypeError(`expected text in column ${column}, got ${typeof value}`);
}
