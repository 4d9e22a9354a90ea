import { hm } from '../school/clock.ts';
import { ORDINARY, type Scenario } from './scenario.ts';

export const quietNight: Scenario = {
  ...ORDINARY,
  id: 'quiet-night',
  summary: 'from 21:00 to 05:00 nothing happens; an alarm would be a false one',
  startMinute: hm(21),
  warmUpMinutes: 360,
  minutes: 480,
  faults: () => [],
};
