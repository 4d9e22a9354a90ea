import { hm } from '../school/clock.ts';
import {
  ALWAYS,
  deviceFaults,
  devicesOf,
  minutes,
  ORDINARY,
  percentOf,
  type Scenario,
  sample,
  schoolFaults,
} from './scenario.ts';

export const schoolDay: Scenario = {
  ...ORDINARY,
  id: 'school-day',
  summary: 'a whole day from 06:15 to 17:15 with the small mishaps of every day',
  startMinute: hm(6, 15),
  warmUpMinutes: 15,
  minutes: 660,
  faults: (demo, random) => [
    ...deviceFaults('windows-shut', sample(devicesOf(demo, 'air'), percentOf(demo, 6), random), ALWAYS),
    ...deviceFaults('fridge-ajar', sample(devicesOf(demo, 'fridge'), 1, random), {
      from: minutes(150),
      to: minutes(210),
    }),
    ...deviceFaults('gas-leak', sample(devicesOf(demo, 'gas'), 1, random), { from: minutes(222), to: minutes(231) }),
    ...deviceFaults('smoke', sample(devicesOf(demo, 'smoke'), random.chance(0.2) ? 1 : 0, random), {
      from: minutes(260),
      to: minutes(264),
    }),
    ...schoolFaults('line-lost', sample(demo.schools, percentOf(demo, 3), random), {
      from: minutes(95),
      to: minutes(125),
    }),
    ...schoolFaults('duplicates', sample(demo.schools, percentOf(demo, 3), random), ALWAYS),
    ...schoolFaults('clock-skew', sample(demo.schools, percentOf(demo, 3), random), { ...ALWAYS, skewMs: -40_000 }),
    ...schoolFaults('clock-skew', sample(demo.schools, 1, random), { ...ALWAYS, skewMs: 25_000 }),
  ],
};
