/** What a LoRaWAN device model is: how its binary frames are read. Byte tables are facts of the makers' documents. */
import type { MetricId } from '../../contracts/metrics.ts';

export interface FrameValue {
  readonly metric: MetricId;
  readonly value: number | boolean;
  readonly sensor?: string | undefined;
  /** Absent: canonical unit. */
  readonly unit?: string | undefined;
  /** Epoch seconds of a record from the device's memory; absent: measured when sent. */
  readonly atSeconds?: number | undefined;
}

export interface LorawanModel {
  readonly id: string;
  /** Names by which people and network servers call it; compared without case, spaces and dashes. */
  readonly names: readonly string[];
  /** An empty list: understood, no reading. undefined: not a frame of this model. Never throws. */
  readonly decode: (bytes: Uint8Array, fPort: number | undefined) => readonly FrameValue[] | undefined;
}

/** Bytes with bounds: reading past the end gives undefined instead of a made-up zero. */
export interface Reader {
  readonly length: number;
  u8(at: number): number | undefined;
  i8(at: number): number | undefined;
  u16(at: number): number | undefined;
  i16(at: number): number | undefined;
  u32(at: number): number | undefined;
}

export function readerOf(bytes: Uint8Array, order: 'big' | 'little'): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = order === 'little';
  const { length } = bytes;
  return {
    length,
    u8: (at) => (isWithin(length, at, 1) ? view.getUint8(at) : undefined),
    i8: (at) => (isWithin(length, at, 1) ? view.getInt8(at) : undefined),
    u16: (at) => (isWithin(length, at, 2) ? view.getUint16(at, little) : undefined),
    i16: (at) => (isWithin(length, at, 2) ? view.getInt16(at, little) : undefined),
    u32: (at) => (isWithin(length, at, 4) ? view.getUint32(at, little) : undefined),
  };
}

function isWithin(length: number, at: number, size: number): boolean {
  return at >= 0 && at + size <= length;
}
