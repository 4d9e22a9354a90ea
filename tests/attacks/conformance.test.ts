/** IOC_PROFILE=conformance: what MQTT 3.1.1 demands of a server, asked of the real byte path; statement numbers in brackets. */
import type { IConnectPacket, IPublishPacket, Packet, QoS } from 'mqtt-packet';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp, startRefused } from '../support/app.ts';
import { poll } from '../support/poll.ts';
import { connectPacket, field, openRaw, publishPacket, type RawClient, rawPacket, tryConnect } from './rawClient.ts';

let app: App;
let number = 0;
const clients: RawClient[] = [];
beforeAll(async () => {
  app = await startApp({ env: { IOC_PROFILE: 'conformance' } });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.end();
});
afterAll(() => app?.stop());

/** Every test has topics and client ids of its own: the server remembers. */
const own = (name: string): string => `${name}-${number}`;
async function open(more: Partial<IConnectPacket> = {}): Promise<RawClient & { readonly sessionPresent: boolean }> {
  const client = await openRaw(app.mqtt);
  clients.push(client);
  client.send(connectPacket({ clientId: '', ...more }));
  const { returnCode, sessionPresent } = await client.next('connack');
  if (returnCode !== 0) throw new Error(`refused with CONNACK ${returnCode}`);
  return { ...client, sessionPresent };
}
async function subscribe(client: RawClient, ...filters: readonly (readonly [topic: string, qos: QoS])[]) {
  client.send({ cmd: 'subscribe', messageId: 500, subscriptions: filters.map(([topic, qos]) => ({ topic, qos })) });
  return (await client.next('suback')).granted;
}
async function unsubscribe(client: RawClient, ...filters: readonly string[]): Promise<void> {
  client.send({ cmd: 'unsubscribe', messageId: 501, unsubscriptions: [...filters] });
  await client.next('unsuback');
}
/** Publishes and waits until the server has taken it. */
async function publish(
  client: RawClient,
  topic: string,
  payload: string,
  qos: QoS = 1,
  more: { retain?: boolean } = {},
) {
  client.send(publishPacket(topic, payload, { qos: qos === 0 ? 1 : qos, messageId: 600, ...more }));
  if (qos < 2) return void (await client.next('puback'));
  await client.next('pubrec');
  client.send({ cmd: 'pubrel', messageId: 600 });
  await client.next('pubcomp');
}
/** What has come by the time a marker sent after it is back. */
async function messages(client: RawClient): Promise<readonly IPublishPacket[]> {
  const marker = own('marker');
  await subscribe(client, [marker, 0]);
  client.send(publishPacket(marker, ''));
  await poll(() => client.unread.some((packet) => packet.cmd === 'publish' && packet.topic === marker), {
    deadlineMs: 5_000,
    everyMs: 5,
  });
  return client.unread
    .splice(0)
    .flatMap((packet) => (packet.cmd === 'publish' && packet.topic !== marker ? [packet] : []));
}
const seen = (packets: readonly IPublishPacket[]) =>
  packets.map(({ topic, payload, qos, retain, dup }) => ({ topic, payload: String(payload), qos, retain, dup }));

afterEach(() => void number++);

describe('connecting', () => {
  test('return codes: unacceptable protocol 1, identifier rejected 2 [MQTT-3.1.2-2, 3.1.3-8]', async () => {
    for (const level of [0, 2, 5, 6, 99]) {
      const client = await openRaw(app.mqtt);
      client.send(rawPacket(0x10, field('MQTT'), level, 2, 0, 60, field('x')));
      expect((await client.next('connack')).returnCode).toBe(1);
      await client.closed();
    }
    const nameless = await openRaw(app.mqtt);
    nameless.send(rawPacket(0x10, field('MQTT'), 4, 0, 0, 60, field('')));
    expect((await nameless.next('connack')).returnCode).toBe(2);
    await nameless.closed();
    expect((await tryConnect(app.mqtt, connectPacket({ clientId: '', clean: true }))).code).toBe(0);
    expect((await tryConnect(app.mqtt, connectPacket({ clientId: 'x'.repeat(300), keepalive: 0 }))).code).toBe(0);
  });

  test('a second CONNECT, or something else first, closes the connection [MQTT-3.1.0-1, 3.1.0-2]', async () => {
    const twice = await open();
    twice.send(connectPacket());
    await twice.closed();
    const early = await openRaw(app.mqtt);
    early.send({ cmd: 'pingreq' });
    await early.closed();
    expect(early.unread).toEqual([]);
  });

  test('the same client id takes over [MQTT-3.1.4-2]', async () => {
    const first = await open({ clientId: own('same') });
    const second = await open({ clientId: own('same') });
    await first.closed();
    expect(second.isClosed()).toBe(false);
  });

  test('one and a half keep-alives without a packet end the connection [MQTT-3.1.2-24]', async () => {
    const quiet = await open({ keepalive: 1 });
    const lively = await open({ keepalive: 1 });
    const started = performance.now();
    const pings = setInterval(() => lively.send({ cmd: 'pingreq' }), 300);
    await quiet.closed(5_000);
    clearInterval(pings);
    expect(performance.now() - started).toBeGreaterThan(1_300);
    expect(lively.isClosed()).toBe(false);
  });

  test('refuses to start anywhere but on loopback', async () => {
    const { code, said } = await startRefused({ IOC_PROFILE: 'conformance', IOC_MQTT_HOST: '0.0.0.0' });
    expect(code).not.toBe(0);
    expect(said).toContain('loopback');
  });
});

