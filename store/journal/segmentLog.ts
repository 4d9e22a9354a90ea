/**
 * An append-only log in segment files. append() resolves when every record of the group is behind an fdatasync.
 *
 * Promises: sequences grow by one; a record is readable if and only if its append resolved (or was about to); damage
 * is skipped, never guessed, and reported by sequence. A failed write leaves the log usable: the group is refused, the
 * file cut back, or abandoned for a new segment when it can not be trusted any more.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FRAME_OVERHEAD, writeFrame } from './frame.ts';
import {
  createSegment,
  firstOf,
  HEADER_BYTES,
  type Lost,
  type ScannedRecord,
  type Segment,
  scanFrames,
} from './segmentFile.ts';

const SEGMENT_BYTES = 64 * 1024 * 1024;

export interface StartReport {
  /** Bytes behind the last good record of the last segment: a write that was never acknowledged, or damage. */
  readonly tailBytesDropped: number;
}

export interface ReadResult {
  readonly records: readonly ScannedRecord[];
  /** Where to read on. */
  readonly next: number;
  readonly lost: readonly Lost[];
}

export interface SegmentLog {
  /** `floor`: never number below this, the cursor may be ahead of a lost journal. */
  start(floor?: number): Promise<StartReport>;
  stop(): Promise<void>;
  /** One group, one sync. Groups are written one after the other. */
  append(records: readonly Uint8Array[]): Promise<void>;
  /** Records from a sequence on, about `maxBytes` of them, at least one if there is one. */
  read(from: number, maxBytes: number): Promise<ReadResult>;
  /** Deletes segments whose records are all below `sequence`. */
  release(sequence: number): Promise<void>;
  /** Oldest sequence still kept. */
  first(): number;
  /** Sequence the next record will get; everything below is durable. */
  next(): number;
  bytes(): number;
}

export interface SegmentLogOptions {
  readonly folder: string;
  readonly segmentBytes?: number;
  /** Only the fsync-order test's negative control switches it off. */
  readonly sync?: boolean;
}

