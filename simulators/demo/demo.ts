/** The fictional data set of the demonstration, simulator and benchmarks: the same seed gives the same schools. */
import type { Device } from '../../contracts/device.ts';
import { type GatewayId, gatewayId, type SchoolId } from '../../contracts/ids.ts';
import type { Area, Room, School } from '../../contracts/places.ts';
import { createRandom } from '../random.ts';
import { type DemoAccount, demoAccounts } from './accounts.ts';
import { demoAreas } from './areas.ts';
import { equip } from './equipment.ts';
import { buildSchools } from './schools.ts';

export interface Demo {
  readonly seed: number;
  readonly areas: readonly Area[];
  readonly schools: readonly School[];
  readonly rooms: readonly Room[];
  readonly devices: readonly Device[];
  readonly gateways: readonly { readonly school: SchoolId; readonly gateway: GatewayId }[];
  readonly demoAccounts: readonly DemoAccount[];
}

export const DEMO_SCHOOLS = 57;
export const MAX_DEMO_SCHOOLS = 10_000;
const GATEWAY = gatewayId.parse('gw-1');

/** Throws a RangeError for a number of schools outside 1 … 10,000. */
export function buildDemo(seed: number, options: { readonly schools: number } = { schools: DEMO_SCHOOLS }): Demo {
  const count = options.schools;
  if (!Number.isInteger(count) || count < 1 || count > MAX_DEMO_SCHOOLS)
    throw new RangeError(`number of schools: expected a whole number from 1 to ${MAX_DEMO_SCHOOLS}, got ${count}`);

  const built = buildSchools(seed, count);
  const equipment = built.map(({ school, level, classrooms }) =>
    equip({ school, level, classrooms, gateway: GATEWAY, random: createRandom(seed, school.id, 'equipment') }),
  );
  const schools = built.map(({ school }) => school);
  return {
    seed,
    areas: demoAreas(),
    schools,
    rooms: equipment.flatMap(({ rooms }) => rooms),
    devices: equipment.flatMap(({ devices }) => devices),
    gateways: schools.map((school) => ({ school: school.id, gateway: GATEWAY })),
    demoAccounts: demoAccounts(schools[0]),
  };
}
