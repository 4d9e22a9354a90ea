import fc from 'fast-check';
import { generate, type IConnectPacket, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { createPacketGuard } from './packetGuard.ts';

const LIMITS = { beforeConnack: 2_000, afterConnack: 2_000, topicBytes: 60, topicLevels: 10 };
const CONNECT: IConnectPacket = { cmd: 'connect', clientId: 'a', clean: true, keepalive: 60, protocolVersion: 4 };
const connect = (more: Partial<IConnectPacket> = {}): Buffer => generate({ ...CONNECT, ...more });
const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);
/** A packet around a body written by hand. */
const packet = (header: number, ...body: readonly (number | Uint8Array)[]): Buffer => {
  const content = Buffer.concat(body.map((part) => (typeof part === 'number' ? bytes(part) : part)));
  return Buffer.concat([bytes(header, content.length), content]);
};
const text = (value: string | Uint8Array): Buffer => {
  const content = Buffer.from(value);
  return Buffer.concat([bytes(content.length >> 8, content.length & 0xff), content]);
};

function faultOf(...stream: readonly Uint8Array[]) {
  return createPacketGuard(LIMITS).accept(Buffer.concat(stream))?.reason;
}
/** The same in pieces: what is wrong must be found however the network cuts it. */
function faultInPieces(stream: Buffer, cuts: readonly number[]) {
  const guard = createPacketGuard(LIMITS);
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const end = at + (cuts[turn % cuts.length] ?? 1);
    const fault = guard.accept(stream.subarray(at, end));
    if (fault) return fault.reason;
    at = end;
  }
  return undefined;
}

const level = fc.stringMatching(/^[a-z0-9 ._ăđệ]{0,6}$/u);
const topic = fc
  .array(level, { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/'))
  .filter((name) => name !== '');
const filter = fc.oneof(
  topic,
  topic.map((name) => `+/${name}`),
  topic.map((name) => `${name}/#`),
  fc.constant('#'),
);
const messageId = fc.integer({ min: 1, max: 65_535 });
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);

const publish: fc.Arbitrary<Packet> = fc
  .record({
    topic,
    messageId,
    qos,
    retain: fc.boolean(),
    dup: fc.boolean(),
    payload: fc.uint8Array({ maxLength: 500 }),
  })
  .map((fields) => ({
    ...fields,
    cmd: 'publish',
    dup: fields.dup && fields.qos > 0,
    payload: Buffer.from(fields.payload),
  }));
const others: fc.Arbitrary<Packet> = fc.oneof(
  fc.constantFrom<Packet>({ cmd: 'pingreq' }, { cmd: 'disconnect' }),
  fc.record({
    cmd: fc.constantFrom('puback' as const, 'pubrec' as const, 'pubrel' as const, 'pubcomp' as const),
    messageId,
  }),
  fc.record({
    cmd: fc.constant('subscribe' as const),
    messageId,
    subscriptions: fc.array(fc.record({ topic: filter, qos }), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    cmd: fc.constant('unsubscribe' as const),
    messageId,
    unsubscriptions: fc.array(filter, { minLength: 1, maxLength: 5 }),
  }),
);
const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 });

