/** What the registry of kinds says about a device on screen. */
import type { MetricId } from '../../contracts/metrics.ts';
import type { DeviceKind, Limit } from '../../devices/kind.ts';
import { guessKind, kindById } from '../../devices/kinds/registry.ts';

/** The kind somebody set, else the one its readings tell. */
export function kindOf(kind: string | null, metrics: Iterable<MetricId>): DeviceKind | undefined {
  return kind === null ? guessKind(new Set(metrics)) : kindById(kind);
}

const NO_LIMITS: readonly Limit[] = [];

export function limitsOf(kind: DeviceKind | undefined, metric: MetricId): readonly Limit[] {
  return kind?.limits[metric] ?? NO_LIMITS;
}

/** The limit a good value meets first. */
export function firstLimit(limits: readonly Limit[]): Limit | undefined {
  const order = { warning: 0, information: 1, danger: 2 } as const;
  return [...limits].sort((one, other) => order[one.condition] - order[other.condition])[0];
}
