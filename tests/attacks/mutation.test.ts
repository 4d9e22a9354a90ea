/**
 * Packets with some of their bits turned, and payloads nobody thought of: the process lives, answers within a second,
 * and serves everybody else. Larger numbers come from the environment for a long run: ATTACK_PACKETS, ATTACK_PAYLOADS.
 */
import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectGateway } from '../support/mqttClient.ts';
import { readStats, settledStats } from '../support/provision.ts';
import { loginPacket, openRaw, publishPacket } from './rawClient.ts';
import { startTarget, type Target } from './target.ts';

const PACKETS = Number(process.env['ATTACK_PACKETS'] ?? 20_000);
const PAYLOADS = Number(process.env['ATTACK_PAYLOADS'] ?? 2_000);
/** Few: what comes after a packet that closed the connection is not looked at. */
const PER_CONNECTION = 2;
const AT_ONCE = 20;
const MEGABYTE = 1_048_576;
const TIMEOUT_MS = 55_000 + 2 * (PACKETS + PAYLOADS);

let target: Target;
beforeAll(async () => {
  target = await startTarget();
  await target.bystander();
});
afterAll(() => target?.stop());

/** Small, repeatable, and the same on every machine. */
function createNoise(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function specimens(): readonly Packet[] {
  return [
    publishPacket('air/readings', '[{"n":"co2","u":"ppm","v":700}]', { qos: 1, messageId: 3 }),
    publishPacket('gate/scans', '{"id":"1","at":1,"credential":{"type":"qr","value":"x"}}', { qos: 2, messageId: 4 }),
    publishPacket('tele/x/SENSOR', Buffer.from([0, 1, 2, 0xff]), { retain: true }),
    {
      cmd: 'subscribe',
      messageId: 5,
      subscriptions: [
        { topic: '+/x/#', qos: 2 },
        { topic: 'y', qos: 0 },
      ],
    },
    { cmd: 'unsubscribe', messageId: 6, unsubscriptions: ['+/x/#', 'z'] },
    { cmd: 'pubrel', messageId: 4 },
    { cmd: 'puback', messageId: 4 },
    { cmd: 'pubrec', messageId: 4 },
    { cmd: 'pubcomp', messageId: 4 },
    { cmd: 'pingreq' },
    { cmd: 'disconnect' },
    loginPacket(target.a, { will: { topic: 'w', payload: Buffer.from('x'), qos: 1, retain: true } }),
  ];
}

function mutate(bytes: Buffer, noise: (below: number) => number): Buffer {
  const at = noise(bytes.length);
  // Half of them keep their header and length, and so get past the framing.
  if (noise(2) === 0 && bytes.length > 2) {
    const changed = Buffer.from(bytes);
    for (let turns = 0; turns <= noise(3); turns++) changed[2 + noise(changed.length - 2)] = noise(256);
    return changed;
  }
  switch (noise(6)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([noise(256)]), bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes, bytes.subarray(at)]);
    default: {
      const changed = Buffer.from(bytes);
      for (let turns = 0; turns <= noise(3); turns++) changed[noise(changed.length)] = noise(256);
      return changed;
    }
  }
}

/** While `attack` runs, health and the bystander are asked again and again; the worst answers. */
async function watch(attack: Promise<unknown>): Promise<{ readonly health: number; readonly bystander: number }> {
  let isOver = false;
  const over = attack.finally(() => {
    isOver = true;
  });
  const worst = { health: 0, bystander: 0 };
  do {
    worst.health = Math.max(worst.health, await target.health());
    worst.bystander = Math.max(worst.bystander, await target.bystander());
  } while (!isOver);
  await over;
  return worst;
}

test(`${PACKETS} mutated packets hurt nobody`, { timeout: TIMEOUT_MS }, async () => {
  const noise = createNoise(20_260_115);
  const originals = specimens().map((packet) => generate(packet));
  const greeting = generate(loginPacket(target.a, { clientId: '' }));
  let rest = PACKETS;

  async function oneAfterTheOther(): Promise<void> {
    while (rest > 0) {
      rest -= PER_CONNECTION;
      const client = await openRaw(target.app.mqtt);
      // Every tenth attacks before the login.
      if (noise(10) > 0) client.send(greeting);
      for (let sent = 0; sent < PER_CONNECTION; sent++)
        client.send(mutate(originals[noise(originals.length)] ?? Buffer.alloc(1), noise));
      // What is still open now waits for more bytes, and would for long.
      client.socket.end();
      await client.closed(20_000);
    }
  }

  const before = await target.residentBytes();
  const worst = await watch(Promise.all(Array.from({ length: AT_ONCE }, oneAfterTheOther)));
  expect(worst.health).toBeLessThan(1_000);
  expect(worst.bystander).toBeLessThan(2_000);
  expect((await target.residentBytes()) - before).toBeLessThan(200 * MEGABYTE);
  expect(await target.refused('framing')).toBeGreaterThan(PACKETS / 200);
  await settledStats(target.app);
});

test(`${PAYLOADS} generated payloads are acknowledged, and stored or quarantined`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const names = [
    '__proto__',
    'constructor',
    'n',
    'v',
    't',
    'u',
    'bn',
    'bt',
    'temperature',
    'co2',
    'id',
    'at',
    'credential',
  ];
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 0, -0, 1e308, -1e308, 5e-324, 2 ** 53, 'co2', '', '\u0000', 'Infinity', '\ud800'),
      fc.double(),
      fc.string({ unit: 'binary' }),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('value'), { maxKeys: 5 }),
    ),
  })).value;
  const payload = fc.oneof(
    json.map((value) => Buffer.from(JSON.stringify(value) ?? '')),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  const topic = fc.constantFrom(
    'air/readings',
    'gate/scans',
    'gw/status',
    'tele/x/SENSOR',
    'zigbee2mqtt/lamp',
    'homeassistant/sensor/x/config',
    'shelly/events/rpc',
    'application/1/device/2/event/up',
    'v3/a@b/devices/c/up',
    'v1/devices/me/telemetry',
    'v1/gateway/telemetry',
    'home/g/BTtoMQTT/AA',
    'spBv1.0/g/DDATA/e/d',
    'esphome/sensor/x/state',
    '__proto__/readings',
  );
  const messages = fc.sample(fc.tuple(topic, payload), { numRuns: PAYLOADS, seed: 7 });
  const before = await settledStats(target.app);
  const client = await connectGateway(target.app.mqtt, target.a, { clientId: 'babbler' });
  const worst = await watch(Promise.all(messages.map(([at, bytes]) => client.publishAsync(at, bytes, { qos: 1 }))));
  await client.endAsync();
  expect(worst.health).toBeLessThan(1_000);
  const after = await settledStats(target.app);
  expect(after.received - before.received).toBeGreaterThanOrEqual(PAYLOADS);
  expect(await readStats(target.app)).toMatchObject({ pending: 0 });
});
