/** A fridge of a kitchen or a health room: compressor cycles, doors that are opened, now and then left open. */
import type { Random } from '../random.ts';
import { hm, type SchoolClock } from './clock.ts';
import { approach, createStepper, type Model, sensed } from './model.ts';

const STEP_MS = 30_000;
const COMPRESSOR_PER_SECOND = -0.35 / 60;
const CLOSED_TIME_CONSTANT_S = 6 * 3_600;
const OPEN_TIME_CONSTANT_S = 55 * 60;
const ROOM_TEMPERATURE = 30;
/** With the door ajar cold and warm balance here: too warm for food. */
const AJAR_TEMPERATURE = 10.8;
const AJAR_TIME_CONSTANT_S = 20 * 60;
const FORGOTTEN_SHARE = 0.01;

export function createFridge(options: {
  readonly random: Random;
  readonly clock: SchoolClock;
  readonly startAt: number;
  /** Middle of the compressor's cycle, °C. */
  readonly target: number;
  readonly openingsPerHour: number;
  /** True while the door does not close. */
  readonly ajar: (t: number) => boolean;
}): Model {
  const { random, clock, target } = options;
  let temperature = target + random.between(-0.8, 1.2);
  let cooling = random.chance(0.3);
  let openUntil = Number.NEGATIVE_INFINITY;
  let open = false;

  const advance = createStepper(options.startAt, STEP_MS, (t, seconds) => {
    const { minute } = clock.at(t);
    const inUse = minute >= hm(6) && minute < hm(16);
    if (inUse && random.chance((options.openingsPerHour * seconds) / 3_600))
      openUntil = t + 1_000 * (random.chance(FORGOTTEN_SHARE) ? random.between(600, 1_200) : random.between(20, 60));
    const ajar = options.ajar(t);
    open = ajar || t < openUntil;
    if (ajar) {
      temperature = approach(temperature, AJAR_TEMPERATURE, seconds, AJAR_TIME_CONSTANT_S);
      return;
    }
    if (temperature > target + 1.2) cooling = true;
    else if (temperature < target - 0.8) cooling = false;
    const timeConstant = open ? OPEN_TIME_CONSTANT_S : CLOSED_TIME_CONSTANT_S;
    temperature = approach(temperature, ROOM_TEMPERATURE, seconds, timeConstant);
    if (cooling) temperature = Math.max(1, temperature + COMPRESSOR_PER_SECOND * seconds);
  });

  return {
    advance,
    measure: () => [sensed('temperature', temperature, 0.05, random), { metric: 'opening', value: open }],
  };
}
