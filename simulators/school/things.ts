/** Which model stands behind which device of a school. */
import type { Device } from '../../contracts/device.ts';
import type { Level, Room, School } from '../../contracts/places.ts';
import { demoKindOf } from '../demo/kinds.ts';
import type { FaultBook, FaultKind } from '../faults.ts';
import { createRandom } from '../random.ts';
import type { SchoolClock } from './clock.ts';
import { createPeopleCounter } from './counter.ts';
import { createFridge } from './fridge.ts';
import { createGasDetector, createSmokeDetector } from './hazards.ts';
import { createMeter } from './meter.ts';
import type { Model } from './model.ts';
import { createRoom } from './room.ts';
import { timetableOf } from './timetable.ts';

/** Pupils of one class, and the carbon dioxide one of them breathes out, by age. */
const CLASS: Record<Level, { readonly size: number; readonly litresPerSecond: number }> = {
  mam_non: { size: 27, litresPerSecond: 0.0028 },
  tieu_hoc: { size: 35, litresPerSecond: 0.0036 },
  thcs: { size: 41, litresPerSecond: 0.0044 },
  thpt: { size: 42, litresPerSecond: 0.005 },
  gdtx: { size: 38, litresPerSecond: 0.005 },
  lien_cap: { size: 36, litresPerSecond: 0.004 },
};
const SLEEPERS = 60;
const LIBRARY_SEATS = 45;
const KITCHEN_FRIDGE = { target: 2.8, openingsPerHour: 3 };
const MEDICINE_FRIDGE = { target: 4.6, openingsPerHour: 0.4 };

/** A gate says that it is there; what passes through it are scans. */
const GATE_STATE: Model = {
  advance: () => undefined,
  measure: () => [{ metric: 'online', value: true }],
};

export function createThing(of: {
  readonly device: Device;
  readonly room: Room | undefined;
  readonly school: School;
  readonly rooms: readonly Room[];
  readonly clock: SchoolClock;
  readonly startAt: number;
  readonly faults: FaultBook;
  readonly seed: number;
}): Model | undefined {
  const { device, room, school, clock, startAt, faults } = of;
  const random = createRandom(of.seed, school.id, device.id);
  const timetable = timetableOf(school.level);
  const during = (kind: FaultKind) => (t: number) => faults.find(kind, t, device.id) !== undefined;

  const part = demoKindOf(device.kind);
  switch (part) {
    case 'air': {
      const { size, litresPerSecond } = CLASS[school.level];
      const asleep = room?.kind === 'dormitory';
      return createRoom({
        random,
        clock,
        startAt,
        course: asleep ? timetable.dormitory : room?.kind === 'lab' ? timetable.lab : timetable.classroom,
        capacity: asleep ? SLEEPERS : size + random.integer(-3, 3),
        litresPerSecond,
        asleep,
        windowsShut: during('windows-shut'),
      });
    }
    case 'gas':
      return createGasDetector({ random, startAt, leaking: during('gas-leak') });
    case 'smoke':
      return createSmokeDetector({ random, smoking: during('smoke') });
    case 'fridge':
      return createFridge({ random, clock, startAt, ...KITCHEN_FRIDGE, ajar: during('fridge-ajar') });
    case 'medicine':
      return createFridge({ random, clock, startAt, ...MEDICINE_FRIDGE, ajar: during('fridge-ajar') });
    case 'meter':
      return createMeter({
        random,
        clock,
        startAt,
        timetable,
        classrooms: of.rooms.filter((other) => other.kind === 'classroom').length,
        hasKitchen: of.rooms.some((other) => other.kind === 'kitchen'),
      });
    case 'counter':
      return createPeopleCounter({ random, clock, startAt, course: timetable.library, capacity: LIBRARY_SEATS });
    case 'gate':
      return GATE_STATE;
    case undefined:
      return undefined;
  }
}
