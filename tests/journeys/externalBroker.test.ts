/** mosquitto as we ship its configuration, with processes of ours behind it that share the work, die, and come back. */
import { rm } from 'node:fs/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewayList } from '../../contracts/http/devices.ts';
import { quarantineList, replayResult } from '../../contracts/http/ingest.ts';
import { type App, startApp, temporaryFolder } from '../support/app.ts';
import { readHistory } from '../support/history.ts';
import { connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { addGateway, expectBody, putSchool, readStats, settledStats } from '../support/provision.ts';
import { programOrSkip } from '../support/system.ts';
import { startTunedMosquitto, type TunedMosquitto } from '../support/tunedMosquitto.ts';

const program = programOrSkip('tuned mosquitto', 'mosquitto');
const START = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000 * 6;
const CONNECTIONS = 20;
const IN_FLIGHT = 5;
const messageOf = (n: number) => JSON.stringify([{ n: 'energy', u: 'kWh', v: n, t: (START + n * 1_000) / 1_000 }]);

function login(broker: TunedMosquitto, account: string) {
  const { username, password } = new URL(broker.urlOf(account));
  return { username: decodeURIComponent(username), password };
}

async function gatewayOf(broker: TunedMosquitto, account: string): Promise<MqttClient> {
  return connectGateway(`mqtt://127.0.0.1:${broker.port}`, login(broker, account));
}

/**
 * Publishes readings `from` to `to` of a meter; resolves when the broker acknowledged all of them. Over several
 * connections: mosquitto takes one message of each in a turn, and syncs its file after every turn.
 */
async function publishAll(broker: TunedMosquitto, school: string, from: number, to: number): Promise<void> {
  let next = from;
  const lane = async (gateway: MqttClient) => {
    while (next < to) await publishAndWait(gateway, `schools/${school}/meter/readings`, messageOf(next++));
  };
  const gateways = await Promise.all(Array.from({ length: CONNECTIONS }, () => gatewayOf(broker, school)));
  await Promise.all(gateways.flatMap((gateway) => Array.from({ length: IN_FLIGHT }, () => lane(gateway))));
  for (const gateway of gateways) await gateway.endAsync();
}

async function storedIn(app: App, school: string, count: number): Promise<readonly number[]> {
  const span = { from: START, to: START + (count + 1) * 1_000 };
  const points = await readHistory(app, { school, device: 'meter', metric: 'energy', ...span });
  return points.map(([, value]) => value);
}

const range = (count: number) => Array.from({ length: count }, (_, n) => n);
const ascending = (a: number, b: number) => a - b;

describe.skipIf(program === undefined)('mosquitto with the shipped configuration', () => {
  let broker: TunedMosquitto;
  const dataDirs: string[] = [];
  const apps: App[] = [];

  async function startConsumer(dataDir: string): Promise<App> {
    const app = await startApp({ dataDir, env: { IOC_MQTT_URL: broker.urlOf('ioc') } });
    apps.push(app);
    return app;
  }
  async function newConsumer(...schools: readonly string[]): Promise<App> {
    const dataDir = await temporaryFolder();
    dataDirs.push(dataDir);
    const app = await startConsumer(dataDir);
    for (const id of schools) await putSchool(app, { id });
    return app;
  }

  beforeAll(async () => {
    broker = await startTunedMosquitto(
      program ?? '',
      ['ioc', 'thcs-a', 'thcs-b', 'thcs-c/gw1'],
      ['user thcs-c/gw1', 'topic readwrite schools/thcs-c/#'],
    );
  });
  afterAll(async () => {
    for (const app of apps) await app.stop();
    await broker?.stop();
    for (const folder of dataDirs) await rm(folder, { recursive: true, force: true });
  });

  test('lets nobody in without an account, and nobody into another school', async () => {
    const url = `mqtt://127.0.0.1:${broker.port}`;
    await expect(connectAsync(url, { reconnectPeriod: 0 }, false)).rejects.toThrow(/not authorized/i);
    await expect(connectGateway(url, { username: 'thcs-a', password: 'guess' })).rejects.toThrow(/not authorized/i);

    const centre = await gatewayOf(broker, 'ioc');
    const heard: string[] = [];
    centre.on('message', (topic) => heard.push(topic));
    await centre.subscribeAsync('#', { qos: 1 });
    const b = await gatewayOf(broker, 'thcs-b');
    const spied: string[] = [];
    b.on('message', (topic) => spied.push(topic));
    await b.subscribeAsync(['#', 'schools/thcs-a/#', 'schools/+/x'], { qos: 1 });
    // a connection each: mosquitto 2.0.11 acknowledges what it refuses, and then hangs up
    for (const [account, topic] of [
      ['thcs-a', 'schools/thcs-b/x'],
      ['thcs-a', 'schools/thcs-c/x'],
      ['thcs-a', 'elsewhere/x'],
      ['thcs-a', 'schools/thcs-a/x'],
      ['thcs-c/gw1', 'schools/thcs-a/y'],
      ['thcs-c/gw1', 'schools/thcs-c/gw1/status'],
      ['thcs-b', 'schools/thcs-b/x'],
    ] as const) {
      const gateway = await gatewayOf(broker, account);
      await publishAndWait(gateway, topic, '{}');
      gateway.end(true);
    }
    // one after the other through one broker: what was let through came in this order, and the last one came last
    await poll(() => heard.length >= 3 && spied.length >= 1, { deadlineMs: 5_000 });
    expect(heard).toEqual(['schools/thcs-a/x', 'schools/thcs-c/gw1/status', 'schools/thcs-b/x']);
    expect(new Set(spied)).toEqual(new Set(['schools/thcs-b/x']));
    for (const client of [b, centre]) await client.endAsync();
  });

  test('two processes share the stream, one is killed: all that was acknowledged is stored, once', async () => {
    const [one, two] = [await newConsumer('thcs-a'), await newConsumer('thcs-a')];
    const total = 4_000;
    const published = publishAll(broker, 'thcs-a', 0, total);
    await poll(async () => (await readStats(two)).received >= total / 8, { deadlineMs: 60_000, everyMs: 10 });
    await two.kill9();
    await published;
    // the other one goes on with its part meanwhile
    await poll(async () => (await readStats(one)).received >= total / 2, { deadlineMs: 60_000 });
    const back = await startConsumer(two.dataDir);
    const stored = await poll(
      async () => {
        await Promise.all([settledStats(one), settledStats(back)]);
        const parts = await Promise.all([one, back].map((app) => storedIn(app, 'thcs-a', total)));
        return new Set(parts.flat()).size === total && parts;
      },
      { deadlineMs: 60_000, everyMs: 250 },
    );
    // both had a part, and in neither is a reading twice: what the killed one was sent again was told apart
    for (const part of stored) {
      expect(part.length).toBeGreaterThan(total / 8);
      expect(new Set(part).size).toBe(part.length);
    }
    const [first, second] = [await settledStats(one), await settledStats(back)];
    expect([first.stored, second.stored]).toEqual(stored.map(({ length }) => length));
    expect([first.quarantined, second.quarantined]).toEqual([0, 0]);

    // everything once more: nothing is doubled where it was already
    await publishAll(broker, 'thcs-a', 0, 200);
    await poll(
      async () =>
        (await settledStats(one)).received + (await settledStats(back)).received >=
        first.received + second.received + 200,
      { deadlineMs: 30_000 },
    );
    for (const [app, part] of [
      [one, stored[0]],
      [back, stored[1]],
    ] as const) {
      const again = await storedIn(app, 'thcs-a', total);
      expect(new Set(again).size).toBe(again.length);
      expect(part?.every((n) => again.includes(n))).toBe(true);
    }
    for (const app of [one, back]) await app.stop();
  });
});

describe.skipIf(program === undefined)('one process behind the shipped configuration', () => {
  let broker: TunedMosquitto;
  let app: App;
  let dataDir: string;
  const consumer = () => startApp({ dataDir, env: { IOC_MQTT_URL: broker.urlOf('ioc') } });

  beforeAll(async () => {
    broker = await startTunedMosquitto(program ?? '', ['ioc', 'thcs-a', 'thcs-new']);
    dataDir = await temporaryFolder();
    app = await consumer();
    await putSchool(app, { id: 'thcs-a' });
  });
  afterAll(async () => {
    await app?.stop();
    await broker?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const isReady = async () => (await app.api('GET', '/readyz')).status === 200;

  test('a school nobody enrolled is quarantined and acknowledged; enrolled and replayed it is stored', async () => {
    const gateway = await gatewayOf(broker, 'thcs-new');
    await publishAndWait(gateway, 'schools/thcs-new/meter/readings', messageOf(1));
    const entry = await poll(
      async () => expectBody(await app.api('GET', '/api/v1/quarantine'), quarantineList).items[0],
      { deadlineMs: 20_000 },
    );
    expect(entry).toMatchObject({
      school: 'thcs-new',
      gateway: 'external',
      reason: 'unknown-school',
      topic: 'schools/thcs-new/meter/readings',
    });
    await putSchool(app, { id: 'thcs-new' });
    const replayed = await app.api('POST', '/api/v1/quarantine/replay', { ids: [entry.id] });
    expect(expectBody(replayed, replayResult)).toEqual({ replayed: 1, missing: [] });
    await settledStats(app);
    expect(await storedIn(app, 'thcs-new', 2)).toEqual([1]);
    await publishAndWait(gateway, 'schools/thcs-new/meter/readings', messageOf(2));
    await poll(async () => (await storedIn(app, 'thcs-new', 2)).length === 2, { deadlineMs: 20_000 });
    await gateway.endAsync();
  });

  test('an enrolled gateway is online when its status says so, not because somebody is connected', async () => {
    await addGateway(app, 'thcs-a', 'gw1');
    const stateOf = async () => {
      const { items } = expectBody(await app.api('GET', '/api/v1/schools/thcs-a/gateways'), gatewayList);
      return items.find(({ id }) => id === 'gw1')?.state;
    };
    const gateway = await gatewayOf(broker, 'thcs-a');
    expect(await stateOf()).toBe('never');
    await publishAndWait(gateway, 'schools/thcs-a/gw1/status', { state: 'online' });
    await poll(async () => (await stateOf()) === 'online', { deadlineMs: 20_000 });
    await publishAndWait(gateway, 'schools/thcs-a/gw1/status', { state: 'offline' });
    await poll(async () => (await stateOf()) === 'offline', { deadlineMs: 20_000 });
    await gateway.endAsync();
  });

  test('more than mosquitto’s own limit waits through our outage and the broker’s death', async () => {
    const before = await settledStats(app);
    await app.stop();
    await publishAll(broker, 'thcs-a', 0, 1_500);
    const gateway = await gatewayOf(broker, 'thcs-a');
    // mosquitto has one thread: when it answers this, the turn that acknowledged is over and its file written
    await gateway.subscribeAsync('schools/thcs-a/none', { qos: 1 });
    gateway.end(true);
    await broker.kill9();
    await broker.start();
    app = await consumer();
    await poll(async () => (await settledStats(app)).stored >= before.stored + 1_500, { deadlineMs: 60_000 });
    expect((await storedIn(app, 'thcs-a', 1_500)).toSorted(ascending)).toEqual(range(1_500));
  });

  test('without the broker it is not ready and says why; with it again it goes on by itself', async () => {
    await poll(isReady, { deadlineMs: 10_000 });
    await broker.kill9();
    const answer = await poll(
      async () => {
        const said = await app.api('GET', '/readyz');
        return said.status === 503 && said;
      },
      { deadlineMs: 10_000 },
    );
    expect(JSON.stringify(answer.body)).toMatch(/mqtt.*external broker/);
    // what cannot speak MQTT has its door all the while
    const { username, password } = await addGateway(app, 'thcs-a', 'gw-http');
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const posted = await app.api('POST', '/ingest/v1/meter2/readings', messageOf(1), {
      token: null,
      headers: { authorization, 'content-type': 'application/json' },
    });
    expect(posted.status).toBe(202);
    await broker.start();
    await poll(isReady, { deadlineMs: 60_000 });
    const gateway = await gatewayOf(broker, 'thcs-a');
    const { stored } = await settledStats(app);
    await publishAndWait(gateway, 'schools/thcs-a/meter/readings', messageOf(5_000));
    await poll(async () => (await settledStats(app)).stored > stored, { deadlineMs: 20_000 });
    await gateway.endAsync();
  });
});
