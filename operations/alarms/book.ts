/**
 * The alarms that are open now, and what is not yet in the records. The one writer of alarms: the engine's transitions
 * and what people do come together here, one after the other.
 */
import { type AlarmId, type AlarmStep, FLAPPING_FROM } from '../../contracts/alarm.ts';
import type { SchoolId } from '../../contracts/ids.ts';
import { ALARMS_ON_BOARD, type AlarmBoard, type LiveAlarm } from '../../contracts/live.ts';
import type { AlarmChanges, AlarmRecord, MachineRecord } from '../../store/records/port.ts';
import type { Binding } from './engine.ts';
import { type AlarmAction, act, alarmIdOf, type Changed, changedSeverity, cleared, withStep } from './life.ts';
import type { Transition } from './machine.ts';

const HOUR_MS = 3_600_000;
const MAX_RAISES_KEPT = 50;
/** Ids of alarms that are over: one told again must not come back to life. */
const MAX_ENDED_KEPT = 50_000;
/** Steps that wait for a database that does not answer. */
export const MAX_STEPS_WAITING = 200_000;

export interface AlarmBook {
  /** What the engine tells; `room` as the registry knows it now. */
  transition(binding: Binding, transition: Transition, room: AlarmRecord['room']): void;
  /** Undefined: it is not among the open ones. */
  find(id: AlarmId): AlarmRecord | undefined;
  open(): Iterable<AlarmRecord>;
  ofKey(rule: string, subject: string): AlarmRecord | undefined;
  /** On an alarm that is open, or was just read from the records. */
  act(alarm: AlarmRecord, action: AlarmAction, who: string, now: number): Changed | { readonly conflict: string };
  setSuppressed(alarm: AlarmRecord, suppressed: number, gateway: AlarmRecord['gateway']): void;
  /** Ends one that nothing watches any more. */
  end(alarm: AlarmRecord, at: number): void;
  /** Shelves that are over. */
  tick(now: number): void;
  /** At start: open and shelved ones, and those of the last hour. */
  recall(current: readonly AlarmRecord[], recent: readonly AlarmRecord[], now: number): void;
  /** Hands over what is not in the records yet. */
  takePending(): Omit<AlarmChanges, 'machines'>;
  /** Could not be written: goes before what came since. */
  putBack(changes: AlarmChanges): readonly MachineRecord[];
  /** Grows with every change of what a wall shows. */
  version(): number;
  board(sees: (school: SchoolId | null) => boolean): AlarmBoard;
  counts(): { readonly open: number; readonly waitingSteps: number; readonly droppedSteps: number };
}

const keyOf = (rule: string, subject: string): string => `${rule}\n${subject}`;

