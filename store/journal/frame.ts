/**
 * How a record lies in a segment file. Every frame carries a mark, its sequence and a checksum, so that a reader can
 * find the next good record behind a damaged one and name exactly which sequences are gone.
 *
 *   u32 mark | u64 sequence | u32 length | u32 crc32(sequence, length, bytes) | bytes
 */
import { crc32 } from 'node:zlib';

const MARK = 0x1ec0_da7a;
const MARK_BYTES = Buffer.from([0x1e, 0xc0, 0xda, 0x7a]);
export const FRAME_OVERHEAD = 20;
/** Above the largest message the doors accept; a longer length is damage. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;

export interface Frame {
  readonly sequence: number;
  readonly bytes: Buffer;
  /** Offset behind this frame. */
  readonly end: number;
}

function checksum(buffer: Buffer, offset: number, length: number): number {
  const head = crc32(buffer.subarray(offset + 4, offset + 16));
  return crc32(buffer.subarray(offset + FRAME_OVERHEAD, offset + FRAME_OVERHEAD + length), head);
}

/** Writes one frame at the offset and returns the offset behind it. The buffer must be large enough. */
export function writeFrame(buffer: Buffer, offset: number, sequence: number, bytes: Uint8Array): number {
  buffer.writeUInt32BE(MARK, offset);
  buffer.writeBigUInt64BE(BigInt(sequence), offset + 4);
  buffer.writeUInt32BE(bytes.length, offset + 12);
  buffer.set(bytes, offset + FRAME_OVERHEAD);
  buffer.writeUInt32BE(checksum(buffer, offset, bytes.length), offset + 16);
  return offset + FRAME_OVERHEAD + bytes.length;
}

export type FrameResult =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** More bytes are needed to decide. */
  | { readonly kind: 'short' }
  | { readonly kind: 'damaged' };

export function readFrame(buffer: Buffer, offset: number): FrameResult {
  if (buffer.length - offset < FRAME_OVERHEAD) return { kind: 'short' };
  if (buffer.readUInt32BE(offset) !== MARK) return { kind: 'damaged' };
  const length = buffer.readUInt32BE(offset + 12);
  if (length > MAX_RECORD_BYTES) return { kind: 'damaged' };
  const end = offset + FRAME_OVERHEAD + length;
  if (end > buffer.length) return { kind: 'short' };
  if (buffer.readUInt32BE(offset + 16) !== checksum(buffer, offset, length)) return { kind: 'damaged' };
  const sequence = Number(buffer.readBigUInt64BE(offset + 4));
  return { kind: 'frame', frame: { sequence, bytes: buffer.subarray(offset + FRAME_OVERHEAD, end), end } };
}

/** Offset of the next frame mark after `offset`, or -1. It may be payload that looks like one: the checksum decides. */
export function nextMark(buffer: Buffer, offset: number): number {
  return buffer.indexOf(MARK_BYTES, offset + 1);
}
