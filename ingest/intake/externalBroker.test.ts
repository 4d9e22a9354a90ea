/** Consuming from brokers that behave, that misbehave, that are old, and that go away. */
import type { Packet } from 'mqtt-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { schoolId } from '../../contracts/ids.ts';
import { type Mosquitto, startMosquitto } from '../../tests/support/mosquitto.ts';
import { connectGateway, publishAndWait } from '../../tests/support/mqttClient.ts';
import { poll } from '../../tests/support/poll.ts';
import { acknowledged, delivery, type Script, startScriptedBroker } from '../../tests/support/scriptedBroker.ts';
import { programOrSkip } from '../../tests/support/system.ts';
import { createExternalBroker, type ExternalBroker } from './externalBroker.ts';
import type { ExternalMessage } from './externalLink.ts';

const DEADLINE = { deadlineMs: 10_000, everyMs: 5 };
const CLIENT_ID = 'edu-ioc-test-0';
const NOBODY = { username: 'x', password: 'x' };

interface Taken {
  readonly message: ExternalMessage;
  readonly done: (error?: Error) => void;
}

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** `take` decides what becomes of a message; by default it is kept at once. */
function consume(url: URL, take: (taken: Taken) => void = ({ done }) => done()) {
  const taken: Taken[] = [];
  const said: string[] = [];
  const note = (fields: object, text: string) => void said.push(`${text} ${JSON.stringify(fields)}`);
  const broker: ExternalBroker = createExternalBroker({
    url,
    clientId: CLIENT_ID,
    accept(message, done) {
      taken.push({ message, done });
      take({ message, done });
    },
    now: Date.now,
    log: { info: note, warn: note },
    firstDelayMs: 10,
  });
  undo.push(() => broker.stop());
  return { broker, taken, said };
}

async function scripted(script?: Script) {
  const broker = await startScriptedBroker(script);
  undo.push(broker.stop);
  return broker;
}

const connectOf = (received: readonly Packet[]) => received.find((packet) => packet.cmd === 'connect');

describe('a broker that does what it is told', () => {
  test('is asked for a session that stays, a window, and the shared subscription', async () => {
    const there = await scripted();
    const { broker } = consume(there.url);
    await broker.start();
    expect(broker.trouble()).toBeNull();
    const received = there.connections[0]?.received ?? [];
    expect(connectOf(received)).toMatchObject({
      protocolVersion: 5,
      clientId: CLIENT_ID,
      clean: false,
      properties: { sessionExpiryInterval: 0xffff_ffff, receiveMaximum: 1_000 },
    });
    expect(received.find(({ cmd }) => cmd === 'subscribe')).toMatchObject({
      subscriptions: [{ topic: '$share/edu-ioc/schools/#', qos: 1, rap: true, nl: false }],
    });
  });

  test('the account of the address is used, and its odd characters', async () => {
    const there = await scripted();
    const url = new URL(there.url);
    url.username = encodeURIComponent('thcs-a/gw');
    url.password = encodeURIComponent('p:@/%');
    await consume(url).broker.start();
    expect(connectOf(there.connections[0]?.received ?? [])).toMatchObject({
      username: 'thcs-a/gw',
      password: Buffer.from('p:@/%'),
    });
    const again = await scripted();
    await consume(new URL(`mqtt://ioc:100%@${again.url.host}`)).broker.start();
    expect(connectOf(again.connections[0]?.received ?? [])).toMatchObject({ password: Buffer.from('100%') });
  });

  test.each([1, 132])('one that only knows 3.1.1 (CONNACK %i) is spoken to in 3.1.1', async (code) => {
    const there = await scripted((packet, { protocolVersion }) =>
      packet.cmd === 'connect' && protocolVersion === 5
        ? [{ cmd: 'connack', returnCode: code, reasonCode: code, sessionPresent: false }]
        : undefined,
    );
    const { broker, taken } = consume(there.url);
    await broker.start();
    expect(broker.trouble()).toBeNull();
    const last = await poll(() => there.connections.at(-1), DEADLINE);
    expect(last.protocolVersion).toBe(4);
    last.send(delivery(9));
    await poll(() => taken.length === 1, DEADLINE);
    await poll(() => acknowledged(last).length === 1, DEADLINE);
  });

  test('one that hangs up on MQTT 5 without a word is spoken to in 3.1.1', async () => {
    const there = await scripted((packet, connection) => {
      if (packet.cmd !== 'connect' || connection.protocolVersion === 4) return undefined;
      connection.cut();
      return [];
    });
    const { broker } = consume(there.url);
    await broker.start();
    expect(broker.trouble()).toBeNull();
    expect(there.connections.map(({ protocolVersion }) => protocolVersion)).toEqual([5, 4]);
  });

  test('a wrong password is said, tried again, and not taken for an old broker', async () => {
    const there = await scripted((packet) =>
      packet.cmd === 'connect'
        ? [{ cmd: 'connack', returnCode: 5, reasonCode: 135, sessionPresent: false }]
        : undefined,
    );
    const { broker } = consume(there.url);
    await broker.start();
    expect(broker.trouble()?.detail).toMatch(/not authori[sz]ed/i);
    await poll(() => there.connections.length >= 3, DEADLINE);
    expect(new Set(there.connections.map(({ protocolVersion }) => protocolVersion))).toEqual(new Set([5]));
  });

  test.each([
    [0, /QoS 1/],
    [135, /authori[sz]ed/i],
  ])('a subscription granted with %i is no subscription', async (granted, reason) => {
    const there = await scripted((packet) =>
      packet.cmd === 'subscribe'
        ? [{ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [granted] }]
        : undefined,
    );
    const { broker } = consume(there.url);
    await broker.start();
    expect(broker.trouble()?.detail).toMatch(reason);
  });

  test('one that delivers with QoS 2 gets no PUBREC: MQTT.js would send it before anything is stored', async () => {
    let sent = false;
    const there = await scripted((packet) => {
      if (packet.cmd !== 'subscribe') return undefined;
      const answer: Packet = { cmd: 'suback', messageId: packet.messageId ?? 0, granted: [1] };
      if (sent) return [answer];
      sent = true;
      return [answer, delivery(3, 2), delivery(4, 1)];
    });
    const { broker, taken } = consume(there.url);
    await broker.start();
    await poll(() => there.connections.length >= 2 && broker.trouble() === null, DEADLINE);
    expect(there.connections[0]?.received.filter(({ cmd }) => cmd === 'pubrec' || cmd === 'puback')).toEqual([]);
    expect(taken).toEqual([]);
  });

  test('what we published comes back through the group: it is acknowledged and not taken for a gateway’s', async () => {
    const there = await scripted();
    const { broker, taken } = consume(there.url);
    await broker.start();
    broker.publish(schoolId.parse('a'), 'spBv1.0/g/NCMD/n', Buffer.from('again'));
    const connection = await poll(() => there.connections[0], DEADLINE);
    const reply = await poll(() => connection.received.find((packet) => packet.cmd === 'publish'), DEADLINE);
    expect(reply).toMatchObject({ topic: 'schools/a/spBv1.0/g/NCMD/n', qos: 0, payload: Buffer.from('again') });
    if (reply.cmd !== 'publish') throw new Error('not a publish');
    connection.send({ ...reply, qos: 1, messageId: 11 }, delivery(12));
    await poll(() => acknowledged(connection).length === 2, DEADLINE);
    expect(taken.map(({ message }) => message.topic)).toEqual(['schools/a/x/readings']);
  });

  test('the gateway is who the user property says', async () => {
    const there = await scripted();
    const { broker, taken } = consume(there.url);
    await broker.start();
    const plain = delivery(1);
    if (plain.cmd !== 'publish') throw new Error('not a publish');
    there.connections[0]?.send(
      { ...plain, properties: { userProperties: { gateway: 'gw7' } } },
      { ...plain, messageId: 2, properties: { userProperties: { gateway: ['gw8', 'gw9'] } } },
      { ...plain, messageId: 3, retain: true },
    );
    await poll(() => taken.length === 3, DEADLINE);
    expect(taken.map(({ message }) => message.gateway)).toEqual(['gw7', 'gw8', undefined]);
    expect(taken.map(({ message }) => message.retained)).toEqual([false, false, true]);
  });

  test('stop waits for what is being written, acknowledges it, and says goodbye', async () => {
    const there = await scripted();
    const { broker, taken } = consume(there.url, () => undefined);
    await broker.start();
    const connection = await poll(() => there.connections[0], DEADLINE);
    connection.send(delivery(1), delivery(2));
    await poll(() => taken.length === 2, DEADLINE);
    const stopped = broker.stop();
    for (const { done } of taken) done();
    await stopped;
    await poll(() => connection.received.at(-1)?.cmd === 'disconnect', DEADLINE);
    expect(acknowledged(connection)).toEqual([1, 2]);
  });
});

