/** As many QoS 1 messages as asked for, or as the broker takes, with the time to each acknowledgement. Loopback only. */
import type { SimulatorCredentials } from './credentials.ts';
import { createLoadConnection, type LoadConnection } from './load/connection.ts';
import { MAX_METRICS, publishTemplate } from './load/frames.ts';
import { createLatencyHistogram } from './load/latency.ts';

export interface LoadOptions {
  /** `mqtt://` on a loopback address: this is a tool for measuring, not for attacking. */
  readonly mqttUrl: string;
  /** Used in turn when there are more connections than credentials; client ids differ all the same. */
  readonly credentials: SimulatorCredentials;
  /** 1 to 5,000. */
  readonly connections: number;
  readonly messagesPerSecond: number | 'max';
  /** Readings in one message, 1 to 10, default 6. */
  readonly metricsPerMessage?: number;
  /** How long to send, 0.1 to 600. */
  readonly seconds: number;
  /** Unacknowledged messages per connection, 1 to 1,000, default 50. */
  readonly window?: number;
  /** Ends the sending early; default and at most 50 million. */
  readonly maxMessages?: number;
  /** Different devices per connection, 1 to 1,000, default 20. */
  readonly devicesPerConnection?: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly acked: number;
  /** From the first message to the last acknowledgement. */
  readonly seconds: number;
  /** Milliseconds from write to acknowledgement. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Load {
  /** Connects, sends, waits for the last acknowledgements (10 s at most), closes. Rejects when a connection breaks. */
  run(): Promise<LoadResult>;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const MAX_MESSAGES = 50_000_000;
const PACE_MS = 5;
const DRAIN_MS = 10_000;
/** Connecting all at once would measure the accept queue. */
const CONNECT_AT_ONCE = 50;

/** Throws a RangeError for options outside their range. */
export function createLoad(options: LoadOptions): Load {
  const url = new URL(options.mqttUrl);
  if (url.protocol !== 'mqtt:' || !LOOPBACK.has(url.hostname))
    throw new RangeError(`load: expected mqtt:// on a loopback address, got ${options.mqttUrl}`);
  const connections = within('connections', options.connections, 1, 5_000);
  const metrics = within('metricsPerMessage', options.metricsPerMessage ?? 6, 1, MAX_METRICS);
  const window = within('window', options.window ?? 50, 1, 1_000);
  const devices = within('devicesPerConnection', options.devicesPerConnection ?? 20, 1, 1_000);
  const maxMessages = within('maxMessages', options.maxMessages ?? MAX_MESSAGES, 1, MAX_MESSAGES);
  const sendMs = within('seconds', options.seconds, 0.1, 600) * 1_000;
  const rate =
    options.messagesPerSecond === 'max' ? Number.POSITIVE_INFINITY : within('rate', options.messagesPerSecond, 1, 1e6);
  const credentials = options.credentials;
  if (credentials !== 'anonymous' && credentials.length === 0) throw new RangeError('load: no credentials');

  async function run(): Promise<LoadResult> {
    const latency = createLatencyHistogram();
    let sent = 0;
    let acked = 0;
    let sending = false;
    let startedAt = 0;
    let lastAckAt = 0;
    let fail: (error: Error) => void = () => undefined;
    const failed = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    // Handled below; this keeps an early failure from being an unhandled rejection.
    failed.catch(() => undefined);

    const all = Array.from({ length: connections }, (_, index): LoadConnection => {
      const credential = credentials === 'anonymous' ? undefined : credentials[index % credentials.length];
      const prefix = credential ? '' : `schools/load-${index}/`;
      const connection: LoadConnection = createLoadConnection({
        host: url.hostname === '[::1]' ? '::1' : url.hostname,
        port: Number(url.port || 1_883),
        clientId: `load-${index}`,
        login: credential,
        window,
        templates: Array.from({ length: devices }, (_, device) =>
          publishTemplate(`${prefix}load-${index}-${device}/readings`, metrics),
        ),
        onAcknowledged(latencyMs) {
          acked++;
          lastAckAt = performance.now();
          latency.record(latencyMs);
          // In steps of half a window: one write carries many messages.
          if (sending && rate === Number.POSITIVE_INFINITY && connection.room() * 2 >= window) give(connection, window);
        },
        onProblem: (error) => fail(error),
      });
      return connection;
    });

    function give(connection: LoadConnection, wanted: number): number {
      const count = Math.min(wanted, connection.room(), maxMessages - sent);
      if (count > 0) connection.send(count);
      sent += count;
      return count;
    }

    /** Spreads what is due over the connections, each time beginning with another. */
    let next = 0;
    function pace(): void {
      const due = Math.min(maxMessages, Math.floor(((performance.now() - startedAt) * rate) / 1_000)) - sent;
      const share = Math.max(1, Math.ceil(due / connections));
      let rest = due;
      for (let tried = 0; tried < connections && rest > 0; tried++) {
        const connection = all[next];
        next = (next + 1) % connections;
        if (connection) rest -= give(connection, Math.min(share, rest));
      }
    }

    async function sendAll(): Promise<void> {
      startedAt = performance.now();
      const endAt = startedAt + sendMs;
      sending = true;
      if (rate === Number.POSITIVE_INFINITY) for (const connection of all) give(connection, window);
      while (performance.now() < endAt && sent < maxMessages) {
        if (rate < Number.POSITIVE_INFINITY) pace();
        await pause(Math.min(PACE_MS, Math.max(0, endAt - performance.now())));
      }
      sending = false;
      const drainUntil = performance.now() + DRAIN_MS;
      while (acked < sent && performance.now() < drainUntil) await pause(PACE_MS);
    }

    try {
      for (let from = 0; from < all.length; from += CONNECT_AT_ONCE)
        await Promise.all(all.slice(from, from + CONNECT_AT_ONCE).map((connection) => connection.open()));
      await Promise.race([sendAll(), failed]);
    } finally {
      sending = false;
      for (const connection of all) connection.close();
    }
    return {
      sent,
      acked,
      seconds: Math.max(0, lastAckAt - startedAt) / 1_000,
      p50: latency.percentile(0.5),
      p99: latency.percentile(0.99),
      max: latency.max(),
    };
  }

  return { run };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function within(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new RangeError(`load: ${name} must be ${min} to ${max}, got ${value}`);
}
