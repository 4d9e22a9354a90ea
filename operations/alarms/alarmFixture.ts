/** A small world for the tests of this folder: real records, a feed to speak on, a clock to turn, and restarts. */
import type { Device } from '../../contracts/device.ts';
import type { Feed, FeedBatch } from '../../contracts/feed.ts';
import {
  areaId,
  type DeviceId,
  deviceId,
  type GatewayId,
  gatewayId,
  roomId,
  type SchoolId,
  schoolId,
} from '../../contracts/ids.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import type { Reading } from '../../contracts/reading.ts';
import { judge } from '../../devices/judge.ts';
import { guessKind, kindById } from '../../devices/kinds/registry.ts';
import { createRegistry } from '../../devices/registry.ts';
import type { RecordsStore } from '../../store/records/port.ts';
import { type ConditionService, createConditionService } from '../condition/conditionService.ts';
import { type AlarmService, createAlarmService } from './alarmService.ts';

/** 08:00 in Viet Nam, a Monday. */
export const MORNING = Date.UTC(2026, 10, 23, 1);
export const MINUTE = 60_000;
export const SCHOOL: SchoolId = schoolId.parse('an-binh');
export const GATEWAY: GatewayId = gatewayId.parse('gw');
export const ROOM = roomId.parse('p1');
export const AIR: DeviceId = deviceId.parse('không khí');
export const SMOKE: DeviceId = deviceId.parse('khói');
const ZONE = 'Asia/Ho_Chi_Minh';

export function deviceRecord(school: SchoolId, id: DeviceId, over: Partial<Device> = {}): Device {
  return {
    id,
    school,
    enrolment: 'enrolled',
    kind: null,
    room: ROOM,
    gateway: GATEWAY,
    codec: null,
    model: null,
    options: {},
    firstSeenAt: null,
    ...over,
  };
}

export function reading(metric: MetricId, at: number, value: number, over: Partial<Reading> = {}): Reading {
  return {
    school: SCHOOL,
    device: metric === 'smoke_alarm' ? SMOKE : AIR,
    sensor: '',
    metric,
    value,
    measuredAt: at,
    receivedAt: at,
    flags: 0,
    ...over,
  };
}

export interface World {
  alarms(): AlarmService;
  condition(): ConditionService;
  readonly now: () => number;
  /** Turns the clock, one tick a second as the timers would. */
  pass(ms: number): void;
  jump(ms: number): void;
  say(batch: Partial<FeedBatch>): void;
  put(device: Device): void;
  stop(): Promise<void>;
  /** A new process on the same records. `after: 'kill'`: what was not written is lost. */
  restart(after: 'stop' | 'kill', stored?: readonly Reading[]): Promise<void>;
}

export async function createWorld(parts: {
  readonly records: RecordsStore;
  readonly schools?: readonly SchoolId[];
  readonly devices?: readonly Device[];
  readonly gateways?: readonly GatewayId[];
}): Promise<World> {
  const { records, schools = [SCHOOL], gateways = [GATEWAY] } = parts;
  const devices = parts.devices ?? [deviceRecord(SCHOOL, AIR), deviceRecord(SCHOOL, SMOKE)];
  await records.areas.put({
    id: areaId.parse('xa'),
    name: 'Xã',
    kind: 'commune',
    parent: null,
    validFrom: null,
    validTo: null,
  });
  await records.schools.putMany(
    schools.map((id) => ({
      id,
      name: id,
      level: 'thcs',
      area: areaId.parse('xa'),
      position: [106, 11],
      students: null,
      simulated: true,
    })),
  );
  await records.rooms.putMany(schools.map((school) => ({ id: ROOM, school, name: '6A1', kind: 'classroom' })));
  let now = MORNING;
  const registry = createRegistry(devices);
  const links = schools.flatMap((school) => gateways.map((id) => ({ school, id })));
  let process = build([]);

  function build(stored: readonly Reading[]) {
    const listeners = new Set<(batch: FeedBatch) => void>();
    const feed: Feed = {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const clock = { now: () => now };
    const disk = { isGone: false };
    const unlessGone = <Result>(write: () => Promise<Result>): Promise<Result> =>
      disk.isGone ? Promise.reject(new Error('the power is gone')) : write();
    const condition = createConditionService({
      registry,
      kinds: { kindById, guessKind, judge },
      feed,
      clock,
      timeZone: ZONE,
      initial: { readings: stored, schools: schools.map((id) => ({ id })), gateways: links },
      rate: () => ({ messagesPerSecond: 0, readingsPerSecond: 0, pending: 0, quarantined: 0 }),
    });
    const service = createAlarmService({
      records: {
        ...records,
        alarms: { ...records.alarms, save: (changes) => unlessGone(() => records.alarms.save(changes)) },
        settings: { ...records.settings, put: (name, value) => unlessGone(() => records.settings.put(name, value)) },
      },
      registry,
      guessKind,
      watch: condition,
      feed,
      clock,
      timeZone: ZONE,
      initial: { readings: stored, gateways: links },
      diskFreePercent: async () => undefined,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    return { listeners, condition, service, disk };
  }

  async function start(): Promise<void> {
    process.condition.start();
    await process.service.start();
  }
  await start();

  return {
    alarms: () => process.service,
    condition: () => process.condition,
    now: () => now,
    pass(ms) {
      for (const end = now + ms; now < end; ) {
        now = Math.min(end, now + 1_000);
        process.condition.tick(now);
        process.service.tick(now);
      }
    },
    jump(ms) {
      now += ms;
    },
    say(batch) {
      const nothing = { readings: [], scans: [], gateways: [], devices: [], registered: [], refused: [] };
      for (const listener of process.listeners) listener({ ...nothing, ...batch });
    },
    put(device) {
      registry.put(device);
      process.condition.deviceChanged(device);
      process.service.deviceChanged(device);
    },
    async stop() {
      process.condition.stop();
      await process.service.stop();
    },
    async restart(after, stored = []) {
      process.listeners.clear();
      process.condition.stop();
      process.disk.isGone = after === 'kill';
      await process.service.stop();
      process = build(stored);
      await start();
    },
  };
}
