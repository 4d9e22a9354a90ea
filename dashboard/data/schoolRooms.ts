/** The devices of a school by room: rooms with a value over its limit first, what has no room yet at the end. */
import type { DeviceId, RoomId } from '../../contracts/ids.ts';
import type { LiveDevice, LiveReading, OverLimit } from '../../contracts/live.ts';
import type { SchoolView } from '../../contracts/liveFold.ts';
import { isMetric, METRIC_IDS, type MetricId } from '../../contracts/metrics.ts';
import type { Room } from '../../contracts/places.ts';
import type { DeviceKind } from '../../devices/kind.ts';
import { byName } from '../words/search.ts';
import { rankOf } from './conditions.ts';
import { kindOf } from './deviceKinds.ts';

export interface DeviceGroup {
  readonly device: LiveDevice;
  readonly kind: DeviceKind | undefined;
  readonly readings: readonly LiveReading[];
}

export interface RoomGroup {
  /** null: the devices nobody has given a room. */
  readonly room: Room | null;
  readonly devices: readonly DeviceGroup[];
}

/** What the kind measures comes first, in its order; battery and signal last. */
function byImportance(kind: DeviceKind | undefined) {
  const place = (metric: MetricId) => {
    const own = kind?.metrics.indexOf(metric) ?? -1;
    return own >= 0 ? own : 100 + METRIC_IDS.indexOf(metric);
  };
  return (one: LiveReading, other: LiveReading) =>
    place(one.metric) - place(other.metric) || byName(one.sensor, other.sensor);
}

export function arrangeRooms(known: {
  readonly devices: ReadonlyMap<DeviceId, LiveDevice>;
  readonly readings: ReadonlyMap<string, LiveReading>;
  readonly rooms: readonly Room[];
  readonly overLimit: readonly OverLimit[];
}): readonly RoomGroup[] {
  const readingsOf = new Map<DeviceId, LiveReading[]>();
  for (const reading of known.readings.values()) {
    const list = readingsOf.get(reading.device);
    if (list) list.push(reading);
    else readingsOf.set(reading.device, [reading]);
  }
  const rooms = new Map<RoomId, Room>(known.rooms.map((room) => [room.id, room]));
  const groups = new Map<RoomId | null, DeviceGroup[]>();
  for (const device of known.devices.values()) {
    const readings = readingsOf.get(device.device) ?? [];
    const kind = kindOf(
      device.kind,
      readings.map(({ metric }) => metric),
    );
    // a room the registry does not know (any more) is no room
    const room = device.room !== null && rooms.has(device.room) ? device.room : null;
    const group = groups.get(room);
    const entry = { device, kind, readings: readings.sort(byImportance(kind)) };
    if (group) group.push(entry);
    else groups.set(room, [entry]);
  }
  const loudest = new Map<DeviceId, number>();
  for (const { device, condition } of known.overLimit)
    loudest.set(device, Math.max(loudest.get(device) ?? 0, rankOf(condition)));
  const loudness = ({ devices }: RoomGroup) =>
    Math.max(0, ...devices.map(({ device }) => loudest.get(device.device) ?? 0));
  return [...groups]
    .map(
      ([id, devices]): RoomGroup => ({
        room: id === null ? null : (rooms.get(id) ?? null),
        devices: devices.sort((one, other) => byName(one.device.device, other.device.device)),
      }),
    )
    .sort(
      (one, other) =>
        loudness(other) - loudness(one) ||
        Number(one.room === null) - Number(other.room === null) ||
        byName(one.room?.name ?? '', other.room?.name ?? ''),
    );
}

export interface PickedSeries {
  readonly device: DeviceId;
  readonly metric: MetricId;
  readonly sensor: string;
  readonly kind: DeviceKind | undefined;
}

/** The series the address asks for; without one the worst value, else the first. */
export function pickSeries(
  asked: {
    readonly device?: string | undefined;
    readonly metric?: string | undefined;
    readonly sensor?: string | undefined;
  },
  view: SchoolView,
  groups: readonly RoomGroup[],
): PickedSeries | null {
  const entries = groups.flatMap(({ devices }) => devices);
  const entryOf = (device: string) => entries.find((entry) => entry.device.device === device);
  if (asked.device !== undefined && asked.metric !== undefined && isMetric(asked.metric)) {
    const entry = entryOf(asked.device);
    if (entry)
      return { device: entry.device.device, metric: asked.metric, sensor: asked.sensor ?? '', kind: entry.kind };
  }
  const worst = view.condition.overLimit[0];
  if (worst) return { ...pick(worst), kind: entryOf(worst.device)?.kind };
  const first = entries.find(({ readings }) => readings.length > 0);
  const reading = first?.readings[0];
  return reading ? { ...pick(reading), kind: first?.kind } : null;
}

function pick({ device, metric, sensor }: Pick<LiveReading, 'device' | 'metric' | 'sensor'>) {
  return { device, metric, sensor };
}
