/** Combustible gas and smoke: almost always nothing, and a plain course when there is something. */
import type { Random } from '../random.ts';
import { approach, createStepper, type Model, sensed } from './model.ts';

const STEP_MS = 10_000;
const LEAK_TIME_CONSTANT_S = 150;
const AIRED_TIME_CONSTANT_S = 300;
/** First alarm stage of common detectors. */
const ALARM_LEL_PERCENT = 10;

export function createGasDetector(options: {
  readonly random: Random;
  readonly startAt: number;
  readonly leaking: (t: number) => boolean;
}): Model {
  const { random } = options;
  const leakLevel = random.between(16, 34);
  let lelPercent = 0;
  const advance = createStepper(options.startAt, STEP_MS, (t, seconds) => {
    const leaking = options.leaking(t);
    const timeConstant = leaking ? LEAK_TIME_CONSTANT_S : AIRED_TIME_CONSTANT_S;
    lelPercent = approach(lelPercent, leaking ? leakLevel : 0, seconds, timeConstant);
  });
  return {
    advance,
    measure: () => [
      sensed('gas_lel', lelPercent, 0.2, random),
      { metric: 'gas_alarm', value: lelPercent >= ALARM_LEL_PERCENT },
    ],
  };
}

export function createSmokeDetector(options: {
  readonly random: Random;
  readonly smoking: (t: number) => boolean;
}): Model {
  let smoke = false;
  let batteryPercent = options.random.between(55, 100);
  let lastAt: number | undefined;
  return {
    advance(t) {
      smoke = options.smoking(t);
      // A battery of such a detector lasts about three years.
      if (lastAt !== undefined) batteryPercent = Math.max(1, batteryPercent - (t - lastAt) / (3 * 365 * 864_000));
      lastAt = t;
    },
    measure: () => [{ metric: 'smoke_alarm', value: smoke }, sensed('battery', batteryPercent, 0, options.random)],
  };
}
