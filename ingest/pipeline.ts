/**
 * From journal to stored and announced, readable top to bottom:
 *
 *   journal ─ read ─ decode ─ announce ─┬─ queue ─ judge repeats ─ intent ─ quarantine + store ─ cursor ─ release
 *                                       └─ full? the stretch is dropped here and decoded again when the store is back
 *
 * Two loops. `follow` keeps live going whatever the database does. `settle` writes, in order, until it succeeds.
 */
import type { IngestStats } from '../contracts/http/ingest.ts';
import type { RawMessage } from '../contracts/message.ts';
import type { Journal } from '../store/journal/journal.ts';
import type { RecordsStore } from '../store/records/port.ts';
import type { RefusedItem, TelemetryStore } from '../store/telemetry/port.ts';
import { type Account, type AccountFile, addCounts, type Counts, type LoadedAccount, NO_COUNTS } from './accounting.ts';
import { createMemoryBook, type MemoryBook } from './codecMemory.ts';
import type { DecodedMessage, DecodeRules } from './decode.ts';
import type { Discovery } from './discovery.ts';
import type { OpenFeed } from './feed.ts';
import { createNewest, type Newest } from './newest.ts';
import { findRepeats } from './repeats.ts';
import { createRetry, type RetryReport } from './retry.ts';
import { countOutcomes, createStretchDecoder, joinStretches, refusedMessages, type Stretch } from './stretch.ts';

/** Bytes decoded in one go: about ten milliseconds, then the event loop gets its turn. */
const READ_BYTES = 256 * 1024;
/** Decoded readings that may wait for the store; above it they are decoded again later. */
const MAX_QUEUED_READINGS = 200_000;
/** Readings per write. */
const MAX_WRITE_READINGS = 40_000;

export interface PipelineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Pipeline {
  start(): Promise<void>;
  /** Finishes the write that is under way, at most for some seconds. */
  stop(): Promise<void>;
  stats(): IngestStats;
  /** The store's last failure, null while it takes everything. */
  storeTrouble(): { readonly since: number; readonly detail: string } | null;
  /** Resolves when everything journalled before the call is stored. */
  settled(): Promise<void>;
}

export interface PipelineParts {
  readonly journal: Journal;
  readonly accountFile: AccountFile;
  readonly telemetry: Pick<TelemetryStore, 'write' | 'stored' | 'storedScans' | 'latest'>;
  readonly quarantine: Pick<RecordsStore['quarantine'], 'add'>;
  readonly codecMemory: RecordsStore['codecMemory'];
  readonly rules: Omit<DecodeRules, 'memory'>;
  readonly discovery: Discovery;
  readonly feed: OpenFeed;
  /** Hears every message once, as it is announced. */
  readonly onDecoded?: (message: RawMessage, decoded: DecodedMessage) => void;
  readonly reply: (stretch: Stretch['replies'][number]) => void;
  readonly now: () => number;
  readonly log: PipelineLog;
  /** A loop ended on a fault of ours: nothing is stored any more, a supervised restart loses nothing. */
  readonly onFault: (error: unknown) => void;
  readonly maxQueuedReadings?: number;
}

