/**
 * All rules on all subjects: finds which rules a reading is for, steps their machines once each, and wakes those that
 * wait for something. Knows nothing of alarms as people see them; it only tells transitions.
 */
import type { Device } from '../../contracts/device.ts';
import type { DeviceId, SchoolId } from '../../contracts/ids.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { Rule } from '../../contracts/rule.ts';
import type { WithinHours } from './hours.ts';
import {
  isActive,
  type MachineEvent,
  type MachineState,
  newMachine,
  severityOf,
  type Transition,
  wakeAt,
  withdraw,
} from './machine.ts';
import type { Occupancy } from './occupancy.ts';
import type { PlaceBook } from './places.ts';
import { createPlans, type Plan } from './plans.ts';
import type { DeviceRegistry, GuessKind } from './ports.ts';
import { createRoomOccupancy, tellsOccupancy } from './roomOccupancy.ts';
import { stepSparse } from './sparse.ts';
import { type Subject, subjectKey, subjects } from './subject.ts';

/** One rule on one subject that has something to remember. Changed by the engine only. */
export interface Binding {
  readonly subject: Subject;
  readonly key: string;
  readonly entry: SubjectEntry;
  plan: Plan;
  machine: MachineState | null;
  wakeAt: number | null;
  /** Its state is in the records. */
  isKept: boolean;
}

interface SubjectEntry {
  /** Null: it is not a series of a device. */
  readonly device: DeviceEntry | null;
  readonly sensor: string;
  readonly subject: Subject | null;
  readonly metric: MetricId | null;
  /** Newest sample, event time. */
  lastAt: number | null;
  /** Shared with all subjects for which the same holds. */
  plans: readonly Plan[];
  /** Of the plans that have a machine. */
  bindings: readonly Binding[];
}

interface DeviceEntry {
  readonly school: SchoolId;
  readonly id: DeviceId;
  record: Device | undefined;
  kind: string | undefined;
  /** What it was heard to measure, while nobody has said what it is. */
  metrics: Set<MetricId> | null;
  readonly series: Map<string, SubjectEntry>;
}

export interface EngineCounts {
  readonly samples: number;
  readonly tooLate: number;
  readonly machines: number;
}

export interface KeptMachine {
  readonly rule: Rule['id'];
  readonly subject: string;
  /** Null: forget it. */
  readonly state: MachineState | null;
}

export interface Engine {
  /** Several at once, so that who is in a room is known before what was measured in it. */
  hearReadings(readings: readonly Reading[], now: number): void;
  /** What is not measured by a device. `quiet`: a value that raises nothing; it makes no machine. */
  hearSample(subject: Subject, value: number, now: number, quiet: boolean): void;
  /** Nothing is known of the subject any more, or nobody wants to know. */
  forget(subject: Subject, now: number): void;
  /** Lets time pass. */
  tick(now: number): void;
  setRules(rules: readonly Rule[], now: number): void;
  setPlaces(places: PlaceBook, now: number): void;
  deviceChanged(device: Device, now: number): void;
  /** Before anything is heard: what was kept at the last stop, and where a series had got to. False: no rule wants it. */
  recallMachine(subject: Subject, metric: MetricId | null, rule: Rule['id'], state: MachineState): boolean;
  recallReading(reading: Reading): void;
  /** What changed since it was last asked and has to survive a restart. */
  takeKept(): readonly KeptMachine[];
  counts(): EngineCounts;
}

const seriesKey = (metric: MetricId, sensor: string): string => (sensor === '' ? metric : `${metric}/${sensor}`);
const NOBODY_KNOWS: Occupancy = {};
const NO_BINDINGS: readonly Binding[] = [];
const NO_PLANS: readonly Plan[] = [];

