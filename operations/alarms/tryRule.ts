/** What a rule would have raised on stored readings. Bounded: a trial must not cost a live reading its second. */
import type { AlarmSeverity } from '../../contracts/alarm.ts';
import type { TryResult } from '../../contracts/http/alarms.ts';
import type { DeviceId, SchoolId } from '../../contracts/ids.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import type { Rule } from '../../contracts/rule.ts';
import type { Point, TelemetryStore } from '../../store/telemetry/port.ts';
import type { Detection } from './detection.ts';
import { createWithinHours } from './hours.ts';
import { type MachineEvent, newMachine, step, type Transition } from './machine.ts';
import { paced } from './pace.ts';
import { createPlaceBook, detectionFor, type PlaceBook } from './places.ts';
import type { DeviceRegistry, GuessKind } from './ports.ts';

export const TRY_LIMITS = { series: 400, readings: 400_000, readingsPerSeries: 50_000, alarms: 2_000 } as const;
const OCCUPANCY: readonly MetricId[] = ['occupancy', 'people_count'];

type Limits = Readonly<Record<keyof typeof TRY_LIMITS, number>>;

export interface TrialParts {
  readonly telemetry: Pick<TelemetryStore, 'raw'>;
  readonly registry: DeviceRegistry;
  readonly guessKind: GuessKind;
  /** Names of the sensors that reported this metric. */
  readonly sensorsOf: (school: SchoolId, device: DeviceId, metric: MetricId) => readonly string[];
  readonly places: () => Promise<Parameters<typeof createPlaceBook>>;
  readonly timeZone: string;
  /** As of the alarm service. */
  readonly pace?: number;
  readonly limits?: Limits;
}

export type TryRule = (
  rule: Rule,
  span: { readonly from: number; readonly to: number },
  schools: readonly SchoolId[],
) => Promise<TryResult | { readonly conflict: string }>;

type Device = ReturnType<DeviceRegistry['get']> & object;

export function createTryRule(parts: TrialParts): TryRule {
  const { telemetry, registry, limits = TRY_LIMITS, pace = 1 } = parts;
  const withinHours = createWithinHours(parts.timeZone);

  function whereaboutsOf(device: Device, metric: MetricId, places: PlaceBook) {
    const { id, school, kind, room } = device;
    return {
      school,
      areas: places.areasOf(school),
      roomKind: room === null ? undefined : places.roomKindOf(school, room),
      kind: kind ?? parts.guessKind(new Set([metric]))?.id,
      device: id,
    };
  }

  return async (asked, span, schools) => {
    const rule = paced(asked, pace);
    const { source } = rule;
    if (source.of !== 'reading') return { conflict: 'Only rules about readings can be tried on stored data.' };
    const { metric } = source;
    const places = createPlaceBook(...(await parts.places()));
    const result = { series: 0, readings: 0, truncated: false, alarms: [] as TryResult['alarms'] };

    async function read(device: Device, of: MetricId, sensor: string): Promise<readonly Point[]> {
      const limit = Math.min(limits.readingsPerSeries, limits.readings - result.readings);
      if (limit <= 0) {
        result.truncated = true;
        return [];
      }
      const series = { school: device.school, device: device.id, sensor, metric: of };
      const points = await telemetry.raw({ ...span, series, limit });
      result.readings += points.length;
      if (points.length === limit) result.truncated = true;
      return points;
    }

    /** What the sensors of the room say of who was in it. */
    async function occupancyEvents(device: Device): Promise<MachineEvent[]> {
      const events: MachineEvent[] = [];
      for (const other of device.room === null ? [device] : registry.ofSchool(device.school)) {
        if (other.room !== device.room) continue;
        for (const of of OCCUPANCY)
          for (const sensor of parts.sensorsOf(other.school, other.id, of))
            for (const [at, value] of await read(other, of, sensor))
              events.push({
                kind: 'occupancy',
                now: at,
                at,
                source: `${other.id}\n${sensor}\n${of}`,
                occupied: value > 0,
              });
      }
      return events;
    }

    for (const school of schools)
      for (const device of registry.ofSchool(school)) {
        if (device.enrolment === 'retired') continue;
        const sensors = parts.sensorsOf(school, device.id, metric);
        const detection = sensors.length > 0 && detectionFor(rule, whereaboutsOf(device, metric, places));
        if (!detection) continue;
        const occupancy = detection.occupancy === null ? [] : await occupancyEvents(device);
        for (const sensor of sensors) {
          if (result.series >= limits.series || result.alarms.length >= limits.alarms) {
            result.truncated = true;
            return result;
          }
          result.series += 1;
          const points = await read(device, metric, sensor);
          const samples = points.map(([at, value]): MachineEvent => {
            return { kind: 'sample', now: at, at, value, allowed: withinHours(rule.hours, at) };
          });
          const { id, room } = device;
          for (const found of raisedBy(detection, [...occupancy, ...samples], span.to))
            result.alarms.push({ school, room, device: id, sensor, ...found });
        }
      }
    return result;
  };
}

type Found = Pick<TryResult['alarms'][number], 'severity' | 'value' | 'raisedAt' | 'clearedAt'>;

/** In the order of their times, as if each had come at once. The severity is the worst it reached. */
function raisedBy(detection: Detection, events: readonly MachineEvent[], until: number): Found[] {
  const found: Found[] = [];
  let state = newMachine(detection);
  let open: Found | undefined;

  function note({ kind, at, severity, value }: Transition): void {
    if (kind === 'raised') open = { severity, value, raisedAt: at, clearedAt: null };
    else if (open && kind === 'escalated') open = { ...open, severity: worse(open.severity, severity), value };
    else if (open && kind === 'cleared') {
      found.push({ ...open, clearedAt: at });
      open = undefined;
    }
  }
  const inOrder = events.toSorted((a, b) => a.now - b.now || Number(a.kind === 'sample') - Number(b.kind === 'sample'));
  for (const event of [...inOrder, { kind: 'time', now: until + detection.waitMs } as const]) {
    const next = step(detection, state, event);
    state = next.state;
    for (const transition of next.transitions) note(transition);
  }
  return open ? [...found, open] : found;
}

const ORDER: readonly AlarmSeverity[] = ['information', 'warning', 'danger'];
const worse = (one: AlarmSeverity, other: AlarmSeverity): AlarmSeverity =>
  ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other;
