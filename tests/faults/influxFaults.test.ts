/** InfluxDB behind a bad line while messages come in: live goes on, and afterwards everything is there, once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quarantineList } from '../../contracts/http/ingest.ts';
import { latestList } from '../../contracts/http/readings.ts';
import { type App, startApp } from '../support/app.ts';
import { type InfluxServer, startInfluxDb } from '../support/influxdb.ts';
import { connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { addGateway, expectBody, settledStats } from '../support/provision.ts';
import { programOrSkip } from '../support/system.ts';
import { createFleet, expectPromiseKept, type Fleet } from './fleet.ts';
import type { Gateway } from './gateway.ts';
import { HTTP_FAULTS, type HttpFault, type HttpProxy, startHttpProxy } from './httpProxy.ts';
import { type LiveWatch, watchLive } from './liveWatch.ts';
import { rollDice, scaled, tell, testLimitMs } from './scale.ts';
import { watchStats } from './statsWatch.ts';

const influxd = programOrSkip('InfluxDB faults', 'influxd');
const GATEWAYS = 20;
/** Messages per second over all gateways, for about an hour in the long form. */
const RATE = scaled(300, 500);
const ROUNDS = scaled(1, 85);
const MESSAGES_PER_FAULT = scaled(300, 3_000);
const CHANGES_PER_FAULT = 3;
const BUCKET = 'ioc';

describe.skipIf(influxd === undefined)('a bad line to InfluxDB', () => {
  const dice = rollDice();
  let influx: InfluxServer;
  let proxy: HttpProxy;
  let app: App;
  let fleet: Fleet;
  let live: LiveWatch;
  beforeAll(async () => {
    influx = await startInfluxDb(influxd ?? '');
    proxy = await startHttpProxy(influx.url);
    app = await startApp({ env: { IOC_INFLUX_URL: proxy.url, IOC_INFLUX_BUCKET: BUCKET } });
    fleet = await createFleet(app, { size: GATEWAYS, dice, ratePerSecond: RATE / GATEWAYS });
    live = await watchLive(app);
  });
  afterAll(async () => {
    live?.stop();
    await fleet?.halt();
    await app?.stop();
    await proxy?.stop();
    await influx?.stop();
  });

  async function latestOf({ school, device }: Gateway): Promise<number> {
    const answer = await app.api('GET', `/api/v1/readings/latest?school=${school}&device=${device}`);
    return Number(expectBody(answer, latestList).items[0]?.value ?? -1);
  }

  async function suffer(fault: HttpFault): Promise<void> {
    const [witness] = fleet.gateways;
    if (!witness) throw new Error('there are no gateways');
    await proxy.set(fault);
    const before = fleet.acknowledgements();
    const changes = live.changes();
    const sent = witness.sent();
    await poll(() => fleet.acknowledgements() >= before + MESSAGES_PER_FAULT, { deadlineMs: 120_000 });
    await poll(() => live.changes() >= changes + CHANGES_PER_FAULT, { deadlineMs: 60_000 });
    await poll(async () => (await latestOf(witness)) >= sent, { deadlineMs: 60_000, everyMs: 100 });
    if (fault !== 'refused') await poll(() => proxy.met[fault] > 0, { deadlineMs: 60_000 });
  }

  test('every fault in turn', { timeout: testLimitMs }, async () => {
    const watch = watchStats(() => app);
    fleet.run(() => app);
    for (let round = 1; round <= ROUNDS; round++)
      for (const fault of HTTP_FAULTS) {
        await suffer(fault);
        // Sometimes straight from one into the next.
        if (dice.next() < 0.5) await proxy.set(null);
      }
    await proxy.set(null);
    await fleet.finish(60_000);
    const stats = await settledStats(app, testLimitMs);
    const { stored } = await expectPromiseKept(app, fleet);
    await watch.stop();
    expect(live.gaps()).toBe(0);
    tell('InfluxDB faults', {
      seed: dice.seed,
      'faults met': HTTP_FAULTS.map((fault) => `${fault} ${proxy.met[fault]}`).join(' / '),
      acknowledged: fleet.acknowledgements(),
      ...stats,
      'readings found': stored,
      'changes seen live': live.changes(),
    });
  });

  test('a line that the database refuses is in the quarantine and blocks nobody', {
    timeout: testLimitMs,
  }, async () => {
    const school = 'truong-0';
    const at = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
    // Somebody wrote text where our numbers go: in this shard the field can not be a number any more.
    const taken = await fetch(`${influx.url}/write?db=${BUCKET}`, {
      method: 'POST',
      body: `pm25,device=x,school=x value="text" ${at}000000`,
    });
    expect(taken.status).toBe(204);
    const gateway = await connectGateway(app.mqtt, await addGateway(app, school, 'refused'));
    const send = (metric: string, value: number, unit: string) =>
      publishAndWait(gateway, 'air/readings', [{ n: metric, v: value, u: unit, t: at / 1_000 + 1 }]);
    await send('co2', 700, 'ppm');
    await send('pm25', 12, 'ug/m3');
    await send('co2', 701, 'ppm');
    await gateway.endAsync();
    await settledStats(app);
    const refused = expectBody(await app.api('GET', '/api/v1/quarantine?reason=store-refused'), quarantineList).items;
    expect(refused).toMatchObject([{ topic: 'air/readings', school }]);
    const span = `from=${at}&to=${at + 3_600_000}`;
    const { body } = await app.api('GET', `/api/v1/readings?school=${school}&device=air&metric=co2&${span}`);
    expect(body).toMatchObject({ points: [[at + 1_000, 701]] });
  });
});
