import { describe, expect, test } from 'vitest';
import { gatewayMessages } from '../contracts/http/inspect.ts';
import { deviceId, gatewayId, schoolId } from '../contracts/ids.ts';
import type { RawMessage } from '../contracts/message.ts';
import type { DecodedMessage } from './decode.ts';
import { createRawLog, KEPT_PER_GATEWAY } from './rawLog.ts';

const SCHOOL = schoolId.parse('a');
const GATEWAY = gatewayId.parse('gw');

function message(sequence: number, rest: Partial<RawMessage> = {}): RawMessage {
  return {
    school: SCHOOL,
    gateway: GATEWAY,
    transport: 'mqtt',
    topic: `d/${sequence}`,
    payload: Buffer.from(`payload ${sequence}`),
    receivedAt: 1_000 + sequence,
    retained: false,
    ...rest,
  };
}

function decoded(rest: Partial<DecodedMessage> = {}): DecodedMessage {
  return {
    codec: 'senml',
    readings: [],
    scans: [],
    gateways: [],
    devices: [],
    registrations: [],
    replies: [],
    refused: [],
    skewMs: undefined,
    ...rest,
  };
}

const reading = {
  school: SCHOOL,
  device: deviceId.parse('d'),
  sensor: '',
  metric: 'opening',
  value: 1,
  measuredAt: 5.25,
  receivedAt: 6,
  flags: 2,
} as const;

describe('the log of raw messages', () => {
  test('keeps the last of each gateway with what was made of them, and counts all', () => {
    const log = createRawLog({ now: () => 7 });
    for (let n = 0; n < 80; n++)
      log.note(
        message(n),
        decoded(n % 2 === 0 ? { readings: [reading] } : { refused: [{ reason: 'warm-up', detail: 'x' }] }),
      );
    log.note(message(99, { gateway: gatewayId.parse('other') }), decoded({ codec: undefined }));
    const { counters, items } = gatewayMessages.parse(log.of(SCHOOL, GATEWAY));
    expect(counters).toEqual({ since: 7, messages: 80, readings: 40, scans: 0, refused: 40, lastMessageAt: 1_079 });
    expect(items.map(({ topic }) => topic)).toEqual(Array.from({ length: KEPT_PER_GATEWAY }, (_, n) => `d/${79 - n}`));
    expect(items[0]?.decoded.refused).toEqual([{ reason: 'warm-up', detail: 'x' }]);
    expect(items[1]).toMatchObject({
      payload: { as: 'text', content: 'payload 78', masked: false, cut: false },
      decoded: {
        codec: 'senml',
        readingCount: 1,
        readings: [{ metric: 'opening', value: true, measuredAt: 5, flags: ['late'] }],
      },
    });
    expect(log.recent(SCHOOL)).toHaveLength(51);
    expect(log.of(SCHOOL, gatewayId.parse('other')).items[0]?.decoded.codec).toBeNull();
    expect(log.of(SCHOOL, gatewayId.parse('nobody')).counters.messages).toBe(0);
  });

  test('the bytes come back as they were, also when the buffer they lay in is written over', () => {
    const log = createRawLog({ now: () => 7 });
    const buffer = Buffer.from(Array.from({ length: 512 }, (_, n) => n % 256));
    log.note(message(1, { payload: buffer.subarray(100, 400) }), decoded());
    const before = Buffer.from(buffer.subarray(100, 400));
    buffer.fill(0);
    expect(log.recent(SCHOOL).map(({ payload }) => Buffer.from(payload))).toEqual([before]);
  });

  test('of a long payload only the beginning is kept, and it is no example for a mapping', () => {
    const log = createRawLog({ now: () => 7 });
    log.note(message(1, { payload: Buffer.alloc(100_000, 0x61) }), decoded());
    const [item] = log.of(SCHOOL, GATEWAY).items;
    expect(item).toMatchObject({ bytes: 100_000, payload: { cut: true } });
    expect(item?.payload.content.length).toBe(16 * 1024);
    expect(log.recent(SCHOOL)).toEqual([]);
  });

  test('never holds more than its limit; who takes most gives', () => {
    const log = createRawLog({ now: () => 7, maxBytes: 200_000 });
    const quiet = gatewayId.parse('quiet');
    log.note(message(0, { gateway: quiet }), decoded());
    for (let n = 0; n < 500; n++)
      log.note(message(n, { gateway: gatewayId.parse(`g${n % 7}`), payload: Buffer.alloc(10_000, 0x61) }), decoded());
    const kept = log.recent(SCHOOL).reduce((sum, { payload }) => sum + payload.byteLength, 0);
    expect(kept).toBeLessThanOrEqual(200_000);
    expect(kept).toBeGreaterThan(50_000);
    expect(log.of(SCHOOL, quiet).items).toHaveLength(1);
    log.forget(SCHOOL, quiet);
    expect(log.of(SCHOOL, quiet)).toMatchObject({ items: [], counters: { messages: 0 } });
  });
});
