/** All kinds of things, and how to recognise one from what it measures. */
import type { MetricId } from '../../contracts/metrics.ts';
import type { DeviceKind } from '../kind.ts';
import { classroomAir } from './classroom_air.ts';
import { climate } from './climate.ts';
import { doorContact } from './door_contact.ts';
import { dust } from './dust.ts';
import { energyMeter } from './energy_meter.ts';
import { foodFridge } from './food_fridge.ts';
import { gate } from './gate.ts';
import { generic } from './generic.ts';
import { labGas } from './lab_gas.ts';
import { leak } from './leak.ts';
import { light } from './light.ts';
import { noise } from './noise.ts';
import { occupancy } from './occupancy.ts';
import { peopleCounter } from './people_counter.ts';
import { plug } from './plug.ts';
import { smoke } from './smoke.ts';
import { vaccineFridge } from './vaccine_fridge.ts';

export const kinds: readonly DeviceKind[] = [
  classroomAir,
  climate,
  light,
  noise,
  labGas,
  smoke,
  leak,
  foodFridge,
  vaccineFridge,
  dust,
  energyMeter,
  plug,
  doorContact,
  occupancy,
  peopleCounter,
  gate,
  generic,
];

const byId: ReadonlyMap<string, DeviceKind> = new Map(kinds.map((kind) => [kind.id, kind]));

export function kindById(id: string): DeviceKind | undefined {
  return byId.get(id);
}

/**
 * From the telling metric to the kind, the most telling first. A refrigerator is not here: it measures a temperature
 * like any other sensor, only a person can say that it stands in one.
 */
const TELLING: readonly (readonly [DeviceKind, readonly MetricId[]])[] = [
  [smoke, ['smoke_alarm']],
  [labGas, ['gas_alarm', 'gas_lel', 'co', 'h2s', 'nh3', 'o2']],
  [leak, ['leak_alarm']],
  [peopleCounter, ['people_count', 'people_in', 'people_out', 'people_in_total', 'people_out_total']],
  [classroomAir, ['co2']],
  [dust, ['pm25', 'pm10', 'pm1']],
  [noise, ['sound_level']],
  [doorContact, ['opening']],
  [plug, ['switch_on']],
  [energyMeter, ['energy', 'power', 'current', 'voltage']],
  // A motion sensor also measures light; a climate sensor seldom sees people.
  [occupancy, ['occupancy']],
  [climate, ['temperature', 'humidity']],
  [light, ['illuminance']],
];

/** The kind a device is most likely to be; undefined while it has said nothing telling (battery, signal). */
export function guessKind(metrics: ReadonlySet<MetricId>): DeviceKind | undefined {
  for (const [kind, telling] of TELLING) if (telling.some((metric) => metrics.has(metric))) return kind;
  return metrics.has('measurement') || metrics.has('signal') ? generic : undefined;
}
