/**
 * One rule on one subject: a pure state machine on event time. Each level of the rule is a Schmitt trigger (raise and
 * clear level) behind two delays: on for `raiseMs` raises it, off for `clearMs` ends it. The severity is that of the
 * worst level that is raised.
 *
 * Samples wait `waitMs` for earlier ones that are still under way and are then taken in the order of their times, so
 * that lateness within the wait, repetition and disorder change nothing. What is older than what was already taken is
 * too late and is told so. The state is plain JSON: stopping between any two steps changes nothing either.
 */
import type { AlarmSeverity } from '../../contracts/alarm.ts';
import type { Detection } from './detection.ts';
import { isBeyond, isClear } from './levels.ts';
import { type Occupancy, occupancyAllows, withOccupancy } from './occupancy.ts';

/** More than this many values within a window of a rate say no more about it. */
const MAX_WINDOW_VALUES = 64;
/** Samples that may wait at once; the oldest are taken early then. */
const MAX_WAITING = 256;

export interface LevelState {
  readonly severity: AlarmSeverity;
  /** Between raise and clear level it stays as it was. */
  readonly beyond: boolean;
  /** Since when it is on (beyond, and allowed), null while it is off. */
  readonly onSince: number | null;
  /** Since when it is off, null while it is on or was never raised. */
  readonly offSince: number | null;
  readonly raised: boolean;
}

export interface WaitingSample {
  readonly at: number;
  readonly value: number;
  /** False: outside the hours of the rule, or the device is in maintenance; it counts as off. */
  readonly allowed: boolean;
}

export interface MachineState {
  /** Event time up to which everything was taken; null: nothing yet. */
  readonly takenTo: number | null;
  /** In the order of their times. */
  readonly waiting: readonly WaitingSample[];
  /** Occupancy still under way, in the order of their times. */
  readonly waitingOccupancy: readonly { readonly at: number; readonly source: string; readonly occupied: boolean }[];
  readonly occupancy: Occupancy;
  /** The last values, where the rule counts or derives. */
  readonly recent: readonly (readonly [at: number, value: number])[];
  readonly levels: readonly LevelState[];
  readonly lastValue: number;
  /** No hold runs out by the clock before this: late data is still coming in. */
  readonly settledFrom: number;
}

export type MachineEvent =
  | ({ readonly kind: 'sample'; readonly now: number } & WaitingSample)
  | {
      readonly kind: 'occupancy';
      readonly now: number;
      readonly at: number;
      readonly source: string;
      readonly occupied: boolean;
    }
  | { readonly kind: 'time'; readonly now: number };

export interface Transition {
  readonly kind: 'raised' | 'escalated' | 'stepped_down' | 'cleared';
  /** Event time. */
  readonly at: number;
  /** After it; of `cleared`: before it. */
  readonly severity: AlarmSeverity;
  readonly value: number;
  /** The raise level of that severity. */
  readonly level: number;
}

export interface Step {
  readonly state: MachineState;
  readonly transitions: readonly Transition[];
  /** The sample was older than what was already taken: it changed nothing. */
  readonly tooLate: boolean;
}

const NONE: readonly Transition[] = [];
const RANK: Readonly<Record<AlarmSeverity, number>> = { information: 1, warning: 2, danger: 3 };

export function newMachine(detection: Detection, start: Partial<MachineState> = {}): MachineState {
  return {
    takenTo: null,
    waiting: [],
    waitingOccupancy: [],
    occupancy: {},
    recent: [],
    lastValue: 0,
    settledFrom: Number.MIN_SAFE_INTEGER,
    ...start,
    levels: detection.levels.map(
      ({ severity }) => start.levels?.find((level) => level.severity === severity) ?? off(severity),
    ),
  };
}

const off = (severity: AlarmSeverity): LevelState => ({
  severity,
  beyond: false,
  onSince: null,
  offSince: null,
  raised: false,
});

/** Nothing is raised, under way or waiting: such a machine need not be remembered. */
export function isIdle({ waiting, waitingOccupancy, recent, levels }: MachineState): boolean {
  return waiting.length === 0 && waitingOccupancy.length === 0 && recent.length === 0 && !isActive(levels);
}

/** Something is raised or on its way to be: this has to survive a restart. */
export function isActive(levels: MachineState['levels']): boolean {
  return levels.some(({ beyond, raised }) => beyond || raised);
}

