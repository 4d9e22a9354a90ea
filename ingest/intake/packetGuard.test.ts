import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { createPacketGuard } from './packetGuard.ts';

const publish = (size: number): Packet => ({
  cmd: 'publish',
  topic: 't',
  payload: Buffer.alloc(size),
  qos: 1,
  messageId: 1,
  dup: false,
  retain: false,
});
/** Fixed header of at most five bytes, topic and message id. */
const bodyOf = (size: number): number => size + 2 + 1 + 2;

describe('packet guard', () => {
  test('however the stream is cut, it accepts exactly the streams whose packets are all within the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 50, max: 400 }),
        (sizes, cuts, limit) => {
          const stream = Buffer.concat(sizes.map((size) => generate(publish(size))));
          const guard = createPacketGuard({ beforeConnack: limit, afterConnack: limit });
          let ok = true;
          for (let at = 0, i = 0; at < stream.length && ok; i++) {
            const size = cuts[i % cuts.length] ?? 1;
            ok = guard.accept(stream.subarray(at, at + size));
            at += size;
          }
          expect(ok).toBe(sizes.every((size) => bodyOf(size) <= limit));
        },
      ),
    );
  });

  test('five length bytes are no MQTT; the larger limit holds once connected', () => {
    expect(
      createPacketGuard({ beforeConnack: 1e9, afterConnack: 1e9 }).accept(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff])),
    ).toBe(false);
    const guard = createPacketGuard({ beforeConnack: 10, afterConnack: 1_000 });
    guard.connected();
    expect(guard.accept(generate(publish(500)))).toBe(true);
  });
});