describe('packet guard', () => {
  test('passes everything a correct client can write, however the network cuts it', () => {
    const will = fc.record({ topic, payload: fc.constant(Buffer.from('gone')), qos, retain: fc.boolean() });
    fc.assert(
      fc.property(
        fc.record(
          { clientId: level, username: level, password: fc.constant(Buffer.from([0, 255])), will },
          { requiredKeys: ['clientId', 'username'] },
        ),
        fc.array(fc.oneof(publish, others), { maxLength: 12 }),
        cuts,
        (login, packets, sizes) => {
          const stream = Buffer.concat([connect(login), ...packets.map((each) => generate(each))]);
          expect(faultInPieces(stream, sizes)).toBeUndefined();
        },
      ),
    );
  });

  test('finds the same fault in one piece and in any pieces, and reads bytes without changing them', () => {
    const damaged = fc.record({
      packets: fc.array(fc.oneof(publish, others), { minLength: 1, maxLength: 6 }),
      flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(damaged, cuts, ({ packets, flips }, sizes) => {
        const stream = Buffer.concat([connect(), ...packets.map((each) => generate(each))]);
        for (const [at, mask] of flips) stream[at % stream.length] = (stream[at % stream.length] ?? 0) ^ mask;
        const before = Buffer.from(stream);
        expect(faultInPieces(stream, sizes)).toBe(faultOf(stream));
        expect(stream.equals(before)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  const id = bytes(0, 1);
  const FAULTS: readonly (readonly [what: string, reason: string, stream: readonly Uint8Array[]])[] = [
    ['a first packet that is not CONNECT', 'framing', [generate({ cmd: 'pingreq' })]],
    ['a second CONNECT', 'framing', [connect(), connect()]],
    ['packet type 0', 'framing', [connect(), packet(0x00)]],
    ['packet type 15', 'framing', [connect(), packet(0xf0)]],
    ['what only a server sends', 'framing', [connect(), packet(0x20, 0, 0)]],
    ['reserved bits of CONNECT', 'framing', [packet(0x11, connect().subarray(2))]],
    ['reserved bits of SUBSCRIBE', 'framing', [connect(), packet(0x80, id, text('a'), 0)]],
    ['reserved bits of PUBREL', 'framing', [connect(), packet(0x60, id)]],
    ['reserved bits of PINGREQ', 'framing', [connect(), packet(0xc1)]],
    ['QoS 3', 'framing', [connect(), packet(0x36, text('a'), id)]],
    ['a repeat with QoS 0', 'framing', [connect(), packet(0x38, text('a'))]],
    ['packet id 0 in PUBLISH', 'framing', [connect(), packet(0x32, text('a'), 0, 0)]],
    ['packet id 0 in PUBACK', 'framing', [connect(), packet(0x40, 0, 0)]],
    ['packet id 0 in SUBSCRIBE', 'framing', [connect(), packet(0x82, 0, 0, text('a'), 0)]],
    ['packet id 0 in UNSUBSCRIBE', 'framing', [connect(), packet(0xa2, 0, 0, text('a'))]],
    ['a PUBACK with more', 'framing', [connect(), packet(0x40, 0, 1, 0)]],
    ['a PINGREQ with a body', 'framing', [connect(), packet(0xc0, 0)]],
    ['a topic longer than its packet', 'framing', [connect(), packet(0x30, 0, 9, 0x61)]],
    ['SUBSCRIBE without filters', 'framing', [connect(), packet(0x82, id)]],
    ['SUBSCRIBE with QoS 3', 'framing', [connect(), packet(0x82, id, text('a'), 3)]],
    ['SUBSCRIBE that ends before its QoS', 'framing', [connect(), packet(0x82, id, text('a'))]],
    ['UNSUBSCRIBE without filters', 'framing', [connect(), packet(0xa2, id)]],
    ['five bytes of length', 'framing', [connect(), bytes(0x30, 0xff, 0xff, 0xff, 0xff)]],
    ['a packet that declares too much', 'packet-size', [connect(), bytes(0x30, 0xff, 0x7f)]],
    ['another protocol', 'framing', [packet(0x10, text('HTTP'), 4, 2, 0, 60, text('a'))]],
    ['MQTT 5', 'protocol-version', [packet(0x10, text('MQTT'), 5, 2, 0, 60, text('a'))]],
    ['an unknown level', 'protocol-version', [packet(0x10, text('MQTT'), 99, 2, 0, 60, text('a'))]],
    ['the reserved flag of CONNECT', 'framing', [packet(0x10, text('MQTT'), 4, 3, 0, 60, text('a'))]],
    ['a password without a user name', 'framing', [packet(0x10, text('MQTT'), 4, 0x42, 0, 60, text('a'), text('p'))]],
    ['a will QoS without a will', 'framing', [packet(0x10, text('MQTT'), 4, 0x0a, 0, 60, text('a'))]],
    ['a will with QoS 3', 'framing', [packet(0x10, text('MQTT'), 4, 0x1e, 0, 60, text('a'), text('w'), text(''))]],
    ['bytes behind the last field', 'framing', [packet(0x10, text('MQTT'), 4, 2, 0, 60, text('a'), 0)]],
    ['no client id for a session to keep', 'client-id', [packet(0x10, text('MQTT'), 4, 0, 0, 60, text(''))]],
    ['an empty topic', 'text', [connect(), packet(0x30, text(''))]],
    ['a wildcard in a topic', 'text', [connect(), packet(0x30, text('a/+'))]],
    ['a wildcard in a will topic', 'text', [connect({ will: { topic: '#', payload: '', qos: 0, retain: false } })]],
    ['too many levels', 'text', [connect(), packet(0x30, text('/'.repeat(10)))]],
    ['a topic too long', 'text', [connect(), packet(0x30, text('a'.repeat(61)))]],
    ['an empty filter', 'text', [connect(), packet(0x82, id, text(''), 0)]],
    ['`a+`', 'text', [connect(), packet(0x82, id, text('a+'), 0)]],
    ['`+a`', 'text', [connect(), packet(0x82, id, text('+a'), 0)]],
    ['`a#`', 'text', [connect(), packet(0x82, id, text('a#'), 0)]],
    ['`#/a`', 'text', [connect(), packet(0xa2, id, text('#/a'))]],
  ];
  test.each(FAULTS)('refuses %s', (_what, reason, stream) => {
    expect(faultOf(...stream)).toBe(reason);
    expect(faultInPieces(Buffer.concat(stream), [1])).toBe(reason);
  });

  const BAD_TEXT: readonly (readonly [what: string, value: Uint8Array])[] = [
    ['bytes that are no UTF-8', bytes(0x61, 0xff, 0xfe)],
    ['a surrogate', bytes(0xed, 0xa0, 0x80)],
    ['an overlong form', bytes(0xc0, 0xaf)],
    ['a cut-off character', bytes(0x61, 0xe1, 0xba)],
    ['NUL', bytes(0x61, 0x00)],
    ['a control character', bytes(0x61, 0x0a)],
    ['a control character of the second set', bytes(0xc2, 0x85)],
  ];
  test.each(BAD_TEXT)('refuses %s in every text field', (_what, value) => {
    const head = [text('MQTT'), 4] as const;
    expect(faultOf(packet(0x10, ...head, 2, 0, 60, text(value)))).toBe('text');
    expect(faultOf(packet(0x10, ...head, 0x82, 0, 60, text('a'), text(value)))).toBe('text');
    expect(faultOf(packet(0x10, ...head, 6, 0, 60, text('a'), text(value), text('')))).toBe('text');
    expect(faultOf(connect(), packet(0x30, text(value)))).toBe('text');
    expect(faultOf(connect(), packet(0x82, id, text(value), 0))).toBe('text');
    expect(faultOf(connect(), packet(0xa2, id, text(value)))).toBe('text');
  });

  test('payloads, passwords and will messages may be any bytes', () => {
    const any = bytes(0, 0xff, 0xfe, 0xed, 0xa0, 0x80);
    expect(
      faultOf(packet(0x10, text('MQTT'), 4, 0xc6, 0, 60, text('a'), text('w'), text(any), text('u'), text(any))),
    ).toBe(undefined);
    expect(faultOf(connect(), packet(0x30, text('\ufeffđ'), any))).toBeUndefined();
  });

  test('says the return code where the standard wants one', () => {
    const version = createPacketGuard(LIMITS).accept(packet(0x10, text('MQTT'), 5, 2, 0, 60, text('a')));
    const clientId = createPacketGuard(LIMITS).accept(packet(0x10, text('MQTT'), 4, 0, 0, 60, text('')));
    expect([version?.connack, clientId?.connack]).toEqual([1, 2]);
  });

  test('the larger limit holds once connected', () => {
    const guard = createPacketGuard({ ...LIMITS, beforeConnack: 100, afterConnack: 1_000 });
    expect(guard.accept(connect())).toBeUndefined();
    guard.connected();
    expect(
      guard.accept(
        generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(500), qos: 0, dup: false, retain: false }),
      ),
    ).toBe(undefined);
    const silent = createPacketGuard({ ...LIMITS, beforeConnack: 100, afterConnack: 1_000 });
    expect(silent.accept(bytes(0x10, 0x90, 0x03))?.reason).toBe('packet-size');
  });
});
