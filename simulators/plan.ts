/** What a run will be, before anything runs: each school with its things and its faults. */
import type { Device } from '../contracts/device.ts';
import type { GatewayId, SchoolId } from '../contracts/ids.ts';
import type { Room, School } from '../contracts/places.ts';
import type { Demo } from './demo/demo.ts';
import type { Fault } from './faults.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Stamp } from './stamp.ts';
import type { TruthFault } from './truth.ts';

export interface SchoolPlan {
  readonly school: School;
  readonly gateway: GatewayId;
  readonly rooms: readonly Room[];
  readonly devices: readonly Device[];
  readonly faults: readonly Fault[];
}

export interface RunPlan {
  readonly faults: readonly Fault[];
  /** Schools that never report are left out. */
  readonly schools: readonly SchoolPlan[];
}

export function planRun(demo: Demo, scenario: Scenario, seed: number): RunPlan {
  const faults = scenario.faults(demo, createRandom(seed, scenario.id, 'faults'));
  const faultsOf = groupBySchool(faults);
  const roomsOf = groupBySchool(demo.rooms);
  const devicesOf = groupBySchool(demo.devices);
  const gateways = new Map(demo.gateways.map(({ school, gateway }) => [school, gateway]));

  const schools = demo.schools.flatMap((school): SchoolPlan[] => {
    const ownFaults = faultsOf.get(school.id) ?? [];
    const gateway = gateways.get(school.id);
    if (!gateway || ownFaults.some(({ kind }) => kind === 'never-reports')) return [];
    return [
      {
        school,
        gateway,
        rooms: roomsOf.get(school.id) ?? [],
        devices: devicesOf.get(school.id) ?? [],
        faults: ownFaults,
      },
    ];
  });
  return { faults, schools };
}

function groupBySchool<Item extends { readonly school: SchoolId }>(items: readonly Item[]): Map<SchoolId, Item[]> {
  const groups = new Map<SchoolId, Item[]>();
  for (const item of items) {
    const group = groups.get(item.school);
    if (group) group.push(item);
    else groups.set(item.school, [item]);
  }
  return groups;
}

/** A fault in the words of the truth file: wall times instead of simulated ones. `startAt`: beginning of the warm-up. */
export function truthOf(fault: Fault, stamp: Stamp, startAt: number): TruthFault {
  const from = stamp.at(Math.max(fault.from, startAt));
  const everyMs = fault.everyMs === undefined ? null : stamp.at(fault.everyMs) - stamp.at(0);
  return {
    type: 'fault',
    kind: fault.kind,
    school: fault.school,
    device: fault.device,
    from,
    to: Number.isFinite(fault.to) ? stamp.at(fault.to) : null,
    everyMs,
    skewMs: fault.skewMs ?? null,
  };
}
