/** The other native topics: passages and status. */
import { describe, expect, test } from 'vitest';
import { briefs, times } from '../testing/brief.ts';
import { createTestDecoder } from '../testing/message.ts';

const decode = createTestDecoder();

describe('<gate>/scans', () => {
  const scan = {
    id: 's-1',
    at: '2026-09-07T06:58:12+07:00',
    credential: { type: 'rfid', value: '00434343' },
    direction: 'in',
  };

  test('one passage or an array of them, each with its own fate', () => {
    expect(briefs(decode('gate-1/scans', scan))).toEqual(['gate-1 rfid:00434343 in']);
    const several = [
      scan,
      { ...scan, id: undefined, credential: { type: 'qr', value: ' abc ' }, direction: null },
      { ...scan, credential: {} },
    ];
    expect(briefs(decode('gate-1/scans', several))).toEqual([
      'gate-1 rfid:00434343 in',
      'gate-1 qr:abc',
      'refused bad-payload',
    ]);
  });

  test.each<[unknown, number | undefined]>([
    ['2026-09-07T06:58:12+07:00', 1_788_739_092_000],
    [1_788_739_092, 1_788_739_092_000],
    [1_788_739_092_123, 1_788_739_092_123],
    [null, undefined],
    [undefined, undefined],
  ])('at %j', (at, expected) => {
    expect(times(decode('g/scans', { ...scan, at }))).toEqual([expected]);
  });

  test.each<[string, unknown, string]>([
    ['not JSON', 'x', 'refused bad-payload'],
    ['a direction that is none', { ...scan, direction: 'up' }, 'refused bad-payload'],
    ['an empty id', { ...scan, id: '' }, 'refused bad-payload'],
    ['a time that is none', { ...scan, at: 'yesterday' }, 'refused bad-time'],
    ['no card', { ...scan, credential: { type: 'rfid', value: '  ' } }, 'refused bad-payload'],
    ['another kind of credential', { ...scan, credential: { type: 'face', value: 'x' } }, 'refused bad-payload'],
    [
      'a card number that lost its last digits',
      { ...scan, credential: { type: 'rfid', value: 2 ** 60 } },
      'refused bad-payload',
    ],
  ])('%s', (_, body, expected) => {
    expect(briefs(decode('g/scans', typeof body === 'string' ? body : JSON.stringify(body)))).toEqual([expected]);
  });
});

describe('<name>/status', () => {
  test.each([
    ['gateway-1/status', '{"state":"online"}', 'gateway online'],
    ['gateway-1/status', 'offline', 'gateway offline'],
    ['$SYS/broker/connection/pc.ioc/state', '1', 'gateway online'],
    ['$SYS/broker/connection/pc.ioc/state', '0', 'gateway offline'],
    ['node-7/status', 'online', 'node-7 online'],
    ['gateway-1/status', '{"state":"maybe"}', 'refused bad-payload'],
  ])('%s %s', (topic, payload, expected) => {
    expect(briefs(decode(topic, payload))).toEqual([expected]);
  });
});
