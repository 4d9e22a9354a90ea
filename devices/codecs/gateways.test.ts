/** Gateways that speak for others: ThingsBoard API, Theengs. */
import { describe, expect, test } from 'vitest';
import { briefs, times } from '../testing/brief.ts';
import { createTestDecoder } from '../testing/message.ts';

describe('the ThingsBoard API', () => {
  const read = (topic: string, payload: object): string[] => briefs(createTestDecoder()(topic, payload));

  test.each<[string, object, string[]]>([
    [
      'v1/devices/me/telemetry',
      { temperature: 25.5, humidity: '60', firmware: 'x' },
      ['gateway-1 temperature=25.5', 'gateway-1 humidity=60'],
    ],
    [
      'v1/devices/me/telemetry',
      { 'room1.temperature': 22, 'fridge/temperature': 4 },
      ['gateway-1/room1 temperature=22', 'gateway-1/fridge temperature=4'],
    ],
    ['v1/devices/me/telemetry', { a: 1 }, ['refused unknown-metric']],
    ['v1/devices/me/telemetry', [{ co2: 0 }, 5], ['refused warm-up', 'refused bad-payload']],
    ['v1/devices/me/attributes', { temperature: 1 }, []],
    [
      'v1/gateway/telemetry',
      { 'Máy 1': [{ ts: 1, values: { co2: 800 } }], B: [{ humidity: 5 }] },
      ['Máy 1 co2=800', 'B humidity=5'],
    ],
    ['v1/gateway/connect', { device: 'A', type: 'AM107' }, ['A online', 'A registered']],
    ['v1/gateway/disconnect', { device: 'A' }, ['A offline']],
    ['v1/gateway/attributes', { A: { fw: 1 } }, []],
    ['v1/gateway/connect', {}, ['refused bad-payload']],
  ])('%s %j', (topic, payload, expected) => {
    expect(read(topic, payload)).toEqual(expected);
  });

  test('records keep their own time', () => {
    const decoded = createTestDecoder()('v1/gateway/telemetry', {
      A: [{ ts: 1_700_000_000_000, values: { co2: 500 } }, { co2: 501 }],
    });
    expect(times(decoded)).toEqual([1_700_000_000_000, undefined]);
  });
});

describe('Theengs', () => {
  const topic = 'home/g/BTtoMQTT/AABB';

  test.each<[object, string[]]>([
    [{ tempf: 70, rssi: -70 }, ['AABB temperature=70 °F', 'AABB rssi=-70']],
    [{ tempc: 4, tempc2: 5 }, ['AABB temperature=4', 'AABB/probe 2 temperature=5']],
    [{ open: true, batt: 80 }, ['AABB opening=true', 'AABB battery=80']],
    [{ servicedata: 'aa', rssi: -90 }, []],
    [{ batt: 50, rssi: -50 }, []],
    [{ model: 'Tag', track: true, type: 'TRACK', tempc: 30 }, []],
  ])('%j', (payload, expected) => {
    expect(briefs(createTestDecoder()(topic, payload))).toEqual(expected);
  });

  test('once a device is enrolled there is an allow-list', () => {
    const decode = createTestDecoder({ OURS: { enrolment: 'enrolled' } });
    expect(briefs(decode(topic, { tempc: 20 }))).toEqual(['AABB temperature=20']);
    expect(briefs(decode('home/g/BTtoMQTT/OURS', { tempc: 20 }))).toEqual(['OURS temperature=20']);
    expect(briefs(decode(topic, { tempc: 20 }))).toEqual(['refused not-allowed']);
    expect(briefs(decode('home/g/BTtoMQTT/OURS', { batt: 20 }))).toEqual(['OURS battery=20']);
  });

  test('the gateway itself, also below another base', () => {
    const decode = createTestDecoder();
    expect(briefs(decode('home/g/SYStoMQTT', { rssi: -60, tempc: 55 }))).toEqual(['g rssi=-60']);
    decode('school/ble/BTtoMQTT/AABB', { tempc: 20 });
    expect(briefs(decode('school/ble/LWT', 'offline'))).toEqual(['ble offline']);
  });
});
