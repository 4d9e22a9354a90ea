/** A scenario is data: when it begins, how long it lasts, what goes wrong. */
import type { Device } from '../../contracts/device.ts';
import type { Demo } from '../demo/demo.ts';
import { type DemoKind, demoKindOf } from '../demo/kinds.ts';
import type { Fault, FaultKind } from '../faults.ts';
import type { Random } from '../random.ts';

export interface Scenario {
  readonly id: string;
  /** One line for the help text. */
  readonly summary: string;
  /** Minute of the school day at which the run begins. */
  readonly startMinute: number;
  /** Part of the day that is repeated; absent: whole days. */
  readonly span?: readonly [from: number, to: number];
  /** The school lives this long before the run begins, so that rooms and fridges are in full swing. */
  readonly warmUpMinutes: number;
  readonly sendWarmUpPassages: boolean;
  /** Usual length, simulated. */
  readonly minutes: number;
  /** Simulated time between two messages of one device. */
  readonly readingIntervalMs: number;
  readonly gateIntervalMs: number;
  /** Share of the pupils who have a card. */
  readonly cardShare: number;
  readonly faults: (demo: Demo, random: Random) => readonly Fault[];
}

/** One message a minute of each device, passages every five seconds, everybody with a card. */
export const ORDINARY = {
  sendWarmUpPassages: false,
  readingIntervalMs: 60_000,
  gateIntervalMs: 5_000,
  cardShare: 1,
} as const;

export const minutes = (count: number): number => count * 60_000;

/** Up to `count` different items in random order. */
export function sample<Item>(items: readonly Item[], count: number, random: Random): Item[] {
  const rest = [...items];
  const taken: Item[] = [];
  while (taken.length < count && rest.length > 0) taken.push(...rest.splice(random.integer(0, rest.length - 1), 1));
  return taken;
}

export function devicesOf(demo: Demo, part: DemoKind): Device[] {
  return demo.devices.filter((device) => demoKindOf(device.kind) === part);
}

/** So many of every hundred schools, but at least one. */
export function percentOf(demo: Demo, percent: number): number {
  return Math.max(1, Math.round((demo.schools.length * percent) / 100));
}

type When = Pick<Fault, 'from' | 'to'> & Partial<Pick<Fault, 'everyMs' | 'skewMs'>>;

export function deviceFaults(kind: FaultKind, devices: readonly Device[], when: When): Fault[] {
  return devices.map((device) => ({ kind, school: device.school, device: device.id, ...when }));
}

export function schoolFaults(kind: FaultKind, schools: Demo['schools'], when: When): Fault[] {
  return schools.map((school) => ({ kind, school: school.id, device: null, ...when }));
}

export const ALWAYS = { from: Number.MIN_SAFE_INTEGER, to: Number.POSITIVE_INFINITY } as const;