export function createEngine(parts: {
  readonly registry: DeviceRegistry;
  readonly guessKind: GuessKind;
  readonly withinHours: WithinHours;
  readonly rules: readonly Rule[];
  readonly places: PlaceBook;
  /** Called at once, in the order of what happened to the subject. */
  readonly onTransition: (binding: Binding, transition: Transition, now: number) => void;
}): Engine {
  const { registry, guessKind, withinHours, onTransition } = parts;
  let { places } = parts;
  let plans = createPlans(parts.rules);
  const schools = new Map<SchoolId, Map<DeviceId, DeviceEntry>>();
  const others = new Map<string, SubjectEntry>();
  const rooms = createRoomOccupancy();
  /** Those with a machine. */
  const active = new Set<Binding>();
  let changed = new Set<Binding>();
  let samples = 0;
  let tooLate = 0;

  function deviceEntry(school: SchoolId, id: DeviceId): DeviceEntry {
    let ofSchool = schools.get(school);
    if (!ofSchool) {
      ofSchool = new Map();
      schools.set(school, ofSchool);
    }
    let device = ofSchool.get(id);
    if (!device) {
      const record = registry.get(school, id);
      device = { school, id, record, kind: record?.kind ?? undefined, metrics: null, series: new Map() };
      ofSchool.set(id, device);
    }
    return device;
  }

  const isOut = (record: Device | undefined): boolean =>
    record?.enrolment === 'retired' || record?.options['maintenance'] === true;

  function deviceOf({ device, subject }: SubjectEntry): DeviceEntry | undefined {
    if (device) return device;
    if (!subject || subject.school === null || subject.device === null) return undefined;
    return deviceEntry(subject.school, subject.device);
  }

  function plansOf(entry: SubjectEntry): readonly Plan[] {
    const device = deviceOf(entry);
    if (isOut(device?.record)) return NO_PLANS;
    const school = device?.school ?? entry.subject?.school ?? null;
    const room = device?.record?.room ?? null;
    return plans.for(entry.metric ?? entry.subject?.of ?? 'reading', {
      school,
      areas: school === null ? [] : places.areasOf(school),
      roomKind: room === null || school === null ? undefined : places.roomKindOf(school, room),
      kind: device?.kind,
      device: device?.id ?? null,
    });
  }

  /** Which rules hold for the subject now; machines of those that go on keep what they know. */
  function bind(entry: SubjectEntry, now: number): void {
    const next = plansOf(entry);
    if (next === entry.plans) return;
    entry.plans = next;
    for (const binding of entry.bindings) {
      const plan = next.find((each) => each.rule.id === binding.plan.rule.id);
      if (plan) rebind(binding, plan, now);
      else end(binding, now);
    }
  }

  /** A level that there is no more can not stay raised. */
  function rebind(binding: Binding, plan: Plan, now: number): void {
    if (!binding.machine) return;
    const machine = newMachine(plan.detection, binding.machine);
    const [before, after] = [severityOf(binding.machine), severityOf(machine)];
    if (before !== null && after === null) {
      end(binding, now);
      return;
    }
    binding.plan = plan;
    keepMachine(binding, machine);
    if (after === null || after === before) return;
    const level = plan.detection.levels.find(({ severity }) => severity === after)?.raise ?? 0;
    onTransition(binding, { kind: 'stepped_down', at: now, severity: after, value: machine.lastValue, level }, now);
  }

  /** Whatever it had raised is over. */
  function end(binding: Binding, now: number): void {
    if (!binding.machine) return;
    const { transitions } = withdraw(binding.plan.detection, binding.machine, now);
    keepMachine(binding, null);
    for (const transition of transitions) onTransition(binding, transition, now);
  }

  function keepMachine(binding: Binding, machine: MachineState | null): void {
    const before = binding.machine;
    binding.machine = machine;
    binding.wakeAt = machine && wakeAt(binding.plan.detection, machine);
    const { entry } = binding;
    if (!machine) {
      active.delete(binding);
      const others = entry.bindings.filter((each) => each !== binding);
      entry.bindings = others.length === 0 ? NO_BINDINGS : others;
    } else if (!active.has(binding)) {
      active.add(binding);
      entry.bindings = [...entry.bindings, binding];
    }
    if (differ(before, machine)) changed.add(binding);
  }

  /** Only what a level remembers has to survive; times of quiet samples do not. */
  function differ(before: MachineState | null, after: MachineState | null): boolean {
    if (before === after) return false;
    const [old, young] = [before?.levels ?? [], after?.levels ?? []];
    if (!isActive(old) && !isActive(young)) return false;
    return (
      old.length !== young.length ||
      old.some((level, index) => {
        const other = young[index];
        return (
          !other ||
          level.beyond !== other.beyond ||
          level.raised !== other.raised ||
          level.onSince !== other.onSince ||
          level.offSince !== other.offSince
        );
      })
    );
  }

  function newBinding(entry: SubjectEntry, plan: Plan): Binding {
    const { device, sensor } = entry;
    const subject = entry.subject ?? (device ? subjects.series(device.school, device.id, sensor) : subjects.disk);
    return { subject, key: subjectKey(subject), entry, plan, machine: null, wakeAt: null, isKept: false };
  }

  function run(entry: SubjectEntry, plan: Plan, known: Binding | undefined, event: MachineEvent): void {
    const before = known?.machine ?? null;
    const { detection } = plan;
    const next = stepSparse(detection, before, event, {
      lastAt: entry.lastAt,
      occupancyNow: () => (entry.device ? rooms.of(entry.device) : NOBODY_KNOWS),
    });
    if (next.tooLate) tooLate += 1;
    if (next.state === before && next.transitions.length === 0) return;
    const binding = known ?? newBinding(entry, plan);
    if (next.state !== before) keepMachine(binding, next.state);
    for (const transition of next.transitions) onTransition(binding, transition, event.now);
  }

  function hear(entry: SubjectEntry, at: number, value: number, now: number): void {
    samples += 1;
    for (const plan of entry.plans) {
      const { hours } = plan.rule;
      const allowed = hours === null || withinHours(hours, at);
      const binding = entry.bindings.find((each) => each.plan === plan);
      run(entry, plan, binding, { kind: 'sample', at, value, allowed, now });
    }
    if (entry.lastAt === null || at > entry.lastAt) entry.lastAt = at;
  }

  function hearOccupancy(reading: Reading, now: number): void {
    const device = deviceEntry(reading.school, reading.device);
    const said = rooms.hear(device, reading, now);
    if (!said) return;
    for (const other of schools.get(reading.school)?.values() ?? []) {
      if (other.series.size === 0 || !rooms.isSamePlace(other, device)) continue;
      for (const { bindings } of other.series.values())
        for (const binding of bindings)
          if (binding.plan.detection.occupancy !== null)
            run(binding.entry, binding.plan, binding, { kind: 'occupancy', now, ...said });
    }
  }

  function seriesEntry(device: DeviceEntry, metric: MetricId, sensor: string, now: number): SubjectEntry | undefined {
    const key = seriesKey(metric, sensor);
    const known = device.series.get(key);
    if (known) return known;
    if (device.record?.kind == null) recognise(device, metric, now);
    if (!plans.isAsked(metric)) return undefined;
    const entry: SubjectEntry = {
      device,
      sensor,
      subject: null,
      metric,
      lastAt: null,
      plans: NO_PLANS,
      bindings: NO_BINDINGS,
    };
    device.series.set(key, entry);
    bind(entry, now);
    return entry;
  }

  /** Nobody has said what it is: what it measures tells. */
  function recognise(device: DeviceEntry, metric: MetricId, now: number): void {
    device.metrics ??= new Set();
    if (device.metrics.has(metric)) return;
    device.metrics.add(metric);
    const kind = guessKind(device.metrics)?.id;
    if (kind === device.kind) return;
    device.kind = kind;
    for (const entry of device.series.values()) bind(entry, now);
  }

  function otherEntry(subject: Subject, now: number): SubjectEntry {
    const key = subjectKey(subject);
    let entry = others.get(key);
    if (!entry) {
      entry = {
        device: null,
        sensor: '',
        subject,
        metric: null,
        lastAt: null,
        plans: NO_PLANS,
        bindings: NO_BINDINGS,
      };
      others.set(key, entry);
      bind(entry, now);
    }
    return entry;
  }

  function* entries(): Iterable<SubjectEntry> {
    for (const devices of schools.values()) for (const device of devices.values()) yield* device.series.values();
    yield* others.values();
  }

  return {
    hearReadings(readings, now) {
      for (const reading of readings) if (tellsOccupancy(reading)) hearOccupancy(reading, now);
      for (const { school, device, metric, sensor, measuredAt, value } of readings) {
        const known = deviceEntry(school, device);
        const entry = seriesEntry(known, metric, sensor, now);
        if (entry) hear(entry, measuredAt, value, now);
      }
    },
    hearSample(subject, value, now, quiet) {
      if (quiet && !others.has(subjectKey(subject))) return;
      hear(otherEntry(subject, now), now, value, now);
    },
    forget(subject, now) {
      const key = subjectKey(subject);
      const entry = others.get(key);
      if (!entry) return;
      others.delete(key);
      for (const binding of entry.bindings) end(binding, now);
    },
    tick(now) {
      for (const binding of active)
        if (binding.wakeAt !== null && binding.wakeAt <= now)
          run(binding.entry, binding.plan, binding, { kind: 'time', now });
    },
    setRules(rules, now) {
      plans = createPlans(rules);
      for (const entry of entries()) bind(entry, now);
    },
    setPlaces(next, now) {
      places = next;
      for (const entry of entries()) bind(entry, now);
    },
    deviceChanged(record, now) {
      const device = deviceEntry(record.school, record.id);
      device.record = record;
      device.kind = record.kind ?? (device.metrics ? guessKind(device.metrics)?.id : undefined);
      for (const entry of device.series.values()) bind(entry, now);
      const silence = others.get(subjectKey(subjects.device(record.school, record.id)));
      if (silence) bind(silence, now);
    },
    recallMachine(subject, metric, rule, state) {
      const { school, device, sensor } = subject;
      const isSeries = metric !== null && school !== null && device !== null;
      const entry = isSeries ? seriesEntry(deviceEntry(school, device), metric, sensor, 0) : otherEntry(subject, 0);
      const plan = entry?.plans.find((each) => each.rule.id === rule);
      if (!entry || !plan) return false;
      if (state.takenTo !== null) entry.lastAt = Math.max(entry.lastAt ?? state.takenTo, state.takenTo);
      const binding = newBinding(entry, plan);
      keepMachine(binding, newMachine(plan.detection, state));
      binding.isKept = true;
      changed.delete(binding);
      return true;
    },
    recallReading(reading) {
      const device = deviceEntry(reading.school, reading.device);
      const entry = seriesEntry(device, reading.metric, reading.sensor, 0);
      if (entry && (entry.lastAt === null || reading.measuredAt > entry.lastAt)) entry.lastAt = reading.measuredAt;
      if (tellsOccupancy(reading)) hearOccupancy(reading, reading.receivedAt);
    },
    takeKept() {
      const taken = changed;
      changed = new Set();
      const kept: KeptMachine[] = [];
      for (const binding of taken) {
        const { machine, key: subject, plan } = binding;
        const isWorthIt = machine !== null && isActive(machine.levels);
        if (isWorthIt || binding.isKept) kept.push({ rule: plan.rule.id, subject, state: isWorthIt ? machine : null });
        binding.isKept = isWorthIt;
      }
      return kept;
    },
    counts: () => ({ samples, tooLate, machines: active.size }),
  };
}
