/** One school through simulated time: asks its models at each device's moments and lets people through its gates. */
import type { Device } from '../../contracts/device.ts';
import type { DeviceId } from '../../contracts/ids.ts';
import type { Room, School } from '../../contracts/places.ts';
import { demoKindOf } from '../demo/kinds.ts';
import { pupilCount, staffCount } from '../demo/people.ts';
import type { FaultBook } from '../faults.ts';
import { createRandom } from '../random.ts';
import type { SchoolClock } from './clock.ts';
import { type Passage, passagesOfDay } from './gate.ts';
import type { Measured, Model } from './model.ts';
import { createSensor } from './sensor.ts';
import { createThing } from './things.ts';
import { timetableOf } from './timetable.ts';

/** Something a device sends. `at`: simulated ms since the start of the run, whole. */
export type Emission =
  | {
      readonly type: 'readings';
      readonly at: number;
      readonly device: DeviceId;
      readonly values: readonly Measured[];
    }
  | {
      readonly type: 'scans';
      readonly at: number;
      readonly gate: DeviceId;
      readonly passages: readonly [Passage, ...Passage[]];
    };

export interface SchoolDay {
  /** Everything sent until `t` that was not returned before, each device in order of time. `t` never goes back. */
  advance(t: number): Emission[];
}

/** Real terminals send a handful of passages at once; more only after an outage. */
const MAX_SCANS_PER_MESSAGE = 50;

export interface SchoolDayOptions {
  readonly school: School;
  readonly rooms: readonly Room[];
  readonly devices: readonly Device[];
  readonly seed: number;
  readonly clock: SchoolClock;
  readonly faults: FaultBook;
  readonly readingIntervalMs: number;
  /** A gate sends what passed at this interval. */
  readonly gateIntervalMs: number;
  readonly cardShare: number;
  /** Share of the people who come on a day; 1 on an ordinary one. */
  readonly moving: (day: number) => number;
  /** At most 0: models live through this time before the first reading. */
  readonly startAt: number;
  /** Passages of the warm-up are sent when the run starts, as a gateway does that was off. */
  readonly sendWarmUpPassages: boolean;
}

interface Thing {
  readonly device: DeviceId;
  readonly model: Model;
  readonly sense: ReturnType<typeof createSensor>;
  nextAt: number;
}

export function createSchoolDay(options: SchoolDayOptions): SchoolDay {
  const { school, rooms, devices, seed, clock, faults, startAt } = options;
  const things = devices.flatMap((device): Thing[] => {
    const room = rooms.find((other) => other.id === device.room);
    const model = createThing({ device, room, school, rooms, clock, startAt, faults, seed });
    if (!model) return [];
    // Devices of a school do not speak in chorus.
    const phase = Math.floor(createRandom(seed, school.id, device.id, 'phase').next() * options.readingIntervalMs);
    return [{ device: device.id, model, sense: createSensor(device.id, faults), nextAt: phase }];
  });
  const gates = devices.filter((device) => demoKindOf(device.kind) === 'gate').map((device) => device.id);
  const sendGatesAt = createGates({ ...options, gates });

  function advanceThing(thing: Thing, t: number, emissions: Emission[]): void {
    for (; thing.nextAt <= t; thing.nextAt += options.readingIntervalMs) {
      const at = thing.nextAt;
      thing.model.advance(at);
      if (faults.find('power-cut', at)) continue;
      const values = thing.sense(thing.model.measure(), at);
      if (values) emissions.push({ type: 'readings', at, device: thing.device, values });
    }
  }

  return {
    advance(t) {
      const emissions: Emission[] = [];
      for (const thing of things) advanceThing(thing, t, emissions);
      sendGatesAt(t, emissions);
      return emissions;
    },
  };
}

function createGates(options: SchoolDayOptions & { readonly gates: readonly DeviceId[] }) {
  const { school, seed, clock, faults, gates } = options;
  const crowd = { pupils: pupilCount(school), staff: staffCount(school), cardShare: options.cardShare };
  const timetable = timetableOf(school.level);
  let day = clock.at(options.startAt).day;
  let today = passagesOf(day);
  let next = 0;
  let nextSendAt = 0;

  function passagesOf(ofDay: number): Passage[] {
    const moving = options.moving(ofDay);
    return passagesOfDay({ seed: [seed, school.id], day: ofDay, clock, timetable, crowd, moving });
  }

  /** Passages until `t`, by gate: everybody has a usual one. */
  function collect(t: number): Passage[][] {
    const perGate: Passage[][] = gates.map(() => []);
    for (;;) {
      const passage = today[next];
      if (passage === undefined) {
        // A day is over when its last minute is, not when its last passage is.
        if (clock.at(t).day <= day) return perGate;
        day++;
        today = passagesOf(day);
        next = 0;
        continue;
      }
      if (passage.at > t) return perGate;
      next++;
      const wanted = passage.at >= 0 || options.sendWarmUpPassages;
      if (wanted && !faults.find('power-cut', passage.at)) perGate[passage.person % gates.length]?.push(passage);
    }
  }

  return (t: number, emissions: Emission[]): void => {
    if (gates.length === 0) return;
    for (; nextSendAt <= t; nextSendAt += options.gateIntervalMs) {
      const perGate = collect(nextSendAt);
      for (const [index, gate] of gates.entries()) {
        const passed = perGate[index] ?? [];
        for (let from = 0; from < passed.length; from += MAX_SCANS_PER_MESSAGE) {
          const [first, ...rest] = passed.slice(from, from + MAX_SCANS_PER_MESSAGE);
          if (first) emissions.push({ type: 'scans', at: nextSendAt, gate, passages: [first, ...rest] });
        }
      }
    }
  };
}
