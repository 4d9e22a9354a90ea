/**
 * Attacks on MQTT brokers that were seen in the wild, one test each, by their number in the list of attacks. The 5th
 * needs sessions that are kept: conformance.test.ts. The 19th is a flood: floods.test.ts.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Packet } from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quarantineList } from '../../contracts/http/ingest.ts';
import { startApp, temporaryFolder } from '../support/app.ts';
import { type Credentials, connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { addGateway, expectBody, putSchool, readStats, settledStats } from '../support/provision.ts';
import {
  connectPacket,
  connectRaw,
  field,
  loginPacket,
  openRaw,
  publishPacket,
  type RawClient,
  rawPacket,
  tryConnect,
} from './rawClient.ts';
import { startTarget, type Target } from './target.ts';

const MEGABYTE = 1_048_576;
const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  '__defineGetter__',
  'isPrototypeOf',
  'toLocaleString',
  '__lookupSetter__',
  'propertyIsEnumerable',
  'then',
];

let target: Target;
beforeAll(async () => {
  target = await startTarget();
  await target.bystander();
});
afterAll(() => target?.stop());

const login = (who: Credentials, more = {}) => connectRaw(target.app.mqtt, loginPacket(who, more));
const subscribe = (filters: readonly string[]): Packet => ({
  cmd: 'subscribe',
  messageId: 9,
  subscriptions: filters.map((topic) => ({ topic, qos: 1 })),
});
/** Everything a subscriber got once its own last message came back. */
async function heardBy(client: RawClient): Promise<string[]> {
  client.send(subscribe(['end-of-test']));
  await client.next('suback');
  client.send(publishPacket('end-of-test', '', { qos: 1, messageId: 77 }));
  await poll(() => client.unread.some((packet) => packet.cmd === 'publish' && packet.topic === 'end-of-test'), {
    deadlineMs: 10_000,
  });
  return client.unread.flatMap((packet) => (packet.cmd === 'publish' ? [packet.topic] : [])).slice(0, -1);
}
async function expectUnhurt(): Promise<void> {
  expect(await target.bystander()).toBeLessThan(1_000);
  expect(await target.health()).toBeLessThan(1_000);
}

