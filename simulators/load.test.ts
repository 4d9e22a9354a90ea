import { createServer } from 'node:net';
import fc from 'fast-check';
import { connectAsync } from 'mqtt';
import { type Packet, parser } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startMosquitto } from '../tests/support/mosquitto.ts';
import { programOrSkip } from '../tests/support/system.ts';
import { connectPacket, MAX_METRICS, publishTemplate, writePublish } from './load/frames.ts';
import { createLatencyHistogram } from './load/latency.ts';
import { createLoad, type LoadOptions } from './load.ts';

const mosquitto = programOrSkip('load generator', 'mosquitto');

const senmlPack = z.array(z.object({ bt: z.number().optional(), n: z.string(), v: z.number() }));

function parse(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion: 4 });
  reader.on('packet', (packet: Packet) => packets.push(packet));
  reader.parse(bytes);
  return packets;
}

describe('hand-built packets', () => {
  test('CONNECT is what another implementation reads', () => {
    const [packet] = parse(connectPacket('load-1', { username: 'mn-001/gw-1', password: 'bí mật' }));
    expect(packet).toMatchObject({
      cmd: 'connect',
      clientId: 'load-1',
      username: 'mn-001/gw-1',
      clean: true,
      protocolVersion: 4,
    });
    expect(parse(connectPacket('load-2', undefined))[0]).not.toHaveProperty('username');
  });

  test('PUBLISH carries the patched id, time and values', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 65_535 }),
        fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }),
        fc.integer({ min: 1, max: MAX_METRICS }),
        fc.nat({ max: 0xffffffff }),
        (packetId, epochMs, metrics, noise) => {
          const template = publishTemplate('mn-001-air/readings', metrics);
          const target = Buffer.alloc(template.bytes.length + 7);
          expect(writePublish(target, 7, template, packetId, epochMs, noise)).toBe(target.length);
          const packet = parse(target.subarray(7))[0];
          if (packet?.cmd !== 'publish') throw new Error('not a PUBLISH');
          expect(packet).toMatchObject({ cmd: 'publish', qos: 1, topic: 'mn-001-air/readings', messageId: packetId });
          const pack = senmlPack.parse(JSON.parse(packet.payload.toString()));
          expect(pack).toHaveLength(metrics);
          expect(Math.round((pack[0]?.bt ?? 0) * 1_000)).toBe(epochMs);
          expect(pack.every(({ n, v }) => n !== '' && Number.isFinite(v))).toBe(true);
        },
      ),
    );
  });
});

test('percentiles are within the width of a bucket of the exact ones', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (latencies, share) => {
        const histogram = createLatencyHistogram();
        for (const latency of latencies) histogram.record(latency);
        const sorted = latencies.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        expect(histogram.max()).toBe(sorted.at(-1));
        expect(histogram.percentile(share)).toBeGreaterThanOrEqual(exact * 0.98 - 0.001);
        expect(histogram.percentile(share)).toBeLessThanOrEqual(exact * 1.02 + 0.001);
      },
    ),
  );
  expect(createLatencyHistogram().percentile(0.99)).toBe(0);
});

const ordinary: LoadOptions = {
  mqttUrl: 'mqtt://127.0.0.1:1883',
  credentials: 'anonymous',
  connections: 4,
  messagesPerSecond: 500,
  seconds: 1,
};

describe('limits', () => {
  test.each<[string, Partial<LoadOptions>]>([
    ['loopback', { mqttUrl: 'mqtt://broker.example.org:1883' }],
    ['loopback', { mqttUrl: 'mqtts://127.0.0.1:8883' }],
    ['connections', { connections: 0 }],
    ['seconds', { seconds: 3_600 }],
    ['window', { window: 100_000 }],
    ['metricsPerMessage', { metricsPerMessage: 11 }],
    ['credentials', { credentials: [] }],
  ])('%s', (complaint, change) => {
    expect(() => createLoad({ ...ordinary, ...change })).toThrow(complaint);
  });

  test('a broker that closes the connection ends the run with a sentence', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.end())).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await expect(createLoad({ ...ordinary, mqttUrl: `mqtt://127.0.0.1:${port}` }).run()).rejects.toThrow(
      'closed the connection',
    );
    server.close();
  });
});

describe.skipIf(!mosquitto)('load against mosquitto', () => {
  test.each([300, 'max'] as const)(
    'at %s messages a second everything sent is acknowledged and arrives',
    async (rate) => {
      const broker = await startMosquitto(mosquitto ?? '', {
        lines: ['allow_anonymous true', 'max_queued_messages 0'],
      });
      try {
        const ear = await connectAsync(broker.url);
        let arrived = 0;
        const times = new Set<string>();
        ear.on('message', (topic, payload) => {
          arrived++;
          times.add(`${topic} ${payload.toString().slice(0, 24)}`);
        });
        await ear.subscribeAsync('schools/#', { qos: 0 });
        const result = await createLoad({
          ...ordinary,
          mqttUrl: broker.url,
          messagesPerSecond: rate,
          maxMessages: 4_000,
          devicesPerConnection: 2,
        }).run();
        // QoS 0 to one reader over one socket keeps its order: this one comes last.
        await new Promise<void>((resolve) => {
          ear.on('message', (topic) => topic === 'schools/end' && resolve());
          ear.publish('schools/end', '');
        });
        await ear.endAsync();
        expect(result.acked).toBe(result.sent);
        expect(result.sent).toBe(rate === 'max' ? 4_000 : result.sent);
        expect(result.sent).toBeGreaterThan(100);
        expect(arrived).toBe(result.sent + 1);
        expect(times.size).toBe(result.sent + 1);
        expect(result.p50).toBeLessThanOrEqual(result.p99);
        expect(result.p99).toBeLessThanOrEqual(result.max);
      } finally {
        await broker.stop();
      }
    },
  );
});