export function createSegmentLog({ folder, segmentBytes = SEGMENT_BYTES, sync = true }: SegmentLogOptions): SegmentLog {
  /** Oldest first; `bytes` of all but the active one, which grows. */
  let segments: (Segment & { readonly bytes: number })[] = [];
  let file: FileHandle | undefined;
  /** Durable end of the active segment. */
  let end = 0;
  let nextSequence = 1;
  let tail: Promise<void> = Promise.resolve();
  /** Where the last sequential read stopped. */
  let reader: { readonly path: string; readonly sequence: number; readonly offset: number } | undefined;

  async function startSegment(): Promise<void> {
    await file?.close();
    file = undefined;
    const created = await createSegment(folder, nextSequence);
    const previous = segments.pop();
    // One of the same name held nothing that counts and was created anew.
    if (previous && previous.first !== nextSequence) segments.push({ ...previous, bytes: end });
    segments.push({ ...created.segment, bytes: HEADER_BYTES });
    file = created.file;
    end = HEADER_BYTES;
  }

  async function start(floor = 1): Promise<StartReport> {
    nextSequence = floor;
    await mkdir(folder, { recursive: true });
    segments = [];
    for (const name of (await readdir(folder)).sort()) {
      const first = firstOf(name);
      const path = join(folder, name);
      if (first !== undefined) segments.push({ path, first, bytes: (await stat(path)).size });
    }
    let tailBytesDropped = 0;
    const last = segments.at(-1);
    if (last) {
      const bytes = await readFile(last.path);
      const scan = scanFrames(bytes, HEADER_BYTES, true);
      tailBytesDropped = Math.max(0, bytes.length - Math.max(scan.end, HEADER_BYTES));
      nextSequence = Math.max(floor, last.first, (scan.records.at(-1)?.sequence ?? 0) + 1);
      end = bytes.length;
      if (tailBytesDropped > 0 && nextSequence === last.first) {
        // The new segment will have this name: keep the unreadable bytes for whoever wants to look.
        await rename(last.path, `${last.path}.unreadable`);
        segments.pop();
      }
    }
    // Always a fresh segment: what a crash left behind is only ever read, never written again.
    await startSegment();
    return { tailBytesDropped };
  }

  async function writeGroup(records: readonly Uint8Array[]): Promise<void> {
    if (!file || end >= segmentBytes) await startSegment();
    const handle = file;
    if (!handle) throw new Error('the journal has no open segment');
    let size = 0;
    for (const record of records) size += FRAME_OVERHEAD + record.length;
    const buffer = Buffer.allocUnsafe(size);
    let offset = 0;
    let sequence = nextSequence;
    for (const record of records) offset = writeFrame(buffer, offset, sequence++, record);
    try {
      for (let written = 0; written < size; ) {
        const { bytesWritten } = await handle.write(buffer, written, size - written, end + written);
        written += bytesWritten;
      }
      if (sync) await handle.datasync();
    } catch (error) {
      // After a failed sync nobody knows what is on the disk: leave this file, go on in a new one. Its records beyond
      // `end` carry sequences that the next segment claims, and the reader stops there.
      await handle.close().catch(() => undefined);
      file = undefined;
      throw error;
    }
    end += size;
    nextSequence = sequence;
  }

  function append(records: readonly Uint8Array[]): Promise<void> {
    const done = tail.then(() => writeGroup(records));
    tail = done.catch(() => undefined);
    return done;
  }

  function segmentOf(sequence: number): number {
    let index = segments.length - 1;
    while (index > 0 && (segments[index]?.first ?? 0) > sequence) index--;
    return index;
  }

  async function read(from: number, maxBytes: number): Promise<ReadResult> {
    // Both before the first await: appends go on meanwhile, and a reader must not run past the sequences it reports.
    const limit = nextSequence;
    const durableEnd = end;
    if (from >= limit) return { records: [], next: from, lost: [] };
    const index = segmentOf(from);
    const segment = segments[index];
    if (!segment) return { records: [], next: limit, lost: [{ from, to: limit - 1 }] };
    const isActive = index === segments.length - 1;
    // What the next segment begins with was never part of this one, whatever the file holds.
    const segmentLimit = Math.min(limit, segments[index + 1]?.first ?? limit);
    const opened = await open(segment.path, 'r');
    try {
      const size = isActive ? durableEnd : (await opened.stat()).size;
      const resumed = reader?.path === segment.path && reader.sequence === from;
      let offset = resumed && reader ? reader.offset : HEADER_BYTES;
      let want = maxBytes;
      for (;;) {
        const length = Math.max(0, Math.min(want, size - offset));
        const buffer = Buffer.allocUnsafe(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await opened.read(buffer, filled, length - filled, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        const atEnd = offset + filled >= size || filled < length;
        const scan = scanFrames(buffer.subarray(0, filled), 0, atEnd);
        const records = scan.records.filter(({ sequence }) => sequence >= from && sequence < segmentLimit);
        const lastSeen = scan.records.at(-1)?.sequence ?? from - 1;
        // A group that was written and not synced lies behind what counts, and may be larger than the window.
        const complete = atEnd || lastSeen >= segmentLimit;
        if (records.length === 0 && !complete) {
          // Either all of it was before `from`, or one record is larger than the window.
          if (scan.records.length > 0) offset += scan.end;
          else want *= 2;
          continue;
        }
        const next = complete ? segmentLimit : lastSeen + 1;
        reader = { path: segment.path, sequence: next, offset: offset + scan.end };
        return { records, next, lost: gaps(records, from, next) };
      }
    } finally {
      await opened.close();
    }
  }

  async function release(sequence: number): Promise<void> {
    while (segments.length > 1 && (segments[1]?.first ?? Number.POSITIVE_INFINITY) <= sequence) {
      const [oldest] = segments;
      // Forgotten only when it is gone: a disk that refuses is asked again.
      if (oldest) await rm(oldest.path, { force: true });
      segments.shift();
    }
  }

  return {
    start,
    async stop() {
      await tail;
      await file?.close();
      file = undefined;
    },
    append,
    read,
    release,
    first: () => segments[0]?.first ?? nextSequence,
    next: () => nextSequence,
    bytes: () => segments.slice(0, -1).reduce((sum, segment) => sum + segment.bytes, end),
  };
}

/** Which sequences of [from, next) are not among the records. */
function gaps(records: readonly ScannedRecord[], from: number, next: number): Lost[] {
  const lost: Lost[] = [];
  let expected = from;
  for (const { sequence } of records) {
    if (sequence > expected) lost.push({ from: expected, to: sequence - 1 });
    expected = sequence + 1;
  }
  if (expected < next) lost.push({ from: expected, to: next - 1 });
  return lost;
}