describe('publishing', () => {
  test.each([0, 1, 2] as const)('QoS %i arrives with the lower of the two [MQTT-3.8.4-6]', async (sent) => {
    for (const granted of [0, 1, 2] as const) {
      const subscriber = await open();
      expect(await subscribe(subscriber, [`${own('qos')}/+`, granted])).toEqual([granted]);
      const sender = await open();
      if (sent === 0) sender.send(publishPacket(`${own('qos')}/x`, 'hello'));
      else await publish(sender, `${own('qos')}/x`, 'hello', sent);
      const { qos, payload, retain, dup } = await subscriber.next('publish');
      expect({ qos, payload: String(payload), retain, dup }).toEqual({
        qos: Math.min(sent, granted),
        payload: 'hello',
        retain: false,
        dup: false,
      });
    }
  });

  test('QoS 2 is delivered once, however often it is repeated before its PUBREL [MQTT-4.3.3-2]', async () => {
    const subscriber = await open();
    await subscribe(subscriber, [own('once'), 2]);
    const sender = await open({ clientId: own('sender'), clean: false });
    const message = { qos: 2, messageId: 40 } as const;
    sender.send(
      publishPacket(own('once'), 'x', message),
      publishPacket(own('once'), 'x', { ...message, dup: true }),
      publishPacket(own('once'), 'x', { ...message, dup: true }),
    );
    for (let answers = 0; answers < 3; answers++) expect((await sender.next('pubrec')).messageId).toBe(40);
    sender.end();
    await sender.closed();
    const again = await open({ clientId: own('sender'), clean: false });
    expect(again.sessionPresent).toBe(true);
    again.send(publishPacket(own('once'), 'x', { ...message, dup: true }));
    await again.next('pubrec');
    again.send({ cmd: 'pubrel', messageId: 40 });
    await again.next('pubcomp');
    again.send(publishPacket(own('once'), 'y', message));
    await again.next('pubrec');
    expect(seen(await messages(subscriber))).toMatchObject([
      { payload: 'x', qos: 2, dup: false },
      { payload: 'y', qos: 2, dup: false },
    ]);
  });

  test('a PUBREL nobody knows is answered all the same', async () => {
    const client = await open();
    client.send({ cmd: 'pubrel', messageId: 4_711 });
    expect((await client.next('pubcomp')).messageId).toBe(4_711);
  });

  test('long topics, empty payloads and 100 levels pass', async () => {
    const client = await open();
    await subscribe(client, ['#', 0]);
    for (const topic of ['x'.repeat(65_535), Array<string>(100).fill('l').join('/'), '/', '//', 'ă/ệ/\ufeff']) {
      client.send(publishPacket(topic, ''));
      const got = await client.next('publish');
      expect([got.topic, got.payload.length]).toEqual([topic, 0]);
    }
  });

  test('order is kept for each QoS [MQTT-4.6.0-6]', async () => {
    const subscriber = await open();
    await subscribe(subscriber, [own('order'), 2]);
    const sender = await open();
    for (let i = 1; i <= 200; i++) sender.send(publishPacket(own('order'), `${i}`, { qos: 1, messageId: i }));
    const acks: (number | undefined)[] = [];
    for (let i = 1; i <= 200; i++) acks.push((await sender.next('puback')).messageId);
    const expected = Array.from({ length: 200 }, (_, i) => i + 1);
    expect(acks).toEqual(expected);
    expect((await messages(subscriber)).map(({ payload }) => Number(payload))).toEqual(expected);
  });
});

