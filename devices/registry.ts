/** Which device is which kind, in which room: the registry's copy in memory. The records store is its durable side. */
import type { Device } from '../contracts/device.ts';
import type { DeviceId, SchoolId } from '../contracts/ids.ts';

export interface Registry {
  get(school: SchoolId, id: DeviceId): Device | undefined;
  ofSchool(school: SchoolId): Iterable<Device>;
  all(): Iterable<Device>;
  /** Adds or replaces. The caller has stored it, or will. */
  put(device: Device): void;
}

export function createRegistry(devices: Iterable<Device> = []): Registry {
  const schools = new Map<SchoolId, Map<DeviceId, Device>>();

  function put(device: Device): void {
    let ofSchool = schools.get(device.school);
    if (!ofSchool) {
      ofSchool = new Map();
      schools.set(device.school, ofSchool);
    }
    ofSchool.set(device.id, device);
  }
  for (const device of devices) put(device);

  return {
    get: (school, id) => schools.get(school)?.get(id),
    ofSchool: (school) => schools.get(school)?.values() ?? [],
    *all() {
      for (const ofSchool of schools.values()) yield* ofSchool.values();
    },
    put,
  };
}
