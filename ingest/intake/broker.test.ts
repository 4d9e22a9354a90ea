import { createServer, type Server } from 'node:http';
import { connect as connectTcp } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import type { AcceptedMessage } from './acceptedMessage.ts';
import { type Broker, createBroker } from './broker.ts';
import { type Credentials, createCredentials, secretHash } from './credentials.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import { createListeners, type Listeners } from './listeners.ts';
import { createLoginGate } from './loginGate.ts';
import { gatewayPolicy } from './policy.ts';
import { createRefusals, type Refusals } from './refusals.ts';

const credential = (school: string, gateway: string, password: string) => ({
  id: gatewayId.parse(gateway),
  school: schoolId.parse(school),
  username: `${school}/${gateway}`,
  createdAt: 0,
  rotatedAt: null,
  secretHash: secretHash(password).toString('hex'),
});

let credentials: Credentials;
let broker: Broker;
let refusals: Refusals;
let isOverloaded = false;
let listeners: Listeners;
let http: Server;
let url = '';
let webSocketUrl = '';
let port = 0;
let accepted: AcceptedMessage[] = [];
let hold: ((done: (error?: Error) => void) => void) | undefined;
let presence: string[] = [];
const clients: MqttClient[] = [];

beforeEach(async () => {
  accepted = [];
  presence = [];
  hold = undefined;
  isOverloaded = false;
  refusals = createRefusals();
  credentials = createCredentials([
    credential('a', 'gw', 'secret-a'),
    credential('a', 'gw2', 'secret-a2'),
    credential('b', 'gw', 'secret-b'),
  ]);
  broker = createBroker({
    policy: gatewayPolicy(createLoginGate({ credentials, limits: GATEWAY_LIMITS.login, clock: () => 0 })),
    accept(message, done) {
      accepted.push(message);
      if (hold) hold(done);
      else setImmediate(done);
    },
    onPresence: ({ school, gateway }, state) => void presence.push(`${school}/${gateway} ${state}`),
    onRefusedLogin: () => undefined,
    onClientError: () => undefined,
    isOverloaded: () => isOverloaded,
    refusals,
    limits: {
      ...GATEWAY_LIMITS,
      packet: { ...GATEWAY_LIMITS.packet, beforeConnack: 4_096, afterConnack: 100_000 },
      connectionsPerGateway: 3,
      subscriptionsPerSession: 4,
    },
  });
  credentials.onRevoked((identity) => broker.disconnect(identity));
  await broker.start();
  http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  listeners = createListeners({
    host: '127.0.0.1',
    port: 0,
    httpServer: http,
    maxPacketBytes: 100_000,
    maxConnections: 100,
    onTextFrame: () => refusals.count('text-frame'),
    onFault: () => undefined,
    handle: (stream, request) => broker.handle(stream, request),
  });
  ({ port } = await listeners.start());
  url = `mqtt://127.0.0.1:${port}`;
  const address = http.address();
  webSocketUrl = `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/mqtt`;
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  listeners.stop();
  await broker.stop();
  http.close();
});

