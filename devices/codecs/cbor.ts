/**
 * A small CBOR reader (RFC 8949) for SenML packs. A general decoder builds classes from tags (sets, patterns, typed
 * arrays) and makes room for announced lengths before the bytes are there; from the network we want neither.
 */

const MAX_DEPTH = 8;
const BREAK = Symbol('break');

class CborError extends Error {}

interface Cursor {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  at: number;
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (mantissa + 1024) * 2 ** (exponent - 25);
}

function take(cursor: Cursor, length: number): number {
  const start = cursor.at;
  if (length > cursor.bytes.length - start) throw new CborError('ends too early');
  cursor.at += length;
  return start;
}

/** The argument of an item head; undefined: indefinite length. */
function argument(cursor: Cursor, info: number): number | undefined {
  if (info < 24) return info;
  if (info === 24) return cursor.view.getUint8(take(cursor, 1));
  if (info === 25) return cursor.view.getUint16(take(cursor, 2));
  if (info === 26) return cursor.view.getUint32(take(cursor, 4));
  if (info === 27) return Number(cursor.view.getBigUint64(take(cursor, 8)));
  if (info === 31) return undefined;
  throw new CborError('reserved length');
}

function simple(cursor: Cursor, info: number): unknown {
  if (info === 20) return false;
  if (info === 21) return true;
  if (info === 24) take(cursor, 1);
  if (info === 25) return half(cursor.view.getUint16(take(cursor, 2)));
  if (info === 26) return cursor.view.getFloat32(take(cursor, 4));
  if (info === 27) return cursor.view.getFloat64(take(cursor, 8));
  return info === 31 ? BREAK : null;
}

function string(cursor: Cursor, major: number, length: number | undefined, depth: number): string | Uint8Array {
  if (length === undefined) {
    const parts: (string | Uint8Array)[] = [];
    for (let part = item(cursor, depth + 1); part !== BREAK; part = item(cursor, depth + 1)) {
      if (typeof part !== 'string' && !(part instanceof Uint8Array)) throw new CborError('not a string chunk');
      parts.push(part);
    }
    return major === 3 ? parts.join('') : Buffer.concat(parts.map((part) => Buffer.from(part)));
  }
  const start = take(cursor, length);
  const bytes = cursor.bytes.subarray(start, start + length);
  return major === 3 ? Buffer.from(bytes).toString('utf8') : bytes;
}

function array(cursor: Cursor, length: number | undefined, depth: number): unknown[] {
  const items: unknown[] = [];
  for (let index = 0; length === undefined || index < length; index++) {
    const next = item(cursor, depth + 1);
    if (next === BREAK) {
      if (length === undefined) break;
      throw new CborError('unexpected break');
    }
    items.push(next);
  }
  return items;
}

function map(cursor: Cursor, length: number | undefined, depth: number): Map<unknown, unknown> {
  const entries = new Map<unknown, unknown>();
  for (let index = 0; length === undefined || index < length; index++) {
    const key = item(cursor, depth + 1);
    if (key === BREAK && length === undefined) break;
    const value = item(cursor, depth + 1);
    if (key === BREAK || value === BREAK) throw new CborError('unexpected break');
    entries.set(key, value);
  }
  return entries;
}

/** Decimal fractions (4) and big floats (5) are numbers in SenML; other tags only comment on what follows. */
function tagged(tag: number | undefined, value: unknown): unknown {
  if (tag !== 4 && tag !== 5) return value;
  const [exponent, mantissa] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof exponent !== 'number' || typeof mantissa !== 'number') throw new CborError('not a fraction');
  return tag === 5 ? mantissa * 2 ** exponent : Number(`${mantissa}e${exponent}`);
}

function item(cursor: Cursor, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new CborError('nested too deep');
  const head = cursor.view.getUint8(take(cursor, 1));
  const major = head >> 5;
  const info = head & 0x1f;
  if (major === 7) return simple(cursor, info);
  const value = argument(cursor, info);
  if (major === 2 || major === 3) return string(cursor, major, value, depth);
  if (major === 4) return array(cursor, value, depth);
  if (major === 5) return map(cursor, value, depth);
  if (major === 6) return tagged(value, item(cursor, depth + 1));
  if (value === undefined) throw new CborError('integer without value');
  return major === 0 ? value : -1 - value;
}

/** The one item the bytes are; undefined when they are not exactly that. Maps become Map, byte strings Uint8Array. */
export function parseCbor(bytes: Uint8Array): unknown {
  const cursor: Cursor = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes, at: 0 };
  try {
    const value = item(cursor, 0);
    return value === BREAK || cursor.at !== bytes.length ? undefined : value;
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
}
