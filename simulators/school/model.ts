/** What the models of things in a school have in common. */
import type { MetricId } from '../../contracts/metrics.ts';
import { METRICS } from '../../contracts/metrics.ts';
import type { Random } from '../random.ts';

/** One value as the sensor shows it: canonical unit, states as booleans. */
export interface Measured {
  readonly metric: MetricId;
  readonly value: number | boolean;
}

export interface Model {
  /** Lives through simulated time until `t` (ms since the start of the run). Never goes back. */
  advance(t: number): void;
  /** What the device would send now. */
  measure(): readonly Measured[];
}

/**
 * Calls `step(end, seconds)` for every full step of a fixed grid until `t`. The grid does not depend on how often
 * somebody looks, so a faster reading interval shows the same day in finer detail.
 */
export function createStepper(startAt: number, stepMs: number, step: (t: number, seconds: number) => void) {
  let next = Math.ceil(startAt / stepMs) * stepMs;
  return (until: number): void => {
    for (; next <= until; next += stepMs) step(next, stepMs / 1_000);
  };
}

/** A gauge reading: noise added, kept within what the metric allows, rounded as such sensors do. */
export function sensed(metric: MetricId, value: number, noise: number, random: Random): Measured {
  const { min, max, decimals } = METRICS[metric];
  const noisy = noise === 0 ? value : value + noise * random.normal();
  const digits = 10 ** decimals;
  return { metric, value: Math.round(Math.min(max, Math.max(min, noisy)) * digits) / digits };
}

/** Moves `value` towards `target` with a time constant. */
export function approach(value: number, target: number, seconds: number, timeConstantSeconds: number): number {
  return target + (value - target) * Math.exp(-seconds / timeConstantSeconds);
}