describe('subscribing', () => {
  test('wildcards match as the standard says [MQTT-4.7.1-2, 4.7.1-3, 4.7.2-1]', async () => {
    const root = own('w');
    const cases: readonly (readonly [filter: string, yes: readonly string[], no: readonly string[]])[] = [
      [`${root}/#`, [root, `${root}/a`, `${root}/a/b`, `${root}/`], [`${root}x`]],
      [`${root}/+`, [`${root}/a`, `${root}/`], [root, `${root}/a/b`]],
      [`${root}/+/b`, [`${root}/a/b`, `${root}//b`], [`${root}/b`, `${root}/a/b/c`]],
      [`+/${root}`, [`/${root}`, `a/${root}`], [root]],
      [`${root}/a`, [`${root}/a`], [`${root}/A`, `${root}/a/`]],
    ];
    for (const [filter, yes, no] of cases) {
      const client = await open();
      await subscribe(client, [filter, 0]);
      for (const topic of [...yes, ...no]) client.send(publishPacket(topic, ''));
      expect((await messages(client)).map(({ topic }) => topic)).toEqual(yes);
      client.end();
    }
    const all = await open();
    await subscribe(all, ['#', 0], ['+/#', 0]);
    await publish(all, '$dollar/x', 'x');
    await publish(all, '$SYS/new/clients', 'x');
    expect(await messages(all)).toEqual([]);
  });

  test('`$` topics and test/nosubscribe are refused with 128, the rest of the packet is granted', async () => {
    const client = await open();
    const granted = await subscribe(client, ['test/nosubscribe', 2], [own('ok'), 2], ['$SYS/#', 1], ['$share/g/x', 1]);
    expect(granted).toEqual([128, 2, 128, 128]);
  });

  test('overlapping subscriptions deliver once, with the highest QoS [MQTT-3.3.5-1]', async () => {
    for (const [first, second] of [
      [0, 2],
      [2, 0],
      [1, 2],
      [0, 1],
    ] as const) {
      const client = await open();
      await subscribe(client, [`${own('over')}/#`, first], [`${own('over')}/+`, second]);
      await publish(client, `${own('over')}/x`, 'x', 2);
      expect(seen(await messages(client))).toMatchObject([{ qos: Math.max(first, second) }]);
    }
  });

  test('a subscription again replaces the one before [MQTT-3.8.4-3], and unsubscribing ends it [MQTT-3.10.4-2]', async () => {
    const client = await open();
    await subscribe(client, [own('re'), 2]);
    await subscribe(client, [own('re'), 0]);
    await publish(client, own('re'), 'x', 2);
    expect(seen(await messages(client))).toMatchObject([{ payload: 'x', qos: 0 }]);
    await unsubscribe(client, own('re'), 'never-subscribed');
    await publish(client, own('re'), 'y', 2);
    expect(await messages(client)).toEqual([]);
  });
});

describe('retained messages', () => {
  test('are kept, replaced, marked for newcomers only, and cleared by nothing [MQTT-3.3.1-5 to -11]', async () => {
    const sender = await open();
    const live = await open();
    await subscribe(live, [`${own('r')}/#`, 1]);
    await publish(sender, `${own('r')}/a`, 'old', 1, { retain: true });
    await publish(sender, `${own('r')}/a`, 'new', 1, { retain: true });
    await publish(sender, `${own('r')}//b`, 'empty level', 2, { retain: true });
    expect(seen(await messages(live)).map(({ payload, retain }) => [payload, retain])).toEqual([
      ['old', false],
      ['new', false],
      ['empty level', false],
    ]);
    const newcomer = await open();
    await subscribe(newcomer, [`${own('r')}/+`, 0], [`${own('r')}/+/b`, 1]);
    expect(seen(await messages(newcomer)).sort((x, y) => x.topic.localeCompare(y.topic))).toEqual([
      { topic: `${own('r')}//b`, payload: 'empty level', qos: 1, retain: true, dup: false },
      { topic: `${own('r')}/a`, payload: 'new', qos: 0, retain: true, dup: false },
    ]);
    await publish(sender, `${own('r')}/a`, '', 1, { retain: true });
    const late = await open();
    await subscribe(late, [`${own('r')}/+`, 1]);
    expect(await messages(late)).toEqual([]);
  });

  test('QoS 2 to a session that is kept completes', async () => {
    const client = await open({ clientId: own('kept'), clean: false });
    await publish(client, own('r2'), 'x', 2, { retain: true });
    await subscribe(client, [own('r2'), 2]);
    const { messageId = 0, retain } = await client.next('publish');
    expect(retain).toBe(true);
    client.send({ cmd: 'pubrec', messageId });
    await client.next('pubrel');
    client.send({ cmd: 'pubcomp', messageId });
    expect(await messages(client)).toEqual([]);
  });
});

describe('wills', () => {
  const willing = (more = {}) =>
    open({ will: { topic: own('will'), payload: Buffer.from('gone'), qos: 1, retain: false, ...more } });

  test('are spoken when the line breaks or the keep-alive passes, not after DISCONNECT [MQTT-3.1.2-8, 3.14.4-3]', async () => {
    const watcher = await open();
    await subscribe(watcher, [own('will'), 1]);
    const polite = await willing();
    polite.send({ cmd: 'disconnect' });
    await polite.closed();
    expect(await messages(watcher)).toEqual([]);
    (await willing()).end();
    expect(String((await watcher.next('publish')).payload)).toBe('gone');
    const rude = await willing({ retain: true });
    rude.send(Buffer.from([0xf0, 0]));
    expect((await watcher.next('publish')).retain).toBe(false);
    const late = await open();
    await subscribe(late, [own('will'), 1]);
    expect(seen(await messages(late))).toMatchObject([{ payload: 'gone', retain: true }]);
  });
});

