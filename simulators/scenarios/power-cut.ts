import { hm } from '../school/clock.ts';
import { minutes, ORDINARY, type Scenario, schoolFaults } from './scenario.ts';

export const powerCut: Scenario = {
  ...ORDINARY,
  id: 'power-cut',
  summary: 'no power anywhere from the 3rd to the 5th minute, then every gateway comes back in the same second',
  startMinute: hm(9, 40),
  warmUpMinutes: 180,
  minutes: 10,
  faults: (demo) => schoolFaults('power-cut', demo.schools, { from: minutes(3), to: minutes(5) }),
};