export function severityOf({ levels }: Pick<MachineState, 'levels'>): AlarmSeverity | null {
  let worst: AlarmSeverity | null = null;
  for (const { raised, severity } of levels)
    if (raised && (worst === null || RANK[severity] > RANK[worst])) worst = severity;
  return worst;
}

/** When `time` should be told next, epoch ms by the clock; null: only a sample changes anything. */
export function wakeAt(detection: Detection, state: MachineState): number | null {
  const times = [
    ...state.waiting.slice(0, 1).map(({ at }) => at + detection.waitMs),
    ...state.waitingOccupancy.slice(0, 1).map(({ at }) => at + detection.waitMs),
  ];
  const due = detection.persists ? nextDue(detection, state) : null;
  if (due !== null) times.push(Math.max(due + detection.waitMs + 1, state.settledFrom));
  return times.length === 0 ? null : Math.min(...times);
}

export function step(detection: Detection, state: MachineState, event: MachineEvent): Step {
  const { now } = event;
  if (event.kind === 'time') return take(detection, state, now);
  // a clock that runs ahead must not make the readings after it too late
  const at = Math.min(event.at, now);
  if (event.kind === 'occupancy') {
    const { source, occupied } = event;
    const waitingOccupancy = inserted(
      state.waitingOccupancy,
      { at, source, occupied },
      (a, b) => a.source === b.source,
    );
    return take(detection, { ...state, waitingOccupancy }, now);
  }
  if (state.takenTo !== null && at <= state.takenTo) return { ...take(detection, state, now), tooLate: true };
  const sample = { at, value: event.value, allowed: event.allowed };
  const isLate = now - at > detection.waitMs;
  return take(
    detection,
    {
      ...state,
      waiting: inserted(state.waiting, sample, () => true),
      settledFrom: isLate ? Math.max(state.settledFrom, now + detection.waitMs) : state.settledFrom,
    },
    now,
  );
}

/** In the order of times. Of two of the same time and kind the first stands: it is the same reading again. */
function inserted<Item extends { readonly at: number }>(
  items: readonly Item[],
  item: Item,
  isSame: (a: Item, b: Item) => boolean,
): readonly Item[] {
  if (items.some((each) => each.at === item.at && isSame(each, item))) return items;
  const index = items.findLastIndex((each) => each.at <= item.at) + 1;
  return items.toSpliced(index, 0, item);
}

function take(detection: Detection, before: MachineState, now: number): Step {
  const { waiting, waitingOccupancy } = before;
  const until = now - detection.waitMs;
  const overflow = waiting.length > MAX_WAITING ? waiting[waiting.length - MAX_WAITING - 1] : undefined;
  const upTo = Math.max(until, overflow?.at ?? until);
  const clockTo = detection.persists && now >= before.settledFrom ? until : Number.NEGATIVE_INFINITY;
  if (waiting.length + waitingOccupancy.length === 0 && clockTo === Number.NEGATIVE_INFINITY)
    return { state: before, transitions: NONE, tooLate: false };

  const transitions: Transition[] = [];
  let state = before;
  let taken = 0;
  let takenOccupancy = 0;
  for (;;) {
    const sample = waiting[taken];
    const seen = waitingOccupancy[takenOccupancy];
    const due = detection.persists ? nextDue(detection, state) : null;
    // who is in the room is known before what was measured in it at that instant
    if (seen && seen.at <= upTo && seen.at <= (sample?.at ?? seen.at)) {
      state = { ...state, occupancy: withOccupancy(state.occupancy, seen) };
      takenOccupancy += 1;
    } else if (due !== null && hasRunOut(due, clockTo, sample, upTo)) {
      // held to the end counts as held, also when it ends in that very instant
      state = told(detection, afterDelays(detection, state, due), state, due, transitions);
      state = { ...state, takenTo: Math.max(state.takenTo ?? due, due) };
    } else if (sample && sample.at <= upTo) {
      state = told(detection, afterSample(detection, state, sample), state, sample.at, transitions);
      taken += 1;
    } else break;
  }
  if (taken + takenOccupancy > 0)
    state = { ...state, waiting: waiting.slice(taken), waitingOccupancy: waitingOccupancy.slice(takenOccupancy) };
  return { state, transitions, tooLate: false };
}

/** By the clock a moment after it is due, so that a sample of that very instant is in time; or by the sample taken next. */
function hasRunOut(due: number, clockTo: number, sample: WaitingSample | undefined, upTo: number): boolean {
  if (sample && sample.at <= upTo) return due <= sample.at;
  return due < clockTo && (!sample || due <= sample.at);
}