async function open(
  school: string,
  gateway: string,
  password: string,
  options: IClientOptions = {},
  at = url,
): Promise<MqttClient> {
  const client = await mqtt.connectAsync(at, {
    username: `${school}/${gateway}`,
    password,
    reconnectPeriod: 0,
    ...options,
  });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

const until = async (what: () => boolean): Promise<void> =>
  expect.poll(what, { timeout: 5_000, interval: 10 }).toBe(true);

describe('embedded broker', () => {
  test('acknowledges QoS 1 and 2 only after the message was accepted', async () => {
    const held: ((error?: Error) => void)[] = [];
    hold = (done) => void held.push(done);
    const client = await open('a', 'gw', 'secret-a');
    const acknowledged: number[] = [];
    for (const qos of [1, 2] as const)
      void client.publishAsync('x/readings', `${qos}`, { qos }).then(() => acknowledged.push(qos));
    await until(() => held.length === 2);
    expect(acknowledged).toEqual([]);
    for (const done of held) done();
    await until(() => acknowledged.length === 2);
  });

  test('a journal failure closes the connection without acknowledgement', async () => {
    hold = (done) => done(new Error('disk full'));
    const client = await open('a', 'gw', 'secret-a');
    let acknowledged = false;
    client.publishAsync('x/readings', '1', { qos: 1 }).then(
      () => {
        acknowledged = true;
      },
      () => undefined,
    );
    await new Promise<void>((resolve) => client.once('close', () => resolve()));
    expect(acknowledged).toBe(false);
  });

  test('publishing with and without the own prefix is the same; another school is foreign', async () => {
    const client = await open('a', 'gw', 'secret-a');
    for (const topic of ['x/readings', 'schools/a/x/readings', 'schools/b/x/readings', 'schools/a', 'schools/'])
      await client.publishAsync(topic, '', { qos: 1 });
    expect(accepted.map(({ topic, foreign }) => [topic, foreign])).toEqual([
      ['x/readings', false],
      ['x/readings', false],
      ['schools/b/x/readings', true],
      ['schools/a', true],
      ['schools/', true],
    ]);
    expect(accepted.every(({ identity }) => identity.school === 'a')).toBe(true);
  });

  test('a subscriber sees its own school only, by its own topics, whatever it asks for', async () => {
    const inA = await open('a', 'gw', 'secret-a');
    const inB = await open('b', 'gw', 'secret-b');
    const seen: string[] = [];
    inB.on('message', (topic) => seen.push(topic));
    const filters = [
      '#',
      '+/readings',
      'schools/b/own',
      'schools/a/#',
      'schools/+/x/readings',
      'schools/#',
      '$SYS/#',
      '$share/g/#',
    ];
    const granted = await new Promise<readonly number[]>((resolve) => {
      inB.subscribe(filters, { qos: 1 }, (_error, _granted, packet) => resolve((packet?.granted ?? []).map(Number)));
    });
    const refused = filters.filter((_, i) => granted[i] === 128);
    expect(refused.sort()).toEqual(['$SYS/#', '$share/g/#', 'schools/#', 'schools/+/x/readings', 'schools/a/#']);
    await inA.publishAsync('x/readings', '1', { qos: 1 });
    await inA.publishAsync('schools/b/x/readings', '1', { qos: 1 });
    await inB.publishAsync('own', '1', { qos: 1 });
    await inB.publishAsync('x/readings', '1', { qos: 1 });
    await until(() => seen.includes('own') && seen.includes('x/readings'));
    expect([...new Set(seen)].sort()).toEqual(['own', 'x/readings']);
  });

  test('unsubscribing ends delivery', async () => {
    const client = await open('a', 'gw', 'secret-a');
    const seen: string[] = [];
    client.on('message', (topic) => seen.push(topic));
    await client.subscribeAsync(['cmd/a', 'cmd/b'], { qos: 1 });
    await client.unsubscribeAsync('cmd/a');
    await client.publishAsync('cmd/a', '', { qos: 1 });
    await client.publishAsync('cmd/b', '', { qos: 1 });
    await until(() => seen.includes('cmd/b'));
    expect(seen).toEqual(['cmd/b']);
  });

  test('two gateways may use one client id; the same credential takes its own session over', async () => {
    const one = await open('a', 'gw', 'secret-a', { clientId: 'sensor' });
    await open('b', 'gw', 'secret-b', { clientId: 'sensor' });
    await open('a', 'gw2', 'secret-a2', { clientId: 'sensor' });
    expect(one.connected).toBe(true);
    const closed = new Promise<void>((resolve) => one.once('close', () => resolve()));
    await open('a', 'gw', 'secret-a', { clientId: 'sensor' });
    await closed;
  });

  test.each([
    ['wrong password', { username: 'a/gw', password: 'no' }],
    ['unknown gateway', { username: 'a/nobody', password: 'secret-a' }],
    ['prototype name', { username: '__proto__', password: 'x' }],
    ['no credential', {}],
  ])('refuses %s with return code 4', async (_what, options) => {
    const failed = mqtt.connectAsync(url, { ...options, reconnectPeriod: 0 }, false);
    await expect(failed).rejects.toMatchObject({ code: 4 });
  });

  test('a changed or removed credential cuts live sessions and the old password', async () => {
    const client = await open('a', 'gw', 'secret-a');
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    credentials.put(credential('a', 'gw', 'rotated'));
    await closed;
    await expect(open('a', 'gw', 'secret-a')).rejects.toMatchObject({ code: 4 });
    const again = await open('a', 'gw', 'rotated');
    const closedAgain = new Promise<void>((resolve) => again.once('close', () => resolve()));
    credentials.remove(schoolId.parse('a'), gatewayId.parse('gw'));
    await closedAgain;
    await expect(open('a', 'gw', 'rotated')).rejects.toMatchObject({ code: 4 });
  });

  test('presence changes with the first and the last session; a will is accepted like any message', async () => {
    const one = await open('a', 'gw', 'secret-a', {
      will: { topic: 'gw/status', payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: false },
    });
    const two = await open('a', 'gw', 'secret-a');
    two.stream.destroy();
    one.stream.destroy();
    await until(() => presence.length === 2);
    expect(presence).toEqual(['a/gw online', 'a/gw offline']);
    await until(() => accepted.length === 1);
    expect(accepted[0]).toMatchObject({ topic: 'gw/status', foreign: false });
  });

  test('works over WebSocket at /mqtt', async () => {
    const client = await open('a', 'gw', 'secret-a', {}, webSocketUrl);
    await client.publishAsync('x/readings', '1', { qos: 1 });
    expect(accepted).toHaveLength(1);
  });

  test('a packet that declares too much is cut before it is buffered, before and after CONNACK', async () => {
    const raw = connectTcp(port, '127.0.0.1');
    raw.on('error', () => undefined);
    raw.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0, 4]));
    await new Promise((resolve) => raw.once('close', resolve));
    const client = await open('a', 'gw', 'secret-a');
    client.publish('x/readings', Buffer.alloc(200_000), { qos: 1 });
    await new Promise<void>((resolve) => client.once('close', () => resolve()));
    expect(accepted).toEqual([]);
    const other = await open('a', 'gw', 'secret-a');
    await other.publishAsync('x/readings', Buffer.alloc(90_000), { qos: 1 });
    expect(accepted).toHaveLength(1);
  });

  test('retained messages and offline queues are not kept for gateways', async () => {
    const client = await open('a', 'gw', 'secret-a', { clean: false, clientId: 'keeper' });
    await client.subscribeAsync('cmd', { qos: 1 });
    await client.publishAsync('cmd', 'kept?', { qos: 1, retain: true });
    await client.endAsync();
    const again = await open('a', 'gw', 'secret-a', { clean: false, clientId: 'keeper' });
    const seen: string[] = [];
    again.on('message', (topic) => seen.push(topic));
    await again.subscribeAsync('#', { qos: 1 });
    await again.publishAsync('end', '', { qos: 1 });
    await until(() => seen.includes('end'));
    expect(seen).toEqual(['end']);
    expect(accepted[0]?.retained).toBe(true);
  });

  test('a gateway has so many connections and subscriptions, no more', async () => {
    const [first] = await Promise.all(['1', '2', '3'].map((clientId) => open('a', 'gw', 'secret-a', { clientId })));
    await expect(open('a', 'gw', 'secret-a', { clientId: '4' })).rejects.toMatchObject({ code: 3 });
    await open('a', 'gw2', 'secret-a2');
    const granted = await new Promise<readonly number[]>((resolve) => {
      first?.subscribe(['1', '2', '3', '4', '5'], (_error, _granted, packet) =>
        resolve((packet?.granted ?? []).map(Number)),
      );
    });
    expect(granted).toEqual([0, 0, 0, 0, 128]);
    expect(refusals.all()).toMatchObject({ 'connections-per-gateway': 1, subscriptions: 1 });
  });

  test('overloaded: newcomers are told to come later, who is connected goes on', async () => {
    const client = await open('a', 'gw', 'secret-a');
    isOverloaded = true;
    await expect(open('a', 'gw2', 'secret-a2')).rejects.toMatchObject({ code: 3 });
    await client.publishAsync('gate/scans', '1', { qos: 1 });
    expect(accepted).toHaveLength(1);
    isOverloaded = false;
    await open('a', 'gw2', 'secret-a2');
    expect(refusals.all().overload).toBe(1);
  });

  test('text frames and paths that are no URL end at the WebSocket door', async () => {
    const socket = new WebSocket(webSocketUrl, 'mqtt');
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('hello');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(refusals.all()['text-frame']).toBe(1);
    const { port: httpPort } = new URL(webSocketUrl);
    const odd = connectTcp(Number(httpPort), '127.0.0.1');
    odd.on('error', () => undefined);
    const upgrade = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    odd.write(`GET // HTTP/1.1\r\n${upgrade.join('\r\n')}\r\n\r\n`);
    const client = await open('a', 'gw', 'secret-a', {}, webSocketUrl);
    await client.publishAsync('x/readings', '1', { qos: 1 });
    odd.destroy();
  });

  test('stopping acknowledges what was read, then cuts everybody off', async () => {
    const held: ((error?: Error) => void)[] = [];
    hold = (done) => void held.push(done);
    const client = await open('a', 'gw', 'secret-a');
    const silent = connectTcp(port, '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    const acknowledged = client.publishAsync('x/readings', '1', { qos: 1 });
    await until(() => held.length === 1);
    const closed = Promise.all(
      [client.stream, silent].map((stream) => new Promise((resolve) => stream.once('close', resolve))),
    );
    const stopped = broker.stop();
    for (const done of held) done();
    await acknowledged;
    await stopped;
    await closed;
    expect([client.connected, silent.destroyed]).toEqual([false, true]);
  });
});
