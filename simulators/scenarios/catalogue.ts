/** All scenarios by name. */
import { brokenSensor } from './broken-sensor.ts';
import { demo } from './demo.ts';
import { gateRush } from './gate-rush.ts';
import { powerCut } from './power-cut.ts';
import { quietNight } from './quiet-night.ts';
import type { Scenario } from './scenario.ts';
import { schoolDay } from './school-day.ts';

export const scenarios: readonly Scenario[] = [schoolDay, gateRush, brokenSensor, powerCut, quietNight, demo];

export function scenarioById(id: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.id === id);
}