describe('attacks on the broker', () => {
  test.each([99, 100, 101, 1_000, 65_535])(
    '1: a topic of %i levels in any packet ends its connection only',
    async (levels) => {
      const deep = '/'.repeat(levels - 1) || 'x';
      const topic = field(deep.padEnd(1, 'x'));
      const id = Buffer.from([0, 1]);
      for (const packet of [rawPacket(0x32, topic, id), rawPacket(0x82, id, topic, 1), rawPacket(0xa2, id, topic)]) {
        const client = await login(target.a);
        client.send(packet);
        await client.closed();
      }
      const willing = await openRaw(target.app.mqtt);
      willing.send(
        rawPacket(
          0x10,
          Buffer.concat([field('MQTT'), Buffer.from([4, 0xc6, 0, 60]), field('will'), topic, field('gone')]),
          Buffer.concat([field(target.a.username), field(target.a.password)]),
        ),
      );
      await willing.closed();
      await expectUnhurt();
    },
  );

  test('2: names of prototypes are names like any other', async () => {
    for (const name of PROTOTYPE_NAMES) {
      const refused = await tryConnect(target.app.mqtt, connectPacket({ username: name, password: Buffer.from('x') }));
      expect(refused.code).toBe(4);
      const client = await login(target.a, { clientId: name });
      client.send(subscribe([name, `${name}/#`]));
      expect((await client.next('suback')).granted).toEqual([1, 1]);
      client.send(publishPacket(`${name}/readings`, `[{"n":"co2","u":"ppm","v":700,"${name}":1}]`, { qos: 1 }));
      expect((await client.next('publish')).topic).toBe(`${name}/readings`);
      client.end();
    }
    await putSchool(target.app, { id: 'constructor' });
    const gateway = await addGateway(target.app, 'constructor', 'prototype');
    const client = await connectGateway(target.app.mqtt, gateway);
    await publishAndWait(client, 'toString/readings', [{ n: 'co2', u: 'ppm', v: 700 }]);
    await client.endAsync();
    for (const path of ['/api/v1/schools/__proto__', '/api/v1/readings/latest?school=__proto__&__proto__[x]=1'])
      expect((await target.app.api('GET', path)).status).toBeLessThan(500);
    await settledStats(target.app);
    await expectUnhurt();
  });

  test('3: QoS 2 without PUBREL is cut off before it fills the memory', { timeout: 40_000 }, async () => {
    const before = await target.residentBytes();
    const client = await login(target.a);
    const payload = Buffer.alloc(500, 0x20);
    for (let messageId = 1; messageId <= 60_000 && !client.isClosed(); messageId++) {
      client.send(publishPacket('flood/readings', payload, { qos: 2, messageId }));
      if (client.socket.writableNeedDrain)
        await Promise.race([new Promise((resolve) => client.socket.once('drain', resolve)), client.closed(30_000)]);
    }
    await client.closed(20_000);
    expect((await target.residentBytes()) - before).toBeLessThan(160 * MEGABYTE);
    await expectUnhurt();
  });

  test('4: a QoS 2 id used again after a clean reconnect is another message', async () => {
    await settledStats(target.app);
    const before = await readStats(target.app);
    for (const value of [401, 402]) {
      const client = await login(target.a, { clientId: 'reuser' });
      client.send(publishPacket('reuse/readings', `[{"n":"co2","u":"ppm","v":${value}}]`, { qos: 2, messageId: 7 }));
      await client.next('pubrec');
      client.end();
      await client.closed();
    }
    const after = await settledStats(target.app);
    expect(after.stored - before.stored).toBe(2);
  });

  test('6: the client id of another gateway takes nothing over', async () => {
    const victim = await login(target.a, { clientId: 'victim', clean: false });
    victim.send(subscribe(['commands/#']));
    await victim.next('suback');
    const thief = await login(target.b, { clientId: 'victim', clean: false });
    const neighbour = await login(target.a2, { clientId: 'victim', clean: false });
    victim.send(publishPacket('commands/open', 'x', { qos: 1 }));
    expect((await victim.next('publish')).topic).toBe('commands/open');
    expect(await heardBy(thief)).toEqual([]);
    expect(await heardBy(neighbour)).toEqual([]);
    const wrong = await tryConnect(
      target.app.mqtt,
      loginPacket({ ...target.a, password: 'no' }, { clientId: 'victim' }),
    );
    expect(wrong.code).toBe(4);
    expect(victim.isClosed()).toBe(false);
    for (const client of [victim, thief, neighbour]) client.end();
  });

  test('7, 8, 11: a revoked gateway is cut at once, with its queue, its retained messages and its will', async () => {
    const doomed = await addGateway(target.app, 'a', 'doomed');
    const witness = await login(target.a, { clientId: 'witness' });
    witness.send(subscribe(['#']));
    await witness.next('suback');
    const will = { topic: 'doomed/will', payload: Buffer.from('x'), qos: 1 as const, retain: true };
    const client = await login(doomed, { clientId: 'doomed', clean: false, will });
    client.send(subscribe(['doomed/#']), publishPacket('doomed/state', 'kept', { qos: 1, retain: true }));
    await client.next('puback');
    const started = performance.now();
    await target.app.api('POST', '/api/v1/schools/a/gateways/doomed/rotate');
    await client.closed(5_000);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect((await tryConnect(target.app.mqtt, loginPacket(doomed, { clientId: 'doomed' }))).code).toBe(4);
    const late = await login(target.a2, { clientId: 'late' });
    late.send(subscribe(['doomed/#']));
    expect(await heardBy(late)).toEqual([]);
    expect(await heardBy(witness)).toEqual(['doomed/state']);
    for (const each of [witness, late]) each.end();
  });

  test('9: no name is a pattern', async () => {
    for (const id of ['#', '+', 'a/b', '../a', 'a/#', '$SYS'])
      expect((await target.app.api('POST', '/api/v1/schools/a/gateways', { id })).status).toBe(400);
    for (const username of ['#', '+', '+/gw', 'a/+', 'a/#', '#/gw', '/', 'a/gw/']) {
      const password = Buffer.from(target.a.password);
      expect((await tryConnect(target.app.mqtt, connectPacket({ username, password }))).code).toBe(4);
    }
    for (const clientId of ['#', '+', 'a/gw\u202e', '../b', '$SYS/x']) {
      const client = await login(target.a, { clientId });
      client.send(subscribe(['schools/b/#', 'schools/+/air/readings']));
      expect((await client.next('suback')).granted).toEqual([128, 128]);
      client.end();
    }
  });

  test('10: no gateways means nobody, and a table that can not be read means no start', {
    timeout: 40_000,
  }, async () => {
    const empty = await startApp();
    const anonymous = await tryConnect(empty.mqtt, connectPacket());
    const named = await tryConnect(empty.mqtt, loginPacket({ username: 'a/gw', password: '' }));
    await empty.stop();
    expect([anonymous.code, named.code]).toEqual([4, 4]);
    const dataDir = await temporaryFolder();
    await writeFile(join(dataDir, 'records.sqlite'), Buffer.alloc(8_192, 0x41));
    await expect(startApp({ dataDir })).rejects.toThrow(/ended with 1/);
    await rm(dataDir, { recursive: true, force: true });
  });

  test('11: a will says what its gateway may say, and nothing elsewhere', async () => {
    const watcher = await login(target.b, { clientId: 'watcher' });
    watcher.send(subscribe(['#']));
    await watcher.next('suback');
    await settledStats(target.app);
    for (const topic of ['schools/b/gate1/scans', '$SYS/broker/x', '$CONTROL/dynamic-security/v1', 'own/thing']) {
      const will = { topic, payload: Buffer.from('boo'), qos: 1 as const, retain: true };
      const client = await login(target.a, { clientId: 'willing', will });
      client.end();
      await client.closed();
    }
    const entries = async () =>
      expectBody(await target.app.api('GET', '/api/v1/quarantine?limit=50'), quarantineList).items.filter(
        ({ payload }) => payload === Buffer.from('boo').toString('base64'),
      );
    const found = await poll(async () => (await entries()).length === 4 && entries(), { deadlineMs: 10_000 });
    expect(new Set(found.map(({ school }) => school))).toEqual(new Set(['a']));
    expect(found.find(({ topic }) => topic.startsWith('schools/b'))?.reason).toBe('foreign-school');
    expect((await heardBy(watcher)).filter((topic) => topic !== 'air/readings')).toEqual([]);
    watcher.end();
  });

  test('12, 13: what the server says to itself and shared subscriptions are for nobody', async () => {
    const spy = await login(target.a, { clientId: 'spy' });
    const refused = [
      '$SYS/#',
      '$SYS/+/new/#',
      '$share/g/#',
      '$share/g/$SYS/#',
      '$share/g/cmd/#',
      '$queue/x',
      '$CONTROL/#',
    ];
    spy.send(subscribe([...refused, '#', '+/#']));
    expect((await spy.next('suback')).granted).toEqual([...refused.map(() => 128), 1, 1]);
    const other = await login(target.a2, { clientId: 'other' });
    other.send(subscribe(['own']), publishPacket('cmd/open', 'x', { qos: 1, messageId: 3 }));
    await other.next('puback');
    other.end();
    await target.bystander();
    expect(await heardBy(spy)).toEqual(['cmd/open']);
    spy.end();
  });

  test('14: who has not logged in can not have anything buffered', { timeout: 40_000 }, async () => {
    const before = await target.residentBytes();
    const greedy = await Promise.all(Array.from({ length: 20 }, () => openRaw(target.app.mqtt)));
    for (const client of greedy) client.send(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(MEGABYTE));
    await Promise.all(greedy.map((client) => client.closed()));
    const trickling = await openRaw(target.app.mqtt);
    trickling.send(rawPacket(0x10, Buffer.alloc(16_385)));
    await trickling.closed();
    expect((await target.residentBytes()) - before).toBeLessThan(64 * MEGABYTE);
    expect(await target.refused('packet-size')).toBeGreaterThanOrEqual(21);
    await expectUnhurt();
  });

  test('15: empty topics and what only a server may send close the connection', async () => {
    await settledStats(target.app);
    const before = await readStats(target.app);
    const id = Buffer.from([0, 1]);
    for (const packet of [
      rawPacket(0x30, field('')),
      rawPacket(0x30, Buffer.from([0])),
      rawPacket(0x30),
      rawPacket(0x20, 0, 0),
      rawPacket(0x90, id, 0),
      rawPacket(0xb0, id),
      rawPacket(0xd0),
      rawPacket(0xf0, 0),
      rawPacket(0x00),
    ]) {
      const client = await login(target.a);
      client.send(packet);
      await client.closed();
    }
    const dollar = await login(target.a);
    dollar.send(publishPacket('$SYS/broker', 'x', { qos: 1 }));
    await dollar.next('puback');
    dollar.end();
    expect((await settledStats(target.app)).received - before.received).toBe(1);
    await expectUnhurt();
  });

  test('16: no slot is held without a sign of life', { timeout: 40_000 }, async () => {
    for (const keepalive of [0, 3_601, 65_535])
      expect((await tryConnect(target.app.mqtt, loginPacket(target.a, { keepalive }))).code).toBe(2);
    const silent = await openRaw(target.app.mqtt);
    const slow = await openRaw(target.app.mqtt);
    slow.send(Buffer.from([0x10, 0x20, 0x00]));
    const short = await login(target.a, { keepalive: 1 });
    await short.closed(5_000);
    await Promise.all([silent.closed(15_000), slow.closed(15_000)]);
  });

  test('17: retained messages do not pile up', async () => {
    const client = await login(target.a, { clientId: 'retainer' });
    for (let i = 1; i <= 2_000; i++)
      client.send(publishPacket(`kept/${i}/readings`, 'x', { qos: 1, messageId: i, retain: true }));
    await poll(() => client.unread.length === 2_000, { deadlineMs: 15_000 });
    client.unread.length = 0;
    client.send(subscribe(['kept/#']));
    await client.next('suback');
    expect(await heardBy(client)).toEqual([]);
    client.end();
  });

  test('18: text that is no text closes the connection and stores nothing', async () => {
    await settledStats(target.app);
    const before = await readStats(target.app);
    for (const bad of [
      [0xff, 0xfe],
      [0xed, 0xa0, 0x80],
      [0x61, 0x00],
      [0xc0, 0xaf],
      [0x61, 0x1b],
    ]) {
      const client = await login(target.a);
      client.send(rawPacket(0x32, field(Buffer.from(bad)), 0, 1, Buffer.from('[{"n":"co2","v":1}]')));
      await client.closed();
      const named = await openRaw(target.app.mqtt);
      named.send(rawPacket(0x10, field('MQTT'), 4, 0x02, 0, 60, field(Buffer.from(bad))));
      await named.closed();
    }
    expect((await settledStats(target.app)).received).toBe(before.received);
    expect(await target.refused('text')).toBeGreaterThanOrEqual(10);
  });
});
