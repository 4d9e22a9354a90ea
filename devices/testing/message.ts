/** Decoding one message in tests, with the registry entries and memories the test wants. */
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import type { RawMessage } from '../../contracts/message.ts';
import type { CodecMemory, DecodeContext, Decoded } from '../codec.ts';
import { findCodec } from '../codecs/registry.ts';
import { createTestMemories } from './memory.ts';

/** 2027-01-15T08:00:00Z. */
export const RECEIVED_AT = 1_800_000_000_000;

export type TestDevices = Readonly<
  Record<string, { readonly model?: string; readonly codec?: string; readonly enrolment?: 'enrolled' }>
>;

export function messageOf(
  topic: string,
  payload: string | Uint8Array | object,
  rest: Partial<RawMessage> = {},
): RawMessage {
  const bytes =
    typeof payload === 'string'
      ? Buffer.from(payload)
      : payload instanceof Uint8Array
        ? payload
        : Buffer.from(JSON.stringify(payload));
  return {
    school: schoolId.parse('school-1'),
    gateway: gatewayId.parse('gateway-1'),
    transport: 'mqtt',
    topic,
    payload: bytes,
    receivedAt: RECEIVED_AT,
    retained: false,
    ...rest,
  };
}

export function deviceLookup(devices: TestDevices): DecodeContext['device'] {
  const known = new Map(Object.entries(devices));
  return (id) => {
    const device = known.get(id);
    if (!device) return undefined;
    return {
      model: device.model ?? null,
      codec: device.codec ?? null,
      kind: null,
      options: {},
      enrolment: device.enrolment ?? 'discovered',
    };
  };
}

export function createTestDecoder(
  devices: TestDevices = {},
  memoryOf: (codecId: string) => CodecMemory = createTestMemories(),
): (topic: string, payload: string | Uint8Array | object, rest?: Partial<RawMessage>) => readonly Decoded[] {
  return (topic, payload, rest) => {
    const codec = findCodec(topic, memoryOf);
    if (!codec) throw new Error(`no codec claims ${topic}`);
    return codec.decode(messageOf(topic, payload, rest), { memory: memoryOf(codec.id), device: deviceLookup(devices) });
  };
}
