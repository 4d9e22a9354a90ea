/** A small world for the tests of this folder and of the live server: a feed to speak on and a clock to turn. */
import type { Device } from '../../contracts/device.ts';
import type { Feed, FeedBatch } from '../../contracts/feed.ts';
import {
  type DeviceId,
  deviceId,
  type GatewayId,
  gatewayId,
  roomId,
  type SchoolId,
  schoolId,
} from '../../contracts/ids.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { Scan } from '../../contracts/scan.ts';
import { judge } from '../../devices/judge.ts';
import type { DeviceKind } from '../../devices/kind.ts';
import { createRegistry } from '../../devices/registry.ts';
import { type ConditionService, createConditionService } from './conditionService.ts';

/** 07:00 in Viet Nam. */
export const MORNING = Date.UTC(2026, 10, 23, 0);
export const MINUTE = 60_000;

export const A: SchoolId = schoolId.parse('an-binh');
export const B: SchoolId = schoolId.parse('hoa-phu');
export const C: SchoolId = schoolId.parse('tan-an');
export const SCHOOLS: readonly SchoolId[] = [A, B, C];
export const GATEWAY: GatewayId = gatewayId.parse('gw');
export const ROOM = roomId.parse('p1');
export const AIR: DeviceId = deviceId.parse('air');
export const DOOR: DeviceId = deviceId.parse('door');
export const GATE: DeviceId = deviceId.parse('gate');

const limit = { direction: 'above', source: 'test' } as const;
const words = { vi: 'Thử', en: 'Test' };
const KINDS: readonly DeviceKind[] = [
  {
    id: 'air',
    words,
    metrics: ['co2'],
    limits: {
      co2: [
        { ...limit, condition: 'warning', raise: 1_000, clear: 900 },
        { ...limit, condition: 'danger', raise: 2_000, clear: 1_800 },
      ],
    },
    expectedIntervalMs: MINUTE,
    rooms: ['classroom'],
  },
  { id: 'door', words, metrics: ['opening'], limits: {}, expectedIntervalMs: null, rooms: ['other'] },
];
export const kinds = {
  kindById: (id: string) => KINDS.find((kind) => kind.id === id),
  guessKind: (metrics: ReadonlySet<string>) => KINDS.find((kind) => metrics.has(kind.metrics[0])),
  judge,
};

export function deviceRecord(school: SchoolId, id: DeviceId, over: Partial<Device> = {}): Device {
  return {
    id,
    school,
    enrolment: 'enrolled',
    kind: id === GATE ? 'door' : id,
    room: ROOM,
    gateway: GATEWAY,
    codec: null,
    model: null,
    options: {},
    firstSeenAt: null,
    ...over,
  };
}

export function reading(school: SchoolId, at: number, value: number, over: Partial<Reading> = {}): Reading {
  return { school, device: AIR, sensor: '', metric: 'co2', value, measuredAt: at, receivedAt: at, flags: 0, ...over };
}

export function scan(school: SchoolId, id: string, at: number, direction: Scan['direction'] = 'in'): Scan {
  return {
    id,
    school,
    gate: GATE,
    at,
    receivedAt: at,
    credentialType: 'rfid',
    credential: id,
    direction,
    flags: 0,
  };
}

export interface World {
  readonly service: ConditionService;
  readonly now: () => number;
  /** Turns the clock, one tick a second as the timer would. */
  pass(ms: number): void;
  /** Moves the clock without a tick. */
  jump(ms: number): void;
  say(batch: Partial<FeedBatch>): void;
}

export function createWorld(
  options: {
    readonly schools?: readonly SchoolId[];
    readonly devices?: readonly Device[];
    readonly readings?: readonly Reading[];
    readonly scans?: readonly Scan[];
  } = {},
): World {
  const schools = options.schools ?? SCHOOLS;
  let now = MORNING;
  const listeners = new Set<(batch: FeedBatch) => void>();
  const feed: Feed = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const service = createConditionService({
    registry: createRegistry(options.devices ?? schools.map((school) => deviceRecord(school, AIR))),
    kinds,
    feed,
    clock: { now: () => now },
    timeZone: 'Asia/Ho_Chi_Minh',
    initial: {
      readings: options.readings ?? [],
      schools: schools.map((id) => ({ id })),
      gateways: schools.map((school) => ({ school, id: GATEWAY })),
      scans: options.scans ?? [],
    },
    rate: () => ({ messagesPerSecond: 1, readingsPerSecond: 2, pending: 0, quarantined: 0 }),
  });
  return {
    service,
    now: () => now,
    pass(ms) {
      for (const end = now + ms; now < end; ) {
        now = Math.min(end, now + 1_000);
        service.tick(now);
      }
    },
    jump(ms) {
      now += ms;
    },
    say(batch) {
      const nothing = { readings: [], scans: [], gateways: [], devices: [], registered: [], refused: [] };
      for (const listener of listeners) listener({ ...nothing, ...batch });
    },
  };
}
