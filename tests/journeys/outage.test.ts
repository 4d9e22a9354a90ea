/** The databases go away under load: devices notice nothing, and nothing is lost or doubled when they are back. */
import { rm } from 'node:fs/promises';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { latestList } from '../../contracts/http/readings.ts';
import { type App, startApp, temporaryFolder } from '../support/app.ts';
import { readHistory } from '../support/history.ts';
import { type InfluxServer, startInfluxDb } from '../support/influxdb.ts';
import { connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { addGateway, assertIdentity, expectBody, putSchool, readStats, settledStats } from '../support/provision.ts';
import { programOrSkip } from '../support/system.ts';

const influxd = programOrSkip('outage', 'influxd');
const initdb = programOrSkip('outage', 'initdb');
const SCHOOL = 'thpt-1';
const DEVICE = 'meter';
const BATCH = 500;
const START = Math.floor(Date.now() / 1_000) * 1_000 - 4 * 3_600_000;

describe.skipIf(!influxd || !initdb)('without the databases', () => {
  let influx: InfluxServer;
  let database: PostgresServer;
  let app: App;
  let gateway: MqttClient;
  let dataDir: string;
  let sent = 0;

  const start = (): Promise<App> =>
    startApp({
      dataDir,
      env: { IOC_INFLUX_URL: influx.url, IOC_INFLUX_BUCKET: 'ioc', IOC_DATABASE_URL: database.url },
    });

  beforeAll(async () => {
    [influx, database] = await Promise.all([startInfluxDb(influxd ?? ''), startPostgres(initdb ?? '')]);
    dataDir = await temporaryFolder();
    app = await start();
    await putSchool(app, { id: SCHOOL });
    gateway = await connectGateway(app.mqtt, await addGateway(app, SCHOOL, 'gw'));
  });
  afterAll(async () => {
    await gateway?.endAsync();
    await app?.stop();
    await Promise.all([influx?.stop(), database?.stop()]);
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Rejects when one of them is not acknowledged. */
  async function publishBatch(): Promise<void> {
    const batch = Array.from({ length: BATCH }, (_, index) => sent + index);
    sent += BATCH;
    await Promise.all(
      batch.map((n) =>
        publishAndWait(gateway, `${DEVICE}/readings`, [
          { n: 'energy', u: 'kWh', v: n, t: (START + n * 1_000) / 1_000 },
        ]),
      ),
    );
  }

  const readiness = async (): Promise<number> => (await app.api('GET', '/readyz')).status;

  async function expectComplete(): Promise<void> {
    expect(await settledStats(app)).toMatchObject({ received: sent, stored: sent, duplicate: 0, quarantined: 0 });
    const span = { from: START, to: START + sent * 1_000 };
    const points = await readHistory(app, { school: SCHOOL, device: DEVICE, metric: 'energy', ...span });
    expect(points).toEqual(Array.from({ length: sent }, (_, n) => [START + n * 1_000, n]));
  }

  test('with both of them everything is stored', async () => {
    await publishBatch();
    await expectComplete();
    expect(await readiness()).toBe(200);
  });

  test('without InfluxDB messages are acknowledged, shown live and kept', async () => {
    await influx.halt();
    await publishBatch();
    const latest = await poll(
      async () => {
        const answer = await app.api('GET', `/api/v1/readings/latest?school=${SCHOOL}`);
        const [reading] = expectBody(answer, latestList).items;
        return reading?.value === sent - 1 && reading;
      },
      { deadlineMs: 5_000 },
    );
    expect(latest).toMatchObject({ device: DEVICE, metric: 'energy' });
    const stats = await readStats(app);
    assertIdentity(stats);
    expect(stats.pending).toBeGreaterThan(0);
    await poll(async () => (await readiness()) === 503, { deadlineMs: 10_000 });
  });

  test('with InfluxDB again it is complete', async () => {
    await influx.resume();
    await expectComplete();
    await poll(async () => (await readiness()) === 200, { deadlineMs: 10_000 });
  });

  test('without PostgreSQL messages are acknowledged, and stored when it is back', async () => {
    await database.halt();
    await publishBatch();
    await poll(async () => (await readiness()) === 503, { deadlineMs: 10_000 });
    await database.resume();
    await poll(async () => (await readiness()) === 200, { deadlineMs: 20_000 });
    await expectComplete();
  });

  test('a kill while InfluxDB is away loses nothing', async () => {
    await influx.halt();
    await publishBatch();
    await app.kill9();
    await influx.resume();
    app = await start();
    await expectComplete();
  });
});
