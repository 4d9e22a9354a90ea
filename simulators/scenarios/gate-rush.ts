import { hm } from '../school/clock.ts';
import { ALWAYS, ORDINARY, percentOf, type Scenario, sample, schoolFaults } from './scenario.ts';

export const gateRush: Scenario = {
  ...ORDINARY,
  id: 'gate-rush',
  summary: 'the wave through the gates from 06:25 to 07:40; some gateways send everything twice',
  startMinute: hm(6, 25),
  warmUpMinutes: 10,
  minutes: 75,
  gateIntervalMs: 1_000,
  faults: (demo, random) => schoolFaults('duplicates', sample(demo.schools, percentOf(demo, 10), random), ALWAYS),
};