export function createPipeline(parts: PipelineParts): Pipeline {
  const { journal, accountFile, telemetry, quarantine, codecMemory, discovery, feed, now, log } = parts;
  const { maxQueuedReadings = MAX_QUEUED_READINGS } = parts;
  let account: Account = { cursor: 1, counts: NO_COUNTS, intent: null };
  let newest: Newest = createNewest();
  let storedMemory: MemoryBook = createMemoryBook();
  let decodedTo = 1;
  let queue: Stretch[] = [];
  let queuedReadings = 0;
  /** By part: one that works again says nothing about the others. */
  const troubles = new Map<string, { since: number; detail: string }>();
  let loops: Promise<unknown> = Promise.resolve();
  const stopping = new AbortController();
  const retry = createRetry({ signal: stopping.signal, report: reportTrouble });
  let wake: (() => void)[] = [];

  function reportTrouble({ error, attempt, part }: RetryReport): void {
    const trouble = troubles.get(part);
    if (error === undefined) {
      if (trouble) log.info({ part, seconds: Math.round((now() - trouble.since) / 1_000) }, 'storing goes on');
      troubles.delete(part);
      return;
    }
    const detail = error.message;
    if (attempt === 1) log.error({ part, err: detail }, 'can not store; everything is kept in the journal');
    troubles.set(part, { since: trouble?.since ?? now(), detail });
  }

  /** Resolves when something changed: more in the journal, more in the queue, or the end. */
  function change(): Promise<void> {
    return new Promise((resolve) => (stopping.signal.aborted ? resolve() : wake.push(resolve)));
  }
  function changed(): void {
    const waiting = wake;
    wake = [];
    for (const resolve of waiting) resolve();
  }

  /** A disk that can not read now may do so later. */
  function readJournal(from: number, maxBytes: number): ReturnType<Journal['read']> {
    return retry('journal', () => journal.read(from, maxBytes));
  }

  async function follow(): Promise<void> {
    const liveMemory = createMemoryBook(await codecMemory.all());
    const { rules, onDecoded } = parts;
    const decodeLive = createStretchDecoder({ rules, memory: liveMemory, discovery, onDecoded });
    while (!stopping.signal.aborted) {
      if (decodedTo >= journal.next()) {
        await change();
        continue;
      }
      const { records, next, lost } = await readJournal(decodedTo, READ_BYTES);
      const lostCount = countLost(lost);
      if (lostCount > 0) log.error({ lost }, 'the disk gave back damaged journal records; these sequences are gone');
      const stretch = decodeLive(records, decodedTo, next, lostCount);
      decodedTo = next;
      feed.announce({
        readings: stretch.readings,
        scans: stretch.scans,
        gateways: stretch.gateways,
        devices: stretch.devices,
        clocks: stretch.clocks,
        registered: stretch.registered,
        refused: refusedMessages(stretch),
      });
      for (const reply of stretch.replies) parts.reply(reply);
      if (queuedReadings < maxQueuedReadings) {
        queue.push(stretch);
        queuedReadings += stretch.readings.length + stretch.scans.length;
      }
      changed();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function dequeue(): Stretch | undefined {
    const stretch = queue.shift();
    if (stretch) queuedReadings -= stretch.readings.length + stretch.scans.length;
    return stretch;
  }

  /** What comes next at the cursor: from the queue, or decoded again where the queue was full. */
  async function nextStretch(): Promise<Stretch | undefined> {
    const { cursor, intent } = account;
    const limit = intent?.to ?? decodedTo;
    if (cursor >= limit) return undefined;
    // A repeated intent ends where it ended before the crash, not where `follow` cut this time.
    while (queue[0] && queue[0].from < cursor) dequeue();
    if (queue[0]?.from === cursor && intent === null) {
      const taken: Stretch[] = [];
      let readings = 0;
      while (queue[0] && queue[0].from === (taken.at(-1)?.to ?? cursor) && readings < MAX_WRITE_READINGS) {
        const stretch = dequeue();
        if (!stretch) break;
        taken.push(stretch);
        readings += stretch.readings.length + stretch.scans.length;
      }
      storedMemory.apply(taken.flatMap(({ remembered }) => remembered));
      storedMemory.takeChanges();
      return joinStretches(taken);
    }
    const decodeAgain = createStretchDecoder({ rules: parts.rules, memory: storedMemory, discovery });
    const until = Math.min(limit, intent === null ? (queue[0]?.from ?? limit) : limit);
    const pieces: Stretch[] = [];
    for (let from = cursor; from < until; ) {
      const { records, next, lost } = await readJournal(from, READ_BYTES);
      const to = Math.min(next, until);
      pieces.push(
        decodeAgain(
          records.filter(({ sequence }) => sequence < to),
          from,
          to,
          countLost(lost, to),
        ),
      );
      from = to;
      if (intent === null) break; // an intent is repeated exactly, anything else in small bites
    }
    return joinStretches(pieces);
  }

  async function settle(): Promise<void> {
    // Asked until it answers: a start during an outage of the database takes messages in all the same.
    newest = createNewest(await retry('telemetry', () => telemetry.latest()));
    let unsaved = false;
    while (!stopping.signal.aborted) {
      const stretch = await nextStretch();
      if (!stretch) {
        if (unsaved) await saveAccount();
        unsaved = false;
        if (account.cursor >= decodedTo) await change();
        continue;
      }
      await store(stretch);
      unsaved = true;
      changed();
    }
    if (unsaved) await accountFile.save(account);
  }

  async function store(stretch: Stretch): Promise<void> {
    const repeats = await findRepeats(stretch, { newest, telemetry, retry });
    const counts = account.intent ? intended(account.intent.counts, stretch) : countOutcomes(stretch, repeats);
    account = { ...account, intent: { to: stretch.to, counts } };
    await saveAccount();

    if (stretch.refused.length > 0) await retry('records', () => quarantine.add(stretch.refused.map(toEntry)));
    const readings = stretch.readings.filter((_, i) => !repeats.readings[i]);
    const scans = stretch.scans.filter((_, i) => !repeats.scans[i]);
    let refusedByStore = 0;
    if (readings.length + scans.length > 0) {
      const refused = await retry('telemetry', () => telemetry.write({ readings, scans }));
      refusedByStore = await quarantineItems(stretch, refused);
    }
    if (stretch.remembered.length > 0) await retry('records', () => codecMemory.put(stretch.remembered));
    await retry('records', () => discovery.flush());

    const moved = {
      ...counts,
      stored: counts.stored - refusedByStore,
      quarantined: counts.quarantined + refusedByStore,
    };
    account = { cursor: stretch.to, counts: addCounts(account.counts, moved), intent: null };
  }

  /** The journal lets go only of what the account on the disk has passed: after a crash all that lies between is read. */
  async function saveAccount(): Promise<void> {
    await retry('account', () => accountFile.save(account));
    await retry('journal', () => journal.release(account.cursor));
  }

  /** Lines that the database itself refuses: their messages are quarantined and do not block the rest. */
  async function quarantineItems(stretch: Stretch, refused: readonly RefusedItem[]): Promise<number> {
    if (refused.length === 0) return 0;
    const details = new Map<number, string>();
    for (const { item, detail } of refused) {
      const sequence =
        'metric' in item
          ? stretch.readingSequences[stretch.readings.indexOf(item)]
          : stretch.scanSequences[stretch.scans.indexOf(item)];
      if (sequence !== undefined) details.set(sequence, detail);
    }
    const already = new Set(stretch.refused.map(({ sequence }) => sequence));
    const entries: ReturnType<typeof toEntry>[] = [];
    for (const [sequence, detail] of details) {
      const { records } = await readJournal(sequence, 1);
      const [record] = records;
      if (record) entries.push(toEntry({ sequence, message: record.message, reason: 'store-refused', detail }));
    }
    await retry('records', () => quarantine.add(entries));
    return [...details.keys()].filter((sequence) => !already.has(sequence)).length;
  }

  function stats(): IngestStats {
    const received = journal.next() - 1;
    const { counts, cursor } = account;
    return { received, ...counts, pending: received - (cursor - 1) };
  }

  return {
    async start() {
      const loaded = await accountFile.load();
      await reconcile(loaded);
      storedMemory = createMemoryBook(await codecMemory.all());
      decodedTo = account.cursor;
      queue = [];
      const undo = journal.onAppended(changed);
      loops = Promise.all([follow(), settle()])
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) throw error;
        })
        .finally(undo);
      loops.catch(parts.onFault);
    },
    async stop() {
      stopping.abort();
      changed();
      await loops.catch(() => undefined); // told through onFault
    },
    stats,
    storeTrouble: () => [...troubles.values()].sort((a, b) => a.since - b.since)[0] ?? null,
    async settled() {
      const target = journal.next();
      while (account.cursor < target && !stopping.signal.aborted) await change();
    },
  };

  /** The account must never be ahead of the journal, nor behind what the journal still has. */
  async function reconcile(loaded: LoadedAccount): Promise<void> {
    if (loaded.kind === 'kept') account = loaded.account;
    const report = await journal.start(account.intent?.to ?? account.cursor);
    if (report.tailBytesDropped > 0)
      log.warn(report, 'unreadable bytes at the end of the journal: a write that was never acknowledged, or damage');
    const missing = journal.first() - account.cursor;
    if (loaded.kind === 'damaged' || (loaded.kind === 'none' && missing > 0))
      log.error(
        { first: journal.first(), ...(loaded.kind === 'damaged' && { detail: loaded.detail }) },
        'the account of the journal is gone or damaged: everything still in the journal is stored again, as duplicates ' +
          'where it was stored before; counts begin anew, and what is no longer in the journal counts as quarantined',
      );
    else if (missing > 0)
      log.error(
        { from: account.cursor, to: journal.first() - 1 },
        'journal segments are missing; these sequences are gone',
      );
    if (missing > 0)
      account = {
        cursor: journal.first(),
        counts: addCounts(account.counts, { ...NO_COUNTS, quarantined: missing }),
        intent: null,
      };
  }
}

/** What the disk took back since the intent was written down can not be claimed as stored. */
function intended(counts: Counts, stretch: Stretch): Counts {
  const refused = new Set(stretch.refused.map(({ sequence }) => sequence)).size;
  const unforeseen = Math.max(0, stretch.lost + refused - counts.quarantined);
  const stored = Math.max(0, counts.stored - unforeseen);
  const duplicate = counts.duplicate - (unforeseen - (counts.stored - stored));
  return { stored, duplicate, quarantined: counts.quarantined + unforeseen };
}

function countLost(
  lost: readonly { readonly from: number; readonly to: number }[],
  before = Number.POSITIVE_INFINITY,
): number {
  return lost.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, before - 1) - from + 1), 0);
}

function toEntry({ sequence, message, reason, detail }: Stretch['refused'][number]) {
  return { ...message, sequence, reason, detail };
}