describe('sessions', () => {
  test('what comes while away is delivered on return, in order; QoS 0 subscriptions keep nothing', async () => {
    const options = { clientId: own('s'), clean: false };
    const first = await open(options);
    expect(first.sessionPresent).toBe(false);
    await subscribe(first, [`${own('s')}/1/+`, 1], [`${own('s')}/2/#`, 2], [`${own('s')}/0`, 0]);
    first.send({ cmd: 'disconnect' });
    await first.closed();
    const sender = await open();
    await publish(sender, `${own('s')}/1/a`, 'a', 2, { retain: true });
    await publish(sender, `${own('s')}/2/b`, 'b', 2);
    await publish(sender, `${own('s')}/2/c`, 'c', 1);
    await publish(sender, `${own('s')}/0`, 'd', 1);
    sender.send(publishPacket(`${own('s')}/2/e`, 'e'));
    await messages(sender);
    const back = await open(options);
    expect(back.sessionPresent).toBe(true);
    expect(seen(await messages(back)).map(({ payload, qos, retain, dup }) => [payload, qos, retain, dup])).toEqual([
      ['a', 1, false, false],
      ['b', 2, false, false],
      ['c', 1, false, false],
    ]);
  });

  test('what was not acknowledged comes again, marked as a repeat, with its id [MQTT-4.4.0-1, 3.3.1-1]', async () => {
    const options = { clientId: own('dup'), clean: false };
    const first = await open(options);
    await subscribe(first, [own('dup'), 2]);
    const sender = await open();
    await publish(sender, own('dup'), 'one', 1);
    await publish(sender, own('dup'), 'two', 2);
    await publish(sender, own('dup'), 'three', 2);
    const got = [await first.next('publish'), await first.next('publish'), await first.next('publish')];
    const ids = got.map(({ messageId = 0 }) => messageId);
    first.send({ cmd: 'pubrec', messageId: ids[2] ?? 0 });
    await first.next('pubrel');
    first.end();
    await first.closed();
    const back = await open(options);
    const again = [await back.next('publish'), await back.next('publish')];
    expect(again.map(({ messageId, dup, qos }) => [messageId, dup, qos])).toEqual([
      [ids[0], true, 1],
      [ids[1], true, 2],
    ]);
    expect((await back.next('pubrel')).messageId).toBe(ids[2]);
    const answers: Packet[] = [
      { cmd: 'puback', messageId: ids[0] ?? 0 },
      { cmd: 'pubrec', messageId: ids[1] ?? 0 },
      { cmd: 'pubcomp', messageId: ids[2] ?? 0 },
    ];
    back.send(...answers);
    await back.next('pubrel');
    back.send({ cmd: 'pubcomp', messageId: ids[1] ?? 0 });
    await messages(back);
    back.end();
    await back.closed();
    expect(await messages(await open(options))).toEqual([]);
  });

  test('a clean session forgets everything [MQTT-3.1.2-6]; one without subscriptions is present all the same', async () => {
    const options = { clientId: own('c') };
    const kept = await open({ ...options, clean: false });
    kept.end();
    await kept.closed();
    const present = await open({ ...options, clean: false });
    expect(present.sessionPresent).toBe(true);
    await subscribe(present, [own('c'), 1]);
    present.end();
    await present.closed();
    const sender = await open();
    await publish(sender, own('c'), 'x', 1);
    const clean = await open({ ...options, clean: true });
    expect(clean.sessionPresent).toBe(false);
    clean.end();
    await clean.closed();
    const fresh = await open({ ...options, clean: false });
    expect(fresh.sessionPresent).toBe(false);
    await publish(sender, own('c'), 'y', 1);
    expect(await messages(fresh)).toEqual([]);
  });

  test('attack 5: a filter that was refused is not kept with the session', async () => {
    const options = { clientId: own('five'), clean: false };
    const first = await open(options);
    expect(await subscribe(first, [own('allowed'), 1], ['test/nosubscribe', 1])).toEqual([1, 128]);
    const sender = await open();
    await publish(sender, 'test/nosubscribe', 'online', 1);
    expect(await messages(first)).toEqual([]);
    first.end();
    await first.closed();
    await publish(sender, 'test/nosubscribe', 'offline', 1);
    await publish(sender, own('allowed'), 'yes', 1);
    expect(seen(await messages(await open(options)))).toMatchObject([{ payload: 'yes' }]);
  });
});
