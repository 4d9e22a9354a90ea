/** A raw message as journal bytes: u8 version | u8 flags | f64 receivedAt | three length-prefixed texts | payload. */
import type { RawMessage } from '../../contracts/message.ts';

const VERSION = 1;
const RETAINED = 1;
const HTTP = 2;
const HEAD_BYTES = 10;

export function encodeMessage(message: RawMessage): Buffer {
  const school = Buffer.from(message.school, 'utf8');
  const gateway = Buffer.from(message.gateway, 'utf8');
  const topic = Buffer.from(message.topic, 'utf8');
  const bytes = Buffer.allocUnsafe(
    HEAD_BYTES + 4 + school.length + gateway.length + topic.length + message.payload.length,
  );
  bytes[0] = VERSION;
  bytes[1] = (message.retained ? RETAINED : 0) | (message.transport === 'http' ? HTTP : 0);
  bytes.writeDoubleBE(message.receivedAt, 2);
  let at = HEAD_BYTES;
  bytes[at++] = school.length;
  at += school.copy(bytes, at);
  bytes[at++] = gateway.length;
  at += gateway.copy(bytes, at);
  at = bytes.writeUInt16BE(topic.length, at);
  at += topic.copy(bytes, at);
  bytes.set(message.payload, at);
  return bytes;
}

/** The payload is a view into `bytes`. Throws on bytes that encodeMessage did not make: the checksum came first. */
export function decodeMessage(bytes: Buffer): RawMessage {
  if (bytes[0] !== VERSION)
    throw new Error(`journal record of version ${String(bytes[0])}: written by another release`);
  const flags = bytes[1] ?? 0;
  const receivedAt = bytes.readDoubleBE(2);
  let at = HEAD_BYTES;
  const text = (length: number): string => {
    const value = bytes.toString('utf8', at, at + length);
    at += length;
    return value;
  };
  const school = text(bytes.readUInt8(at++));
  const gateway = text(bytes.readUInt8(at++));
  const topicLength = bytes.readUInt16BE(at);
  at += 2;
  const topic = text(topicLength);
  return {
    school: school as RawMessage['school'], // checked when the credential was made; re-parsing costs more than decoding
    gateway: gateway as RawMessage['gateway'], // as above
    transport: (flags & HTTP) === 0 ? 'mqtt' : 'http',
    topic,
    payload: bytes.subarray(at),
    receivedAt,
    retained: (flags & RETAINED) !== 0,
  };
}