function afterSample(detection: Detection, state: MachineState, sample: WaitingSample): MachineState {
  const { at } = sample;
  const derived = derive(detection, state.recent, sample);
  const isAllowed = sample.allowed && occupancyAllows(detection.occupancy, state.occupancy, at);
  const levels = detection.levels.map((level, index): LevelState => {
    const old = state.levels[index] ?? off(level.severity);
    const beyondCount = derived.values.filter((value) => isBeyond(detection.direction, level, value)).length;
    const clearCount = derived.values.filter((value) => isClear(detection.direction, level, value)).length;
    const { of } = detection.count;
    const beyond = beyondCount >= of || (old.beyond && clearCount < of);
    const isOn = beyond && isAllowed;
    const onSince = isOn ? (old.onSince ?? at) : null;
    const offSince = !isOn && old.raised ? (old.offSince ?? at) : null;
    return { severity: level.severity, beyond, onSince, offSince, raised: old.raised };
  });
  // as long as none of them counts and nothing has to be cleared, none of them can matter later
  const isQuiet = !levels.some(({ beyond }) => beyond) && detection.perMinuteOverMs === null;
  const isCounted = (value: number): boolean =>
    detection.levels.some((level) => isBeyond(detection.direction, level, value));
  const recent = isQuiet && !derived.values.some(isCounted) ? [] : derived.recent;
  return afterDelays(detection, { ...state, takenTo: at, recent, levels, lastValue: derived.value }, at);
}

/** The number the levels are held against, and what must be kept for the next one. */
function derive(
  { perMinuteOverMs, count }: Detection,
  recent: MachineState['recent'],
  { at, value }: WaitingSample,
): { readonly value: number; readonly values: readonly number[]; readonly recent: MachineState['recent'] } {
  if (perMinuteOverMs !== null) {
    const kept = [...recent.filter(([then]) => then >= at - perMinuteOverMs), [at, value] as const].slice(
      -MAX_WINDOW_VALUES,
    );
    const [first] = kept;
    const minutes = first ? (at - first[0]) / 60_000 : 0;
    const rate = first && minutes > 0 ? (value - first[1]) / minutes : 0;
    return { value: rate, values: [rate], recent: kept };
  }
  if (count.among === 1) return { value, values: [value], recent };
  const kept = [...recent, [at, value] as const].slice(-count.among);
  return { value, values: kept.map(([, each]) => each), recent: kept };
}

function afterDelays({ hold }: Detection, state: MachineState, at: number): MachineState {
  const levels = state.levels.map((level): LevelState => {
    if (!level.raised && level.onSince !== null && at - level.onSince >= hold.raiseMs)
      return { ...level, raised: true, offSince: null };
    if (level.raised && level.offSince !== null && at - level.offSince >= hold.clearMs)
      return { ...level, raised: false, offSince: null };
    return level;
  });
  return { ...state, levels };
}

/** When the first hold runs out if nothing else comes. */
function nextDue({ hold }: Detection, { levels }: MachineState): number | null {
  let due: number | null = null;
  for (const { raised, onSince, offSince } of levels) {
    const at =
      !raised && onSince !== null
        ? onSince + hold.raiseMs
        : raised && offSince !== null
          ? offSince + hold.clearMs
          : null;
    if (at !== null && (due === null || at < due)) due = at;
  }
  return due;
}

function told(
  detection: Detection,
  after: MachineState,
  before: MachineState,
  at: number,
  transitions: Transition[],
): MachineState {
  const [from, to] = [severityOf(before), severityOf(after)];
  if (from === to) return after;
  const severity = to ?? from;
  if (severity === null) return after;
  const kind =
    from === null ? 'raised' : to === null ? 'cleared' : RANK[to] > RANK[from] ? 'escalated' : 'stepped_down';
  const level = detection.levels.find((each) => each.severity === severity)?.raise ?? 0;
  transitions.push({ kind, at, severity, value: after.lastValue, level });
  return after;
}

/** Ends whatever is raised: the device was taken out of service, or the rule no longer asks about it. */
export function withdraw(detection: Detection, state: MachineState, at: number): Step {
  const severity = severityOf(state);
  const level = detection.levels.find((each) => each.severity === severity)?.raise ?? 0;
  const transitions: Transition[] =
    severity === null ? [] : [{ kind: 'cleared', at, severity, value: state.lastValue, level }];
  return { state: newMachine(detection, { takenTo: state.takenTo }), transitions, tooLate: false };
}
