/** Many at once: frozen subscribers, silent sockets, wrong passwords, one gateway that never stops. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulatorCredential } from '../../simulators/credentials.ts';
import { createLoad } from '../../simulators/load.ts';
import { type Credentials, connectGateway } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { connectRaw, loginPacket, openRaw, type RawClient, tryConnect } from './rawClient.ts';
import { startTarget, type Target } from './target.ts';

const MEGABYTE = 1_048_576;

let target: Target;
beforeAll(async () => {
  target = await startTarget();
  await target.bystander();
});
afterAll(() => target?.stop());

const login = (who: Credentials, more = {}) => connectRaw(target.app.mqtt, loginPacket(who, more));
async function expectUnhurt(): Promise<void> {
  expect(await target.bystander()).toBeLessThan(1_500);
  expect(await target.health()).toBeLessThan(1_000);
}

describe('floods', () => {
  test('19: subscribers that do not read cost only themselves', { timeout: 60_000 }, async () => {
    const before = await target.residentBytes();
    const frozen = await Promise.all(Array.from({ length: 50 }, (_, i) => login(target.a, { clientId: `frozen${i}` })));
    for (const client of frozen) {
      client.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: 'flood/#', qos: 1 }] });
      await client.next('suback');
      client.socket.pause();
    }
    const sender = await connectGateway(target.app.mqtt, target.a2);
    const payload = Buffer.alloc(16_384, 0x61);
    const waits: number[] = [];
    for (let round = 0; round < 40; round++) {
      await Promise.all(Array.from({ length: 10 }, () => sender.publishAsync('flood/x', payload, { qos: 1 })));
      waits.push(await target.bystander());
    }
    await sender.endAsync();
    expect(Math.max(...waits)).toBeLessThan(2_000);
    await poll(async () => (await target.refused('slow-subscriber')) >= 50, { deadlineMs: 15_000, everyMs: 200 });
    expect((await target.residentBytes()) - before).toBeLessThan(250 * MEGABYTE);
    for (const client of frozen) client.end();
  });

  test('silent sockets do not keep an honest gateway out', { timeout: 40_000 }, async () => {
    const before = await target.residentBytes();
    const silent: RawClient[] = [];
    // More than one address may hold; the oldest give way.
    for (let batch = 0; batch < 25; batch++)
      silent.push(...(await Promise.all(Array.from({ length: 200 }, () => openRaw(target.app.mqtt)))));
    const started = performance.now();
    const gateway = await login(target.a, { clientId: 'honest' });
    expect(performance.now() - started).toBeLessThan(2_000);
    await expectUnhurt();
    expect(await target.refused('never-logged-in')).toBeGreaterThan(0);
    expect((await target.residentBytes()) - before).toBeLessThan(250 * MEGABYTE);
    for (const client of [...silent, gateway]) client.end();
  });

  test('wrong passwords are slowed down, locked out, and hurt nobody else', { timeout: 40_000 }, async () => {
    const codes: number[] = [];
    const slow = loginPacket({ ...target.a, password: 'wrong' });
    for (let tries = 0; tries < 12; tries++) codes.push((await tryConnect(target.app.mqtt, slow)).code);
    expect(codes.slice(0, 10)).toEqual(Array<number>(10).fill(4));
    expect(codes.slice(10)).toEqual([5, 5]);
    // It has been right from here before: what others try in its name does not keep it out.
    (await login(target.a, { clientId: 'right' })).end();
    const unseen = { username: 'b/nobody', password: 'x' };
    const flood = await Promise.all(Array.from({ length: 300 }, () => openRaw(target.app.mqtt)));
    for (const client of flood) client.send(loginPacket(unseen));
    const started = performance.now();
    (await login(target.a2, { clientId: 'meanwhile' })).end();
    expect(performance.now() - started).toBeLessThan(2_000);
    await expectUnhurt();
    await Promise.all(flood.map((client) => client.closed()));
    expect(await target.refused('locked-out')).toBeGreaterThan(200);
  });

  test('one gateway at full speed loses nothing and leaves room for the others', { timeout: 40_000 }, async () => {
    const credentials = [simulatorCredential.parse({ school: 'a', gateway: 'gw', ...target.a })];
    const run = createLoad({
      mqttUrl: target.app.mqtt,
      credentials,
      connections: 4,
      messagesPerSecond: 'max',
      seconds: 4,
      window: 200,
    }).run();
    const waits: number[] = [];
    let isOver = false;
    const over = run.finally(() => {
      isOver = true;
    });
    do waits.push(await target.bystander());
    while (!isOver);
    await over;
    const { sent, acked } = await run;
    expect(acked).toBe(sent);
    expect(Math.max(...waits)).toBeLessThan(3_000);
  });
});
