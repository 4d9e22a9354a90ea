/**
 * What a snapshot and the changes after it add up to. The screen keeps its state with it and the server checks itself
 * by it. Nothing is changed in place: whatever did not change stays the same object, so a view can compare by identity.
 */
import type { DeviceId, GatewayId, SchoolId } from './ids.ts';
import type {
  AlarmBoard,
  Changes,
  IngestRate,
  LiveDevice,
  LiveGateway,
  LiveReading,
  OperationsEvent,
  SchoolCondition,
  Snapshot,
} from './live.ts';

export const MAX_LIVE_EVENTS = 50;

interface RoomView {
  readonly sequence: number;
  /** Server time of the newest message, epoch ms. */
  readonly at: number;
}

export interface OverviewView extends RoomView {
  readonly room: 'overview';
  readonly schools: ReadonlyMap<SchoolId, SchoolCondition>;
  readonly rate: IngestRate;
  /** Newest first. */
  readonly events: readonly OperationsEvent[];
  readonly alarms?: AlarmBoard;
}

export interface SchoolView extends RoomView {
  readonly room: `school/${string}`;
  readonly condition: SchoolCondition;
  readonly devices: ReadonlyMap<DeviceId, LiveDevice>;
  /** By `seriesKey`. */
  readonly readings: ReadonlyMap<string, LiveReading>;
  readonly gateways: ReadonlyMap<GatewayId, LiveGateway>;
}

export type LiveView = OverviewView | SchoolView;

/** `gap`: this message does not follow; ask for a new snapshot. */
export type Applied<View extends LiveView> = { readonly state: View; readonly gap?: never } | { readonly gap: true };

/** No device id or metric has a line break. */
export function seriesKey({ device, metric, sensor }: Pick<LiveReading, 'device' | 'metric' | 'sensor'>): string {
  return `${device}\n${metric}\n${sensor}`;
}

function isOverviewSnapshot(message: Snapshot): message is Snapshot<'overview'> {
  return message.room === 'overview';
}
function isSchoolSnapshot(message: Snapshot): message is Snapshot<`school/${string}`> {
  return message.room !== 'overview';
}
function isOverviewChanges(message: Changes): message is Changes<'overview'> {
  return message.room === 'overview';
}
function isSchoolChanges(message: Changes): message is Changes<`school/${string}`> {
  return message.room !== 'overview';
}

const keyed = <Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value> =>
  new Map(values.map((value) => [keyOf(value), value]));

const bySchool = (line: SchoolCondition): SchoolId => line.school;
const byDevice = (device: LiveDevice): DeviceId => device.device;
const byGateway = (gateway: LiveGateway): GatewayId => gateway.gateway;

export function applySnapshot(message: Snapshot<'overview'>): OverviewView;
export function applySnapshot(message: Snapshot<`school/${string}`>): SchoolView;
export function applySnapshot(message: Snapshot): LiveView;
export function applySnapshot(message: Snapshot): LiveView {
  const { sequence, at } = message;
  if (isOverviewSnapshot(message)) {
    const { schools, rate, events, alarms } = message.state;
    const state = { room: message.room, sequence, at, schools: keyed(schools, bySchool), rate, events };
    return alarms ? { ...state, alarms } : state;
  }
  if (!isSchoolSnapshot(message)) throw new Error('a room is the overview or a school');
  const { condition, devices, readings, gateways } = message.state;
  return {
    room: message.room,
    sequence,
    at,
    condition,
    devices: keyed(devices, byDevice),
    readings: keyed(readings, seriesKey),
    gateways: keyed(gateways, byGateway),
  };
}

/** The same map when there is nothing to put in or take out. */
function replaced<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  values: readonly Value[],
  keyOf: (value: Value) => Key,
  removed: readonly Key[] = [],
): ReadonlyMap<Key, Value> {
  if (values.length === 0 && removed.length === 0) return map;
  const next = new Map(map);
  for (const key of removed) next.delete(key);
  for (const value of values) next.set(keyOf(value), value);
  return next;
}

/** An event that is known already is not told twice: a snapshot may be ahead of the changes that follow it. */
function withEvents(known: readonly OperationsEvent[], fresh: readonly OperationsEvent[]): readonly OperationsEvent[] {
  if (fresh.length === 0) return known;
  const ids = new Set(known.map((event) => event.id));
  return [...fresh.filter((event) => !ids.has(event.id)), ...known].slice(0, MAX_LIVE_EVENTS);
}

export function applyChanges(state: OverviewView, message: Changes): Applied<OverviewView>;
export function applyChanges(state: SchoolView, message: Changes): Applied<SchoolView>;
export function applyChanges(state: LiveView, message: Changes): Applied<LiveView>;
export function applyChanges(state: LiveView, message: Changes): Applied<LiveView> {
  const { sequence, at } = message;
  if (message.room !== state.room || sequence !== state.sequence + 1) return { gap: true };
  if (state.room === 'overview') {
    if (!isOverviewChanges(message)) return { gap: true };
    const { schools, removed, rate, events, alarms = state.alarms } = message.changes;
    return {
      state: {
        room: state.room,
        sequence,
        at,
        schools: replaced(state.schools, schools, bySchool, removed),
        rate,
        events: withEvents(state.events, events),
        ...(alarms && { alarms }),
      },
    };
  }
  if (!isSchoolChanges(message)) return { gap: true };
  const { condition, devices, readings, gateways } = message.changes;
  return {
    state: {
      room: state.room,
      sequence,
      at,
      condition: condition ?? state.condition,
      devices: replaced(state.devices, devices, byDevice),
      readings: replaced(state.readings, readings, seriesKey),
      gateways: replaced(state.gateways, gateways, byGateway),
    },
  };
}
