/**
 * The contract with MQTT.js: what externalAck.ts takes for granted of its inside, seen on the wire. When this fails
 * after an update, read build/lib/handlers/publish.js and build/lib/client.js of the new version before anything else.
 */
import { createRequire } from 'node:module';
import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { poll } from '../../tests/support/poll.ts';
import {
  acknowledged,
  delivery,
  type ScriptedBroker,
  type ScriptedConnection,
  startScriptedBroker,
} from '../../tests/support/scriptedBroker.ts';
import { acknowledgeLater } from './externalAck.ts';

const DEADLINE = { deadlineMs: 5_000, everyMs: 5 };

interface Waiting {
  readonly packet: IPublishPacket;
  readonly done: (error?: Error) => void;
}

test('MQTT.js is the version that was read', () => {
  const manifest: unknown = createRequire(import.meta.url)('mqtt/package.json');
  expect(manifest).toMatchObject({ version: '5.16.0' });
});

describe.each([4, 5] as const)('MQTT.js with protocol version %i', (protocolVersion) => {
  let broker: ScriptedBroker;
  let client: MqttClient | undefined;
  const undo: (() => Promise<void>)[] = [];
  afterEach(async () => {
    client?.end(true);
    client = undefined;
    for (const step of undo.splice(0)) await step();
  });

  async function open(maxWaitingBytes = 1_000_000) {
    broker = await startScriptedBroker();
    undo.push(broker.stop);
    const opened = connect(broker.url.href, {
      clientId: 'c',
      clean: false,
      protocolVersion,
      reconnectPeriod: 0,
      resubscribe: false,
    });
    client = opened;
    const waiting: Waiting[] = [];
    const refused: string[] = [];
    const errors: Error[] = [];
    opened.on('error', (error) => errors.push(error));
    const acks = acknowledgeLater({
      client: opened,
      accept: (packet, done) => waiting.push({ packet, done }),
      onRefused: ({ message }) => refused.push(message),
      maxWaitingBytes,
    });
    await poll(() => opened.connected, DEADLINE);
    const connection = await poll(() => broker.connections[0], DEADLINE);
    return { client: opened, waiting, refused, errors, acks, connection };
  }

  /** Answers come in order: when the broker has seen this ping, it has seen everything before it. */
  async function pinged(connection: ScriptedConnection): Promise<void> {
    const pings = () => connection.received.filter(({ cmd }) => cmd === 'pingreq').length;
    const before = pings();
    client?.sendPing();
    await poll(() => pings() > before, DEADLINE);
  }

  test('goes on with the next message while many wait, and sends exactly the acknowledgements it is told to', async () => {
    const { waiting, errors, acks, connection } = await open();
    connection.send(...Array.from({ length: 200 }, (_, n) => delivery(n + 1)));
    await poll(() => waiting.length === 200, DEADLINE);
    await pinged(connection);
    expect(acknowledged(connection)).toEqual([]);
    expect(acks.waiting()).toBe(200);
    for (const { done } of waiting.slice(50, 150)) done();
    await poll(() => acknowledged(connection).length >= 100, DEADLINE);
    await pinged(connection);
    expect(acknowledged(connection)).toEqual(Array.from({ length: 100 }, (_, n) => n + 51));
    expect(errors).toEqual([]);
  });

  test('what was not kept is not acknowledged, and QoS 0 needs no acknowledgement', async () => {
    const { waiting, refused, connection } = await open();
    connection.send(delivery(1), delivery(2, 0), delivery(3));
    await poll(() => waiting.length === 3, DEADLINE);
    waiting[0]?.done(new Error('disk full'));
    waiting[1]?.done();
    waiting[2]?.done();
    await pinged(connection);
    expect(acknowledged(connection)).toEqual([3]);
    expect(refused).toEqual(['disk full']);
  });

  test('after the connection is gone no acknowledgement goes anywhere, now or later', async () => {
    const { client: opened, waiting, connection } = await open();
    connection.send(delivery(7));
    await poll(() => waiting.length === 1, DEADLINE);
    connection.cut();
    await poll(() => !opened.connected, DEADLINE);
    waiting[0]?.done();
    // MQTT.js itself would keep the packet and send it here.
    opened.reconnect();
    await poll(() => opened.connected, DEADLINE);
    const second = await poll(() => broker.connections[1], DEADLINE);
    await pinged(second);
    expect(acknowledged(second)).toEqual([]);
  });

  test('stops reading when too much waits, and reads on when half of it is done', async () => {
    const [one, total] = [delivery(1), 500];
    const bytes = one.cmd === 'publish' ? one.topic.length + one.payload.length : 0;
    const { waiting, connection } = await open(10 * bytes - 1);
    connection.send(...Array.from({ length: total }, (_, n) => delivery((n % 9) + 1)));
    await poll(() => waiting.length >= 10, DEADLINE);
    // All of it was sent; a socket that is read would bring it before the answer to any of these.
    for (let n = 0; n < 3; n++) await pinged(connection);
    expect(waiting.length).toBe(10);
    for (let n = 0; n < total; n++) (waiting[n] ?? (await poll(() => waiting[n], DEADLINE))).done();
    await poll(() => acknowledged(connection).length === total, DEADLINE);
  });

  test('after close nothing is accepted or acknowledged, and the connection stays', async () => {
    const { waiting, acks, connection } = await open();
    connection.send(delivery(1));
    await poll(() => waiting.length === 1, DEADLINE);
    acks.close();
    connection.send(delivery(2));
    await pinged(connection);
    waiting[0]?.done();
    await poll(() => acknowledged(connection).length === 1, DEADLINE);
    expect(acknowledged(connection)).toEqual([1]);
    expect(waiting.length).toBe(1);
  });
});

test('refuses a client that would reconnect by itself', () => {
  const client = connect('mqtt://127.0.0.1:1', { manualConnect: true });
  const nothing = () => undefined;
  expect(() => acknowledgeLater({ client, accept: nothing, onRefused: nothing, maxWaitingBytes: 1 })).toThrow(
    /MQTT\.js/,
  );
});
