/**
 * Alarms as a part: hears the feed, lets time pass, keeps what happened in the records, and takes what people do. What
 * has not reached the database yet is kept and written again; nobody is told "done" before it is.
 */
import type { Alarm, AlarmId, AlarmStep, RuleId } from '../../contracts/alarm.ts';
import type { Device, Gateway } from '../../contracts/device.ts';
import type { Feed } from '../../contracts/feed.ts';
import type { GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { AlarmBoard } from '../../contracts/live.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { Rule, RuleBody } from '../../contracts/rule.ts';
import type { AlarmFilter, AlarmRecord, MachineRecord, RecordsStore, RuleVersion } from '../../store/records/port.ts';
import { type AlarmBook, createAlarmBook } from './book.ts';
import { type Binding, createEngine, type Engine, type EngineCounts } from './engine.ts';
import { createWithinHours } from './hours.ts';
import type { AlarmAction } from './life.ts';
import { machineState } from './machineState.ts';
import { paced } from './pace.ts';
import { createPlaceBook, type PlaceBook } from './places.ts';
import type { AlarmLog, Clock, DeviceRegistry, GuessKind, Watch } from './ports.ts';
import { createRuleBook, type RuleChange } from './ruleBook.ts';
import { subjectOf } from './subject.ts';
import { type AlarmWatch, createWatch } from './watch.ts';

const TICK_MS = 1_000;
/** A new alarm is in the records within this time, as long as the database answers. */
const FLUSH_EVERY_MS = 250;
const PLACES_EVERY_MS = 60_000;
/** Readings received since shortly before the last word in the records are looked at again at start. */
const OVERLAP_MS = 60_000;
const MARK_EVERY_MS = 10_000;
const HOUR_MS = 3_600_000;
const MAX_RECENT = 20_000;
const MARK = 'alarms.heardUntil';

export interface AlarmCounts extends EngineCounts {
  readonly open: number;
  /** Steps that are not in the records yet. */
  readonly waitingSteps: number;
  /** Steps lost because the database did not answer for too long. */
  readonly droppedSteps: number;
}

export type Acted =
  | { readonly alarm: Alarm }
  | { readonly refused: 'not-found' }
  | { readonly refused: 'conflict'; readonly detail: string }
  /** It holds here, and is written as soon as the database answers; it could not be confirmed. */
  | { readonly refused: 'unavailable' };

export interface AlarmService {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Lets time pass. Called every second by a timer between start and stop. */
  tick(now: number): void;
  /** Resolves when everything that happened before the call is in the records. */
  settled(): Promise<void>;

  list(filter: AlarmFilter): Promise<readonly Alarm[]>;
  get(id: AlarmId): Promise<{ readonly alarm: Alarm; readonly history: readonly AlarmStep[] } | undefined>;
  /** `sees`: an alarm of a school out of sight does not exist. In the records when it resolves. */
  act(id: AlarmId, action: AlarmAction, who: string, sees: (school: SchoolId | null) => boolean): Promise<Acted>;

  rules(): readonly Rule[];
  ruleVersions(id: RuleId): Promise<readonly RuleVersion[]>;
  changeRule(id: RuleId, expectedVersion: number, body: RuleBody, who: string): Promise<RuleChange>;

  deviceChanged(device: Device): void;
  gatewayAdded(school: SchoolId, gateway: GatewayId): void;
  gatewayRemoved(school: SchoolId, gateway: GatewayId): void;

  /** Grows whenever `board` may say something else. */
  boardVersion(): number;
  board(sees: (school: SchoolId | null) => boolean): AlarmBoard;
  counts(): AlarmCounts;
}

export interface AlarmServiceParts {
  readonly records: Pick<RecordsStore, 'alarms' | 'rules' | 'areas' | 'schools' | 'rooms' | 'settings'>;
  readonly registry: DeviceRegistry;
  readonly guessKind: GuessKind;
  readonly watch: Watch;
  readonly feed: Feed;
  readonly clock: Clock;
  /** IANA name; the hours of rules are local. */
  readonly timeZone: string;
  readonly initial: {
    /** The newest of every series, from the telemetry store. */
    readonly readings: Iterable<Reading>;
    readonly gateways: Iterable<Pick<Gateway, 'school' | 'id'>>;
  };
  readonly diskFreePercent: () => Promise<number | undefined>;
  /** How many times faster than life the readings come; absent: as in life. */
  readonly pace?: number;
  readonly log: AlarmLog;
}

export function createAlarmService(parts: AlarmServiceParts): AlarmService {
  const { records, registry, clock, log, pace = 1 } = parts;
  const ruleBook = createRuleBook({ records, clock });
  const book: AlarmBook = createAlarmBook();
  let running: { readonly engine: Engine; readonly watch: AlarmWatch } | undefined;
  let unsubscribe: (() => void) | undefined;
  let timers: NodeJS.Timeout[] = [];
  let machines: readonly MachineRecord[] = [];
  let flushing: Promise<void> = Promise.resolve();
  let acting: Promise<unknown> = Promise.resolve();
  let places: { readonly text: string; readonly book: PlaceBook } | undefined;
  let markedAt = 0;
  let heardUntil = 0;
  let isFailing = false;

  const rulesInForce = (): readonly Rule[] => ruleBook.enabled().map((rule) => paced(rule, pace));

  async function readPlaces(): Promise<{ text: string; book: PlaceBook }> {
    const [areas, schools, rooms] = await Promise.all([
      records.areas.all(),
      records.schools.all(),
      records.rooms.all(),
    ]);
    const text = JSON.stringify([
      areas.map(({ id, parent }) => [id, parent]),
      schools.map(({ id, area }) => [id, area]),
      rooms.map(({ school, id, kind }) => [school, id, kind]),
    ]);
    return { text, book: createPlaceBook(areas, schools, rooms) };
  }

  async function refreshPlaces(): Promise<void> {
    const next = await readPlaces();
    if (next.text === places?.text) return;
    places = next;
    running?.engine.setPlaces(next.book, clock.now());
  }

  function onTransition(binding: Binding, transition: Parameters<AlarmBook['transition']>[1]): void {
    const { school, device } = binding.subject;
    const room = school === null || device === null ? null : (registry.get(school, device)?.room ?? null);
    book.transition(binding, transition, room);
  }

  /** What was open, what was under way, and what came in after the records last heard of it. */
  async function recall(engine: Engine, now: number): Promise<void> {
    const [current, kept, mark] = await Promise.all([
      records.alarms.current(now),
      records.alarms.machines(),
      records.settings.get(MARK),
    ]);
    const since = typeof mark === 'number' ? mark : null;
    const recent = await records.alarms.list({
      state: 'cleared',
      from: Math.min(since ?? now, now) - HOUR_MS,
      limit: MAX_RECENT,
    });
    book.recall(current, recent, now);

    const missed: Reading[] = [];
    for (const reading of parts.initial.readings) {
      if (since !== null && reading.receivedAt > since - OVERLAP_MS) missed.push(reading);
      else engine.recallReading(reading);
    }
    for (const { rule, subject: key, state } of kept) {
      const subject = subjectOf(key);
      const parsed = machineState.safeParse(state);
      const source = ruleBook.get(rule)?.source;
      const metric = source?.of === 'reading' ? source.metric : null;
      const isWanted = subject && source && parsed.success && engine.recallMachine(subject, metric, rule, parsed.data);
      if (!isWanted) machines = [...machines, { rule, subject: key, state: null }];
    }
    // an alarm that nothing watches any more would stay open for ever
    const watched = new Set(kept.map(({ rule, subject }) => `${rule}\n${subject}`));
    for (const { rule, subject } of machines) watched.delete(`${rule}\n${subject}`);
    for (const alarm of [...book.open()]) if (!watched.has(`${alarm.rule}\n${alarm.subject}`)) book.end(alarm, now);
    engine.hearReadings(
      missed.toSorted((one, other) => one.measuredAt - other.measuredAt),
      now,
    );
  }

  async function flush(): Promise<void> {
    const { engine } = running ?? {};
    const now = clock.now();
    const pending = book.takePending();
    const changes = { ...pending, machines: [...machines, ...(engine?.takeKept() ?? [])] };
    machines = [];
    const until = heardUntil;
    try {
      if (changes.alarms.length + changes.steps.length + changes.machines.length > 0)
        await records.alarms.save(changes);
      if (engine && (until - markedAt >= MARK_EVERY_MS || until < markedAt)) {
        await records.settings.put(MARK, until);
        markedAt = until;
      }
      if (isFailing) log.info({}, 'alarms are kept again');
      isFailing = false;
    } catch (error) {
      machines = book.putBack(changes);
      if (!isFailing) log.error({ err: error, at: now }, 'alarms can not be kept; they are written again');
      isFailing = true;
      throw error;
    }
  }

  /** One after the other; each call covers everything before it. */
  function settled(): Promise<void> {
    const next = flushing.catch(() => undefined).then(flush);
    flushing = next.catch(() => undefined);
    return next;
  }

  function tick(now: number): void {
    heardUntil = now;
    running?.watch.tick(now);
    running?.engine.tick(now);
    book.tick(now);
  }

  async function actNow(...[id, action, who, sees]: Parameters<AlarmService['act']>): Promise<Acted> {
    const alarm = book.find(id) ?? (await records.alarms.get(id));
    if (!alarm || !sees(alarm.school)) return { refused: 'not-found' };
    const acted = book.act(book.find(id) ?? alarm, action, who, clock.now());
    if ('conflict' in acted) return { refused: 'conflict', detail: acted.conflict };
    try {
      await settled();
    } catch {
      // flush has told why
      return { refused: 'unavailable' };
    }
    return { alarm: acted.alarm };
  }

  function every(ms: number, what: () => void): void {
    const timer = setInterval(what, ms);
    timer.unref();
    timers.push(timer);
  }

  return {
    async start() {
      if (running) return;
      const now = clock.now();
      await ruleBook.load();
      places = await readPlaces();
      const engine = createEngine({
        registry,
        guessKind: parts.guessKind,
        withinHours: createWithinHours(parts.timeZone),
        rules: rulesInForce(),
        places: places.book,
        onTransition,
      });
      await recall(engine, now);
      const watch = createWatch({
        engine,
        book,
        registry,
        watch: parts.watch,
        gateways: parts.initial.gateways,
        diskFreePercent: parts.diskFreePercent,
        onDiskFault: (error) => log.warn({ err: error }, 'the free space can not be read'),
      });
      running = { engine, watch };
      heardUntil = now;
      unsubscribe = parts.feed.subscribe((batch) => {
        const heardAt = clock.now();
        for (const device of batch.registered) engine.deviceChanged(device, heardAt);
        if (batch.readings.length > 0) engine.hearReadings(batch.readings, heardAt);
        if (batch.refused.length > 0) watch.refused(batch.refused, heardAt);
      });
      every(TICK_MS, () => tick(clock.now()));
      // failures are told once by flush, and the next round tries again
      every(FLUSH_EVERY_MS, () => void settled().catch(() => undefined));
      every(PLACES_EVERY_MS, () => {
        refreshPlaces().catch((error: unknown) => log.warn({ err: error }, 'places could not be read again'));
      });
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      timers = [];
      unsubscribe?.();
      unsubscribe = undefined;
      if (!running) return;
      markedAt = 0;
      await settled().catch((error: unknown) => log.error({ err: error }, 'the last alarms could not be kept'));
      running = undefined;
    },
    tick,
    settled,

    async list(filter) {
      await settled();
      return (await records.alarms.list(filter)).map(shown);
    },
    async get(id) {
      await settled();
      const alarm = await records.alarms.get(id);
      return alarm && { alarm: shown(alarm), history: await records.alarms.steps(id) };
    },
    act(...what) {
      // two people at once: one after the other
      const next = acting.then(() => actNow(...what));
      acting = next.catch(() => undefined);
      return next.then((acted) => ('alarm' in acted ? { alarm: shown(acted.alarm) } : acted));
    },

    rules: () => ruleBook.all(),
    ruleVersions: (id) => ruleBook.versions(id),
    async changeRule(id, expectedVersion, body, who) {
      const changed = await ruleBook.change(id, expectedVersion, body, who);
      if ('rule' in changed) running?.engine.setRules(rulesInForce(), clock.now());
      return changed;
    },

    deviceChanged(device) {
      running?.engine.deviceChanged(device, clock.now());
      // it may have been put into a room that is new as well
      refreshPlaces().catch((error: unknown) => log.warn({ err: error }, 'places could not be read again'));
    },
    gatewayAdded: (school, gateway) => running?.watch.gatewayAdded(school, gateway),
    gatewayRemoved: (school, gateway) => running?.watch.gatewayRemoved(school, gateway, clock.now()),

    boardVersion: () => book.version(),
    board: (sees) => book.board(sees),
    counts: () => ({ ...(running?.engine.counts() ?? { samples: 0, tooLate: 0, machines: 0 }), ...book.counts() }),
  };
}

/** Without the keys that are ours. */
function shown(alarm: Alarm & Partial<Pick<AlarmRecord, 'subject' | 'steps'>>): Alarm {
  const { subject: _subject, steps: _steps, ...rest } = alarm;
  return rest;
}
