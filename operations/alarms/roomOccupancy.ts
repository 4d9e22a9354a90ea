/** Who is in which room now, from all sensors of the room. A device that stands in no room speaks for itself. */
import type { Device } from '../../contracts/device.ts';
import type { DeviceId, SchoolId } from '../../contracts/ids.ts';
import type { Reading } from '../../contracts/reading.ts';
import { type Occupancy, withOccupancy } from './occupancy.ts';

const NOBODY_KNOWS: Occupancy = {};
/** More sources than any room has sensors; a device that invents names must not fill the memory. */
const MAX_SOURCES = 64;

export interface Stand {
  readonly school: SchoolId;
  readonly id: DeviceId;
  readonly record: Pick<Device, 'room'> | undefined;
}

export interface Said {
  readonly at: number;
  readonly source: string;
  readonly occupied: boolean;
}

export interface RoomOccupancy {
  /** What it says about its room; undefined: it is not heard. */
  hear(stand: Stand, reading: Reading, now: number): Said | undefined;
  of(stand: Stand): Occupancy;
  isSamePlace(one: Stand, other: Stand): boolean;
}

export function tellsOccupancy({ metric }: Pick<Reading, 'metric'>): boolean {
  return metric === 'occupancy' || metric === 'people_count';
}

export function createRoomOccupancy(): RoomOccupancy {
  const rooms = new Map<string, Occupancy>();

  function placeOf({ school, id, record }: Stand): string {
    const room = record?.room ?? null;
    return room === null ? `${school}\n\n${id}` : `${school}\n${room}`;
  }

  return {
    hear(stand, { device, sensor, metric, measuredAt, value }, now) {
      const place = placeOf(stand);
      const before = rooms.get(place) ?? NOBODY_KNOWS;
      const source = `${device}\n${sensor}\n${metric}`;
      if (!Object.hasOwn(before, source) && Object.keys(before).length >= MAX_SOURCES) return undefined;
      const said = { at: Math.min(measuredAt, now), source, occupied: value > 0 };
      rooms.set(place, withOccupancy(before, said));
      return said;
    },
    of: (stand) => rooms.get(placeOf(stand)) ?? NOBODY_KNOWS,
    isSamePlace: (one, other) => placeOf(one) === placeOf(other),
  };
}
