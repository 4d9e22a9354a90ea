/** One segment file: a header that names its first sequence, then frames. */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { nextMark, readFrame } from './frame.ts';

const MAGIC = 'IOCJRNL1';
export const HEADER_BYTES = 20;

export interface Segment {
  readonly path: string;
  readonly first: number;
}

/** Sequences that can not be read, both ends included. */
export interface Lost {
  readonly from: number;
  readonly to: number;
}

export interface ScannedRecord {
  readonly sequence: number;
  readonly bytes: Buffer;
}

export function segmentPath(folder: string, first: number): string {
  return join(folder, `${String(first).padStart(16, '0')}.journal`);
}

/** The first sequence a file name stands for, undefined for other files. */
export function firstOf(name: string): number | undefined {
  const match = /^(\d{16})\.journal$/.exec(name);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

function header(first: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeBigUInt64BE(BigInt(first), 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 16)), 16);
  return bytes;
}

export async function createSegment(folder: string, first: number): Promise<{ segment: Segment; file: FileHandle }> {
  const path = segmentPath(folder, first);
  // Truncates a leftover of a segment that was never used: no acknowledged record can be in it.
  const file = await open(path, 'w+');
  try {
    await file.write(header(first), 0, HEADER_BYTES, 0);
    await file.sync();
    const directory = await open(folder, 'r');
    try {
      await directory.sync(); // the name itself must survive a power cut
    } finally {
      await directory.close();
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  return { segment: { path, first }, file };
}

/** Parses frames from `offset` of a buffer. `complete`: the buffer ends where the segment's durable part ends. */
export function scanFrames(
  buffer: Buffer,
  offset: number,
  complete: boolean,
): { readonly records: ScannedRecord[]; readonly end: number; readonly damagedBytes: number } {
  const records: ScannedRecord[] = [];
  let at = offset;
  let end = offset;
  let damagedBytes = 0;
  while (at < buffer.length) {
    const result = readFrame(buffer, at);
    if (result.kind === 'frame') {
      records.push({ sequence: result.frame.sequence, bytes: result.frame.bytes });
      damagedBytes += at - end;
      at = end = result.frame.end;
      continue;
    }
    if (result.kind === 'short' && !complete) break;
    // A damaged length can claim bytes far behind the end: look for the next mark either way.
    const mark = nextMark(buffer, at);
    if (mark === -1) break;
    at = mark;
  }
  return { records, end, damagedBytes };
}
