/** The one file that knows the InfluxDB client: it escapes and carries line protocol. It retries nothing: the caller does. */
import { escape as escaper, HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { failureOfWrite, unreachable } from './failure.ts';

export interface LineWriter {
  /**
   * At most MAX_LINES. Resolves when the database has them on its disk. Rejects with LinesRefused,
   * TelemetryMisconfigured or TelemetryUnavailable.
   */
  write(lines: readonly string[]): Promise<void>;
}

export interface LineWriterOptions {
  readonly url: string;
  /** Path and query of the write endpoint. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export const MAX_LINES = 5_000;

export const escapeTag = escaper.tag;
export const quoteField = escaper.quoted;

const isLoopback = (url: string): boolean => /^(localhost|127\.|\[::1\])/.test(new URL(url).hostname);

export function createLineWriter({ url, path, headers, timeoutMs }: LineWriterOptions): LineWriter {
  const client = new InfluxDB({
    url,
    timeout: timeoutMs,
    headers: { ...headers },
    writeOptions: {
      // A batch is sent by flush() alone: what add() sends on its own fails unheard.
      batchSize: MAX_LINES + 1,
      flushInterval: 0,
      maxRetries: 0,
      maxBufferLines: 0,
      // To a server on the same machine, packing costs more than it saves.
      gzipThreshold: isLoopback(url) ? Number.MAX_SAFE_INTEGER : 1_000,
      // Otherwise the client writes the failure to the console as well.
      writeFailed: (error) => Promise.reject(error),
    },
  });
  const writeApi = client.getWriteApi('', '', 'ns');
  writeApi.path = path;

  return {
    async write(lines) {
      if (lines.length === 0) return;
      if (lines.length > MAX_LINES) throw new RangeError(`at most ${MAX_LINES} lines go into one request`);
      try {
        writeApi.writeRecords([...lines]);
        await writeApi.flush();
      } catch (error) {
        throw error instanceof HttpError
          ? failureOfWrite(answerIn(error), `InfluxDB at ${url}`)
          : unreachable(`InfluxDB at ${url}`, error);
      }
    },
  };
}

function answerIn(error: HttpError) {
  const retryAfter = error.headers?.['retry-after'];
  return {
    status: error.statusCode,
    body: error.body ?? error.message,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
  };
}
