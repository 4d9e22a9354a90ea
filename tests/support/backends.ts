/** The stores a journey runs on: embedded, and the two servers of a big installation. */
import { startInfluxDb } from './influxdb.ts';
import { startPostgres } from './postgres.ts';
import { programOrSkip } from './system.ts';

export interface RunningBackend {
  /** Settings for the system under test. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  start(): Promise<RunningBackend>;
}

const embedded: Backend = {
  name: 'DuckDB and SQLite',
  start: () => Promise.resolve({ env: {}, stop: () => Promise.resolve() }),
};

/** The embedded stores always; the servers where they are installed, else a loud skip. */
export function backends(suite: string): readonly Backend[] {
  const influxd = programOrSkip(suite, 'influxd');
  const initdb = programOrSkip(suite, 'initdb');
  if (influxd === undefined || initdb === undefined) return [embedded];
  return [embedded, { name: 'InfluxDB and PostgreSQL', start: () => startServers(influxd, initdb) }];
}

async function startServers(influxd: string, initdb: string): Promise<RunningBackend> {
  const [influx, database] = await Promise.all([startInfluxDb(influxd), startPostgres(initdb)]);
  return {
    env: { IOC_INFLUX_URL: influx.url, IOC_INFLUX_BUCKET: 'ioc', IOC_DATABASE_URL: database.url },
    async stop() {
      await Promise.all([influx.stop(), database.stop()]);
    },
  };
}
