/** Telemetry in InfluxDB: 1.x, 2.x and 3.x. */
import { type LocalDays, localDaysOf } from '../days.ts';
import { hourOf, toMicros } from '../micros.ts';
import { TelemetryMisconfigured, type TelemetryStore, TelemetryUnavailable } from '../port.ts';
import { createQueue } from '../queue.ts';
import { readBuckets, readRaw } from './history.ts';
import { maintainStep } from './maintain.ts';
import { latestReadings, storedValues } from './readings.ts';
import { readRollups } from './rollups.ts';
import { areStored, readScans } from './scans.ts';
import { connectInflux, type InfluxServer, type InfluxServerOptions } from './server.ts';
import { loadState, type State } from './state.ts';
import { createBatchWriter } from './write.ts';

export interface InfluxStoreOptions extends Omit<InfluxServerOptions, 'timeoutMs'> {
  /** IANA name; its days are those of daily rollups. */
  readonly timeZone: string;
  readonly timeoutMs?: number;
}

interface Connection {
  readonly server: InfluxServer;
  readonly state: State;
  readonly days: LocalDays;
}

/** After its end an hour stays open this long: most stragglers then need no second computation. */
const CLOSE_AFTER_MS = 5 * 60_000;
const MAX_WAITING_WRITES = 100;

/**
 * When the server does not answer, start() rejects with TelemetryUnavailable, but the store is started all the same:
 * each later call connects by itself.
 */
export function createInfluxStore({ timeZone, timeoutMs = 30_000, ...address }: InfluxStoreOptions): TelemetryStore {
  const queue = createQueue({ maxWaiting: MAX_WAITING_WRITES });
  const writeBatch = createBatchWriter();
  let started = false;
  let connection: Connection | undefined;
  /** After a failure: the server may be another one when it comes back, so the next call looks at it anew. */
  let doubtful = false;
  let maintaining: Promise<void> | undefined;

  /** Only inside the queue: while the state is loaded nobody may change it. */
  async function connected(): Promise<Connection> {
    if (!started) throw new TelemetryUnavailable('the telemetry store is not started');
    if (connection && !doubtful) return connection;
    const days = localDaysOf(timeZone);
    const server = await connectInflux({ ...address, timeoutMs });
    connection = { server, state: await loadState(server.influxQl), days };
    doubtful = false;
    return connection;
  }

  async function watched<Result>(task: () => Promise<Result>): Promise<Result> {
    try {
      return await task();
    } catch (error) {
      if (error instanceof TelemetryUnavailable || error instanceof TelemetryMisconfigured) doubtful = true;
      throw error;
    }
  }
  const change = <Result>(task: (connection: Connection) => Promise<Result>): Promise<Result> =>
    queue.run(() => watched(async () => task(await connected())));
  const ask = <Result>(task: (connection: Connection) => Promise<Result>): Promise<Result> =>
    watched(async () => task(started && connection && !doubtful ? connection : await queue.run(connected)));

  async function maintain(now: number, keepRawFrom: number | null): Promise<void> {
    const closeBefore = hourOf(toMicros(now - CLOSE_AFTER_MS));
    const keepRawFromUs = keepRawFrom === null ? null : toMicros(keepRawFrom);
    // Stopped in the middle: what is left is done after the next start.
    for (let more = true, steps = 0; more && (started || steps === 0); steps += 1)
      more = await change(({ server, state }) => maintainStep(server, state, { closeBefore, keepRawFromUs }));
  }

  return {
    async start() {
      if (started && connection) throw new Error('the telemetry store is started already');
      started = true;
      await change(async () => undefined);
    },

    async stop() {
      started = false;
      await queue.settled();
      connection = undefined;
    },

    write: (batch) => change(({ server, state }) => writeBatch(server, state, batch)),
    stored: (readings) => ask(({ server: { influxQl } }) => storedValues(influxQl, readings)),
    storedScans: (scans) => ask(({ server: { influxQl }, state }) => areStored(influxQl, state.recentScans, scans)),
    latest: () => ask(({ server: { influxQl } }) => latestReadings(influxQl)),
    raw: (query) => ask(({ server: { influxQl } }) => readRaw(influxQl, query)),
    buckets: (query) => ask(({ server: { influxQl }, state }) => readBuckets(influxQl, state, query)),
    rollups: (query) => ask(({ server: { influxQl }, state, days }) => readRollups(influxQl, state, days, query)),
    scans: (query) => ask(({ server: { influxQl } }) => readScans(influxQl, query)),

    maintain: ({ now, keepRawFrom }) =>
      (maintaining ??= maintain(now, keepRawFrom).finally(() => {
        maintaining = undefined;
      })),
  };
}
