import { describe, expect, test } from 'vitest';
import { gatewayId, schoolId } from '../contracts/ids.ts';
import type { RawMessage } from '../contracts/message.ts';
import { findCodec } from '../devices/codecs/registry.ts';
import { createRegistry } from '../devices/registry.ts';
import { convert } from '../devices/units.ts';
import { createMemoryBook } from './codecMemory.ts';
import { hashCredential } from './credentialHash.ts';
import { decode } from './decode.ts';

const RECEIVED = Date.UTC(2026, 10, 22, 0, 15);
const key = Buffer.alloc(32, 7);

function decodeText(topic: string, payload: string) {
  const memory = createMemoryBook();
  const message: RawMessage = {
    school: schoolId.parse('s1'),
    gateway: gatewayId.parse('g1'),
    transport: 'mqtt',
    topic,
    payload: Buffer.from(payload),
    receivedAt: RECEIVED,
    retained: false,
  };
  return decode(message, {
    maxAgeMs: 45 * 86_400_000,
    timeZone: 'Asia/Ho_Chi_Minh',
    credentialKey: key,
    findCodec,
    convert,
    registry: createRegistry(),
    memory: (codec, of) => memory.of(codec, of),
  });
}
const pack = (...records: object[]): string => JSON.stringify(records);

describe('decode', () => {
  test('a SenML pack becomes readings in canonical units', () => {
    const { readings, refused } = decodeText(
      'air-1/readings',
      pack(
        { bt: RECEIVED / 1_000 - 5, n: 'co2', u: 'ppm', v: 812 },
        { n: 'temperature', u: 'K', v: 301.15 },
        { n: 'probe/humidity', u: '%RH', v: 60 },
      ),
    );
    expect(refused).toEqual([]);
    expect(
      readings.map(({ device, sensor, metric, value, measuredAt }) => [
        device,
        sensor,
        metric,
        Math.round(value * 100) / 100,
        measuredAt,
      ]),
    ).toEqual([
      ['air-1', '', 'co2', 812, RECEIVED - 5_000],
      ['air-1', '', 'temperature', 28, RECEIVED - 5_000],
      ['air-1', 'probe', 'humidity', 60, RECEIVED - 5_000],
    ]);
  });

  test('each bad record is named and the good ones beside it are kept', () => {
    const { readings, refused } = decodeText(
      'air-1/readings',
      pack(
        { n: 'co2', u: 'ppm', v: 812 },
        { n: 'co2', u: 'lx', v: 1 },
        { n: 'co2', u: 'ppm', v: 900_000 },
        { n: 'aura', v: 1 },
        { n: 'opening', v: 0.5 },
      ),
    );
    expect(readings).toHaveLength(1);
    expect(refused.map(({ reason }) => reason)).toEqual([
      'wrong-unit',
      'out-of-range',
      'unknown-metric',
      'bad-payload',
    ]);
  });

  test.each([
    ['nonsense/topic/x', '1', 'unknown-format'],
    ['air-1/readings', '{"broken', 'bad-payload'],
    ['air-1/readings', '', 'bad-payload'],
    ['schools/other/air/readings', '[]', 'foreign-school'],
    ['schools/s1/air/readings', '[]', 'unknown-school'],
    ['air\u0000/readings', '[]', 'bad-topic'],
    ['gate/scans', '"x"', 'bad-payload'],
  ])('%s %s → %s', (topic, payload, reason) => {
    const decoded = decodeText(topic, payload);
    expect(decoded.readings).toEqual([]);
    expect(decoded.refused.map((part) => part.reason)).toEqual([reason]);
  });

  test('prototype names are only names', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(decodeText(`${name}/readings`, pack({ n: 'co2', v: 500 })).readings).toMatchObject([
        { device: name, value: 500 },
      ]);
      expect(decodeText('d/readings', pack({ n: name, v: 500 })).refused).toMatchObject([{ reason: 'unknown-metric' }]);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('two scans in one millisecond are two; the same scan twice has one id; no card number leaves', () => {
    const scan = (value: string) => ({
      at: new Date(RECEIVED).toISOString(),
      credential: { type: 'rfid', value },
      direction: 'in',
    });
    const { scans } = decodeText('gate-1/scans', pack(scan('04A1B2C3'), scan('04a1b2c4'), scan('04:A1:B2:C3')));
    expect(new Set(scans.map(({ id }) => id)).size).toBe(2);
    expect(scans[0]?.id).toBe(scans[2]?.id);
    expect(JSON.stringify(scans).toUpperCase()).not.toContain('04A1B2C3');
    expect(scans[0]?.credential).toBe(hashCredential(key, schoolId.parse('s1'), 'rfid', '04A1B2C3'));
    expect(hashCredential(key, schoolId.parse('s2'), 'rfid', '04A1B2C3')).not.toBe(scans[0]?.credential);
  });

  test('a clock that was never set: kept under the receive time, flagged', () => {
    const { readings, refused } = decodeText('air-1/readings', pack({ bt: 500_000_000, n: 'co2', v: 500 }));
    expect(refused).toEqual([]);
    expect(readings).toMatchObject([{ measuredAt: RECEIVED, flags: 1 }]);
  });

  test('a tag read many times in one passage is one scan; a card the reader refused says so', () => {
    const read = (ms: number) =>
      decodeText(
        'zebra/x',
        JSON.stringify([
          {
            type: 'SIMPLE',
            timestamp: new Date(RECEIVED + ms).toISOString(),
            data: { idHex: 'E280116060000204', eventNum: 1 },
          },
        ]),
      ).scans;
    const ids = [read(0), read(200), read(60_000)].map((scans) => scans[0]?.id);
    expect(ids[0]).toBeDefined();
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
    const { scans } = decodeText(
      'tele/door/SENSOR',
      '{"Time":"2026-11-22T07:14:00","PN532":{"UID":"94D8FC5F","Auth":"NOk"}}',
    );
    expect(scans).toMatchObject([{ flags: 8 }]);
  });

  test('a wrong clock is reported as skew of the gateway', () => {
    const { readings, skewMs } = decodeText('air-1/readings', pack({ bt: RECEIVED / 1_000 + 3_600, n: 'co2', v: 500 }));
    expect(readings).toMatchObject([{ measuredAt: RECEIVED, flags: 1 }]);
    expect(skewMs).toBeCloseTo(3_600_000, 3);
  });
});
