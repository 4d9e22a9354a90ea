import type { FaultKind } from '../faults.ts';
import { hm } from '../school/clock.ts';
import { deviceFaults, devicesOf, minutes, ORDINARY, percentOf, type Scenario, sample } from './scenario.ts';

const BROKEN: readonly FaultKind[] = ['stuck', 'drift', 'impossible', 'silent'];

export const brokenSensor: Scenario = {
  ...ORDINARY,
  id: 'broken-sensor',
  summary: 'from the fifth minute on, classroom sensors are stuck, drift, send nonsense or fall silent',
  startMinute: hm(7, 30),
  warmUpMinutes: 75,
  minutes: 60,
  faults(demo, random) {
    const perKind = percentOf(demo, 2);
    const devices = sample(devicesOf(demo, 'air'), BROKEN.length * perKind, random);
    return BROKEN.flatMap((kind, index) =>
      deviceFaults(kind, devices.slice(index * perKind, (index + 1) * perKind), {
        from: minutes(5),
        to: Number.POSITIVE_INFINITY,
      }),
    );
  },
};
