/**
 * The journal between "received" and "stored". Messages that arrive while a sync runs form the next group: one fsync
 * for all of them, and only then is anybody told.
 */
import type { RawMessage } from '../../contracts/message.ts';
import { decodeMessage, encodeMessage } from './messageRecord.ts';
import type { Lost } from './segmentFile.ts';
import { createSegmentLog, type SegmentLogOptions, type StartReport } from './segmentLog.ts';

/** What may wait for the next sync. Above it the door is closed to new bytes rather than memory filled. */
const MAX_PENDING_BYTES = 128 * 1024 * 1024;
/** After a failure the disk is tried this often, so that nobody has to lose a message to learn that it works again. */
const TRY_AGAIN_MS = 1_000;

export interface JournalRecord {
  readonly sequence: number;
  readonly message: RawMessage;
}

export interface Journal {
  start(floor?: number): Promise<StartReport>;
  stop(): Promise<void>;
  /** `done()` when the message is on the disk; `done(error)` when it is not, and the sender must not be told it is. */
  append(message: RawMessage, done: (error?: Error) => void): void;
  read(
    from: number,
    maxBytes: number,
  ): Promise<{ readonly records: readonly JournalRecord[]; readonly next: number; readonly lost: readonly Lost[] }>;
  release(sequence: number): Promise<void>;
  first(): number;
  next(): number;
  bytes(): number;
  /** Messages waiting for their sync, and since when (epoch ms, null = none). */
  waiting(): { readonly messages: number; readonly bytes: number; readonly oldestAt: number | null };
  /** While the disk takes nothing: since when (epoch ms) and what it said. Ends by itself when it does again. */
  trouble(): { readonly since: number; readonly detail: string } | null;
  /** Called after every group that is on the disk. Returns its own undo. */
  onAppended(listener: () => void): () => void;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly receivedAt: number;
  readonly done: (error?: Error) => void;
}

export function createJournal(options: SegmentLogOptions): Journal {
  const log = createSegmentLog(options);
  const listeners = new Set<() => void>();
  let group: Waiting[] = [];
  let groupBytes = 0;
  let writing: Promise<void> | undefined;
  let trouble: { readonly since: number; readonly detail: string } | null = null;
  let tryAgain: NodeJS.Timeout | undefined;
  let stopped = false;

  /** In a later turn: drain() that finds nothing to do ends before its promise could be kept. */
  function write(): void {
    writing ??= new Promise<void>((resolve) => setImmediate(resolve)).then(drain);
  }

  function judge(failure: Error | undefined): void {
    clearTimeout(tryAgain);
    tryAgain = undefined;
    trouble = failure ? { since: trouble?.since ?? Date.now(), detail: failure.message } : null;
    if (failure && !stopped) tryAgain = setTimeout(write, TRY_AGAIN_MS).unref();
  }

  async function drain(): Promise<void> {
    // The first time also without messages: in trouble an empty group opens a segment and syncs it.
    for (let first = trouble !== null; first || group.length > 0; first = false) {
      const current = group;
      group = [];
      groupBytes = 0;
      let failure: Error | undefined;
      try {
        await log.append(current.map(({ bytes }) => bytes));
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
      judge(failure);
      for (const { done } of current) done(failure);
      if (failure === undefined) for (const listener of listeners) listener();
    }
    writing = undefined;
  }

  return {
    start: (floor) => log.start(floor),
    async stop() {
      stopped = true;
      clearTimeout(tryAgain);
      await writing;
      await log.stop();
    },
    append(message, done) {
      const bytes = encodeMessage(message);
      if (groupBytes + bytes.length > MAX_PENDING_BYTES) {
        done(new Error('the journal can not keep up'));
        return;
      }
      group.push({ bytes, receivedAt: message.receivedAt, done });
      groupBytes += bytes.length;
      // A turn of the event loop gathers what this read of every socket brought.
      write();
    },
    async read(from, maxBytes) {
      const { records, next, lost } = await log.read(from, maxBytes);
      return {
        records: records.map(({ sequence, bytes }) => ({ sequence, message: decodeMessage(bytes) })),
        next,
        lost,
      };
    },
    release: (sequence) => log.release(sequence),
    first: () => log.first(),
    next: () => log.next(),
    bytes: () => log.bytes(),
    waiting: () => ({ messages: group.length, bytes: groupBytes, oldestAt: group[0]?.receivedAt ?? null }),
    trouble: () => trouble,
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