const program = programOrSkip('external broker', 'mosquitto');

describe.skipIf(program === undefined)('mosquitto', () => {
  async function start(): Promise<Mosquitto> {
    const broker = await startMosquitto(program ?? '');
    undo.push(() => broker.stop());
    return broker;
  }

  async function publishMany(url: string, from: number, to: number): Promise<void> {
    const gateway = await connectGateway(url, NOBODY);
    const all = Array.from({ length: to - from }, (_, n) => publishAndWait(gateway, 'schools/a/x', `${from + n}`));
    await Promise.all(all);
    await gateway.endAsync();
  }
  const numbers = (taken: readonly Taken[]) => taken.map(({ message }) => Number(Buffer.from(message.payload)));
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

  test('what could not be kept is delivered again, with everything after it', async () => {
    const mosquitto = await start();
    let full = true;
    const kept: Taken[] = [];
    const { broker, said } = consume(new URL(mosquitto.url), (taken) => {
      const isRefused = full && Number(Buffer.from(taken.message.payload)) >= 50;
      if (!isRefused) kept.push(taken);
      taken.done(isRefused ? new Error('no space left on device') : undefined);
    });
    await broker.start();
    await publishMany(mosquitto.url, 0, 100);
    await poll(() => said.filter((line) => line.includes('no space left')).length >= 2, DEADLINE);
    expect(new Set(numbers(kept))).toEqual(new Set(range(0, 50)));
    full = false;
    await poll(() => new Set(numbers(kept)).size === 100, DEADLINE);
    await poll(() => broker.trouble() === null, DEADLINE);
  });

  test('keeps what comes while nobody consumes', async () => {
    const mosquitto = await start();
    const first = consume(new URL(mosquitto.url));
    await first.broker.start();
    await first.broker.stop();
    await publishMany(mosquitto.url, 0, 80);
    const second = consume(new URL(mosquitto.url));
    await second.broker.start();
    await poll(() => second.taken.length >= 80, DEADLINE);
    expect(new Set(numbers(second.taken))).toEqual(new Set(range(0, 80)));
  });

  test('that is not there yet is no reason not to start', async () => {
    const { broker } = consume(new URL('mqtt://127.0.0.1:1'));
    await broker.start();
    expect(broker.trouble()?.detail).toMatch(/ECONNREFUSED/);
  });
});
