import { describe, expect, test } from 'vitest';
import { gatewayId } from '../contracts/ids.ts';
import type { RawMessage } from '../contracts/message.ts';
import { isMetric } from '../contracts/metrics.ts';
import type { Codec, CodecMemory, Decoded } from '../devices/codec.ts';
import { findCodec } from '../devices/codecs/registry.ts';
import { convert } from '../devices/units.ts';
import { buildDemo } from './demo/demo.ts';
import { createMessageWriter, type DeviceMessage } from './device.ts';
import { createFaultBook } from './faults.ts';
import { createSchoolClock, hm } from './school/clock.ts';
import { createSchoolDay } from './school/school.ts';
import type { TruthEntry } from './truth.ts';

const noMemory: CodecMemory = {
  get: () => undefined,
  set: () => undefined,
  delete: () => undefined,
  entries: () => [],
};
const STARTED_AT = Date.parse('2026-11-20T06:15:00.123+07:00');
const demo = buildDemo(3, { schools: 3 });

function messages(index: number): DeviceMessage[] {
  const school = demo.schools[index];
  if (!school) throw new RangeError(`no school ${index}`);
  const day = createSchoolDay({
    school,
    rooms: demo.rooms.filter((room) => room.school === school.id),
    devices: demo.devices.filter((device) => device.school === school.id),
    seed: 3,
    clock: createSchoolClock({ startMinute: hm(6, 15) }),
    faults: createFaultBook([]),
    readingIntervalMs: 60_000,
    gateIntervalMs: 5_000,
    cardShare: 1,
    moving: () => 1,
    startAt: 0,
    sendWarmUpPassages: false,
  });
  return day.advance(3_600_000).map(createMessageWriter({ school, seed: 3, stamp: (t) => STARTED_AT + t }));
}

function decode({ topic, payload }: DeviceMessage, school: RawMessage['school']): readonly Decoded[] {
  const codec: Codec | undefined = findCodec(topic, () => noMemory);
  if (!codec) throw new Error(`no codec for ${topic}`);
  const message: RawMessage = {
    school,
    gateway: gatewayId.parse('gw-1'),
    transport: 'mqtt',
    topic,
    payload: Buffer.from(payload),
    receivedAt: STARTED_AT,
    retained: false,
  };
  return codec.decode(message, { memory: noMemory, device: () => undefined });
}

function understood(decoded: Decoded): unknown {
  if (decoded.type === 'reading') {
    const { device, metric, value, unit, time } = decoded;
    if (!isMetric(metric)) throw new Error(`unknown metric ${metric}`);
    const converted = typeof value === 'boolean' ? value : convert(value, unit, metric);
    return {
      device,
      sensor: decoded.sensor ?? '',
      metric,
      value: converted,
      at: time?.kind === 'instant' && time.epochMs,
    };
  }
  if (decoded.type === 'scan') {
    const { gate, id, credential, direction, time } = decoded;
    return { gate, id, credential, direction, at: time?.kind === 'instant' && time.epochMs };
  }
  return decoded;
}

function told(entry: TruthEntry): unknown {
  if (entry.type === 'reading') {
    const { device, sensor, metric, value, measuredAt } = entry;
    return { device, sensor, metric, value, at: measuredAt };
  }
  if (entry.type === 'scan') {
    const { gate, id, credential, direction, at } = entry;
    return { gate, id, credential, direction, at };
  }
  return entry;
}

describe('what a gateway publishes', () => {
  test.each([0, 1, 2])('school %i: the codecs read from it exactly what the truth says', (index) => {
    const sent = messages(index);
    expect(sent.some(({ topic }) => topic.endsWith('/scans'))).toBe(true);
    const school = demo.schools[index]?.id;
    if (!school) throw new RangeError(`no school ${index}`);
    for (const message of sent) expect(decode(message, school).map(understood)).toEqual(message.truth.map(told));
  });

  test('scan ids are unique', () => {
    const ids = messages(1).flatMap(({ truth }) => truth.flatMap((entry) => (entry.type === 'scan' ? [entry.id] : [])));
    expect(ids.length).toBeGreaterThan(300);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
