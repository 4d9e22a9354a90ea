/**
 * What is known of every school, device, series and gateway, in memory. Entries are changed in place by the folds of
 * this folder and by nobody else; what leaves the folder is made by views.ts and never changes.
 */
import type { Device, Liveness } from '../../contracts/device.ts';
import type { DeviceId, GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { Condition, OverLimit, SchoolCondition } from '../../contracts/live.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { DeviceKind } from '../../devices/kind.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import type { ClockSkew } from './clockSkew.ts';

export interface SeriesEntry {
  readonly device: DeviceEntry;
  reading: Reading;
  judged: Exclude<Condition, 'no_data'>;
  /** measuredAt of the first value over the limit without one below since. */
  overSince: number;
}

export interface DeviceEntry {
  readonly id: DeviceId;
  readonly school: SchoolEntry;
  record: Device | undefined;
  kind: DeviceKind | undefined;
  /** By metric, or metric/sensor. */
  readonly series: Map<string, SeriesEntry>;
  lastHeardAt: number | null;
  /** Its own last will. */
  lastOfflineAt: number | null;
  lastMeasuredAt: number | null;
  liveness: Liveness;
  /** Written by the due buckets. */
  dueSecond: number | null;
}

export interface GatewayEntry {
  readonly id: GatewayId;
  onlineAt: number | null;
  offlineAt: number | null;
  /** When its present state began. */
  since: number | null;
  /** How long it was away before it came back; null: it was never seen going. */
  outageMs: number | null;
  skew: ClockSkew | null;
}

/** What changed inside a school since it was last taken. */
export interface Touched {
  readonly devices: Set<DeviceEntry>;
  readonly series: Set<SeriesEntry>;
  readonly gateways: Set<GatewayEntry>;
}

export interface SchoolEntry {
  readonly id: SchoolId;
  readonly devices: Map<DeviceId, DeviceEntry>;
  readonly gateways: Map<GatewayId, GatewayEntry>;
  /** Series over a limit, whether or not it still counts. */
  readonly over: Set<SeriesEntry>;
  readonly counts: Record<Liveness, number>;
  readonly arrivals: Arrivals;
  lastMeasuredAt: number | null;
  /** True from "school silent" until "school back". */
  fellSilent: boolean;
  /** The line as last computed; stale while the school is in Book.stale. */
  line: SchoolCondition;
  /** The over-limit list must be built again. */
  overChanged: boolean;
  /** The line as the overview last got it, undefined before the first time. */
  publishedLine: SchoolCondition | undefined;
  /** The line as the school's own room last got it. */
  takenLine: SchoolCondition | undefined;
}

export function isRetired(device: DeviceEntry): boolean {
  return device.record?.enrolment === 'retired';
}

/** A technician sets the option `maintenance` while a device is being worked on. */
export function isInMaintenance(device: DeviceEntry): boolean {
  return device.record?.options['maintenance'] === true;
}

export function gatewayStateOf(gateway: Pick<GatewayEntry, 'onlineAt' | 'offlineAt'>): 'online' | 'offline' | 'never' {
  const { onlineAt, offlineAt } = gateway;
  if (offlineAt === null) return onlineAt === null ? 'never' : 'online';
  // at a takeover the old connection ends in the millisecond in which the new one begins
  return onlineAt !== null && onlineAt >= offlineAt ? 'online' : 'offline';
}

export interface Book {
  readonly schools: ReadonlyMap<SchoolId, SchoolEntry>;
  school(id: SchoolId): SchoolEntry;
  device(school: SchoolEntry, id: DeviceId): DeviceEntry;
  gateway(school: SchoolEntry, id: GatewayId): GatewayEntry;
  /** Schools whose line is older than what is known. */
  readonly stale: Set<SchoolEntry>;
  /** Schools that lost a gateway, or whose devices went out of service or came back. */
  readonly reduced: Set<SchoolId>;
  /** Marks the school as changed and returns where to note what changed. */
  touch(school: SchoolEntry): Touched;
  /** Hands over what was touched and begins anew. */
  takeTouched(): ReadonlyMap<SchoolEntry, Touched>;
}

const NO_DEVICES: Readonly<Record<Liveness, number>> = {
  live: 0,
  late: 0,
  silent: 0,
  gateway_down: 0,
  maintenance: 0,
  never: 0,
};
const NOTHING_OVER: readonly OverLimit[] = [];

function emptyLine(school: SchoolId): SchoolCondition {
  return {
    school,
    condition: 'no_data',
    lastMeasuredAt: null,
    gateways: { online: 0, total: 0 },
    devices: NO_DEVICES,
    arrivals: null,
    overLimit: NOTHING_OVER,
    overLimitCount: 0,
  };
}

/** `recordOf` is asked for a device that is heard before anybody spoke of it. */
export function createBook(recordOf: (school: SchoolId, device: DeviceId) => Device | undefined): Book {
  const schools = new Map<SchoolId, SchoolEntry>();
  const stale = new Set<SchoolEntry>();
  let touched = new Map<SchoolEntry, Touched>();

  function touch(school: SchoolEntry): Touched {
    stale.add(school);
    const known = touched.get(school);
    if (known) return known;
    const parts = {
      devices: new Set<DeviceEntry>(),
      series: new Set<SeriesEntry>(),
      gateways: new Set<GatewayEntry>(),
    };
    touched.set(school, parts);
    return parts;
  }

  return {
    schools,
    stale,
    reduced: new Set(),
    touch,
    takeTouched() {
      const taken = touched;
      touched = new Map();
      return taken;
    },
    school(id) {
      let school = schools.get(id);
      if (!school) {
        school = {
          id,
          devices: new Map(),
          gateways: new Map(),
          over: new Set(),
          counts: { ...NO_DEVICES },
          arrivals: createArrivals(),
          lastMeasuredAt: null,
          fellSilent: false,
          line: emptyLine(id),
          overChanged: false,
          publishedLine: undefined,
          takenLine: undefined,
        };
        schools.set(id, school);
        touch(school);
      }
      return school;
    },
    device(school, id) {
      let device = school.devices.get(id);
      if (!device) {
        device = {
          id,
          school,
          record: recordOf(school.id, id),
          kind: undefined,
          series: new Map(),
          lastHeardAt: null,
          lastOfflineAt: null,
          lastMeasuredAt: null,
          liveness: 'never',
          dueSecond: null,
        };
        school.devices.set(id, device);
        if (!isRetired(device)) school.counts.never++;
        touch(school).devices.add(device);
      }
      return device;
    },
    gateway(school, id) {
      let gateway = school.gateways.get(id);
      if (!gateway) {
        gateway = {
          id,
          onlineAt: null,
          offlineAt: null,
          since: null,
          outageMs: null,
          skew: null,
        };
        school.gateways.set(id, gateway);
        touch(school).gateways.add(gateway);
      }
      return gateway;
    },
  };
}
