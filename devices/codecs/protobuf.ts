/** Just enough of the protobuf wire format: reading the fields of a message, writing the few a request needs. */

export interface WireField {
  readonly number: number;
  /** A varint (as unsigned), 4 or 8 raw bytes, or the bytes of text, bytes or an inner message. */
  readonly value: bigint | Uint8Array;
}

const MAX_FIELDS = 100_000;

/** undefined when the bytes end within it. */
function readVarint(bytes: Uint8Array, start: number): { readonly value: bigint; readonly next: number } | undefined {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: start + index + 1 };
  }
  return undefined;
}

/** The fields of a message in order, undefined when the bytes are not a message. */
export function readFields(bytes: Uint8Array): WireField[] | undefined {
  const fields: WireField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    if (!tag || fields.length >= MAX_FIELDS) return undefined;
    const number = Number(tag.value >> 3n);
    const type = Number(tag.value & 7n);
    at = tag.next;
    if (number < 1) return undefined;
    if (type === 0) {
      const varint = readVarint(bytes, at);
      if (!varint) return undefined;
      fields.push({ number, value: varint.value });
      at = varint.next;
      continue;
    }
    let length = type === 1 ? 8 : 4;
    if (type === 2) {
      const size = readVarint(bytes, at);
      if (!size) return undefined;
      length = Number(size.value);
      at = size.next;
    } else if (type !== 1 && type !== 5) return undefined;
    if (length > bytes.length - at) return undefined;
    fields.push({ number, value: bytes.subarray(at, at + length) });
    at += length;
  }
  return fields;
}

function writeVarint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

export function varintField(number: number, value: bigint): number[] {
  return [...writeVarint(BigInt(number << 3)), ...writeVarint(value)];
}

export function bytesField(number: number, value: Iterable<number>): number[] {
  const bytes = [...value];
  return [...writeVarint(BigInt((number << 3) | 2)), ...writeVarint(BigInt(bytes.length)), ...bytes];
}