export function createAlarmBook(): AlarmBook {
  const open = new Map<string, AlarmRecord>();
  const byId = new Map<AlarmId, AlarmRecord>();
  const ended = new Set<AlarmId>();
  const raises = new Map<string, number[]>();
  /** By rule and subject: also the alarms to come are shelved until then. */
  const shelves = new Map<string, number>();
  let pending = new Map<AlarmId, AlarmRecord>();
  let steps: (AlarmStep & { alarm: AlarmId })[] = [];
  let version = 0;
  let droppedSteps = 0;

  function put({ alarm, step }: Changed): AlarmRecord {
    const key = keyOf(alarm.rule, alarm.subject);
    if (alarm.clearedAt === null) {
      open.set(key, alarm);
      byId.set(alarm.id, alarm);
    } else if (byId.has(alarm.id)) {
      open.delete(key);
      byId.delete(alarm.id);
      noteEnded(alarm.id);
    }
    pending.set(alarm.id, alarm);
    if (steps.length < MAX_STEPS_WAITING) steps.push({ ...step, alarm: alarm.id });
    else droppedSteps += 1;
    version += 1;
    return alarm;
  }

  function noteEnded(id: AlarmId): void {
    if (ended.size >= MAX_ENDED_KEPT)
      for (const oldest of ended) {
        ended.delete(oldest);
        break;
      }
    ended.add(id);
  }

  /** How often within the hour up to and with this time. */
  function flapsAt(key: string, at: number): number {
    const times = [...new Set([...(raises.get(key) ?? []), at])].filter((each) => each > at - HOUR_MS);
    raises.set(key, times.slice(-MAX_RAISES_KEPT));
    return times.length;
  }

  function raise(binding: Binding, { at, severity, value, level }: Transition, room: AlarmRecord['room']): void {
    const {
      subject,
      key: subjectText,
      plan: { rule },
    } = binding;
    const id = alarmIdOf(rule.id, subjectText, at);
    if (ended.has(id)) return;
    const key = keyOf(rule.id, subjectText);
    const alarm: AlarmRecord = {
      id,
      rule: rule.id,
      ruleVersion: rule.version,
      subject: subjectText,
      severity,
      state: 'raised',
      school: subject.school,
      room,
      device: subject.device,
      sensor: subject.sensor,
      gateway: subject.gateway,
      metric: rule.source.of === 'reading' ? rule.source.metric : null,
      value,
      level,
      raisedAt: at,
      acknowledgedAt: null,
      clearedAt: null,
      suppressed: 0,
      flaps: flapsAt(key, at),
      owner: null,
      shelvedUntil: null,
      closedAt: null,
      closeReason: null,
      steps: 0,
    };
    const raised = put(withStep(alarm, {}, { at, who: null, what: 'raised', value }));
    const shelvedUntil = shelves.get(key);
    if (shelvedUntil !== undefined && shelvedUntil > at)
      put(withStep(raised, { shelvedUntil }, { at, who: null, what: 'shelved' }));
  }

  return {
    transition(binding, transition, room) {
      const known = open.get(keyOf(binding.plan.rule.id, binding.key));
      const { kind, at, value } = transition;
      switch (kind) {
        case 'raised':
          // one that is open already is this one: told again after a crash
          if (!known) raise(binding, transition, room);
          break;
        case 'escalated':
          if (known) put(changedSeverity(known, { ...transition, kind }));
          // a person closed it; that it got worse is news
          else raise(binding, transition, room);
          break;
        case 'stepped_down':
          if (known) put(changedSeverity(known, { ...transition, kind }));
          break;
        case 'cleared':
          if (known) put(cleared(known, at, value));
          break;
      }
    },
    find: (id) => byId.get(id),
    open: () => open.values(),
    ofKey: (rule, subject) => open.get(keyOf(rule, subject)),
    act(alarm, action, who, now) {
      const changed = act(alarm, action, who, now);
      if ('conflict' in changed) return changed;
      if (action.do === 'shelve') shelves.set(keyOf(alarm.rule, alarm.subject), action.until);
      put(changed);
      return changed;
    },
    setSuppressed(alarm, suppressed, gateway) {
      if (alarm.suppressed === suppressed && alarm.gateway === gateway) return;
      const next = { ...alarm, suppressed, gateway };
      open.set(keyOf(next.rule, next.subject), next);
      byId.set(next.id, next);
      pending.set(next.id, next);
      version += 1;
    },
    end(alarm, at) {
      put(cleared(alarm, at, alarm.value));
    },
    tick(now) {
      for (const [key, until] of shelves) {
        if (until > now) continue;
        shelves.delete(key);
        const alarm = open.get(key);
        if (alarm && alarm.shelvedUntil !== null)
          put(withStep(alarm, { shelvedUntil: null }, { at: now, who: null, what: 'unshelved' }));
      }
    },
    recall(current, recent, now) {
      for (const alarm of [...recent, ...current]) {
        const key = keyOf(alarm.rule, alarm.subject);
        flapsAt(key, alarm.raisedAt);
        if (alarm.shelvedUntil !== null && alarm.shelvedUntil > now) shelves.set(key, alarm.shelvedUntil);
        if (alarm.clearedAt !== null) {
          noteEnded(alarm.id);
          continue;
        }
        open.set(key, alarm);
        byId.set(alarm.id, alarm);
        if (alarm.shelvedUntil !== null && alarm.shelvedUntil <= now) shelves.set(key, alarm.shelvedUntil);
      }
      version += 1;
    },
    takePending() {
      const taken = { alarms: [...pending.values()], steps };
      pending = new Map();
      steps = [];
      return taken;
    },
    putBack({ alarms, steps: unwritten, machines }) {
      pending = new Map([...alarms.map((alarm) => [alarm.id, alarm] as const), ...pending]);
      const all = [...unwritten, ...steps];
      droppedSteps += Math.max(0, all.length - MAX_STEPS_WAITING);
      steps = all.slice(0, MAX_STEPS_WAITING);
      return machines;
    },
    version: () => version,
    board(sees) {
      const counts = { information: 0, warning: 0, danger: 0 };
      let unacknowledged = 0;
      const seen: AlarmRecord[] = [];
      for (const alarm of open.values()) {
        if (alarm.shelvedUntil !== null || !sees(alarm.school)) continue;
        counts[alarm.severity] += 1;
        if (alarm.state === 'raised') unacknowledged += 1;
        seen.push(alarm);
      }
      seen.sort((one, other) => other.raisedAt - one.raisedAt || (one.id < other.id ? 1 : -1));
      return { counts, unacknowledged, newest: seen.slice(0, ALARMS_ON_BOARD).map(liveAlarm) };
    },
    counts: () => ({ open: open.size, waitingSteps: steps.length, droppedSteps }),
  };
}

function liveAlarm(alarm: AlarmRecord): LiveAlarm {
  const { id, rule, severity, school, room, device, metric, value, state, raisedAt, suppressed, flaps } = alarm;
  const isFlapping = flaps >= FLAPPING_FROM;
  return { id, rule, severity, school, room, device, metric, value, state, raisedAt, suppressed, isFlapping };
}
