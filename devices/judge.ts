/** Is a value all right for its kind of device? Pure; the hysteresis lives in the previous answer. */
import type { Condition } from '../contracts/live.ts';
import type { MetricId } from '../contracts/metrics.ts';
import type { DeviceKind, Limit } from './kind.ts';

export type Judgement = Exclude<Condition, 'no_data'>;

const SEVERITY: Readonly<Record<Condition, number>> = { no_data: 0, normal: 0, information: 1, warning: 2, danger: 3 };

/** Bands are half open: 'under 1,000 ppm' and 'at least 300 lx' are both fine at their edge's good side. */
function isBeyond({ direction, raise }: Limit, value: number): boolean {
  return direction === 'above' ? value >= raise : value < raise;
}

function isClear({ direction, clear }: Limit, value: number): boolean {
  return direction === 'above' ? value <= clear : value >= clear;
}

/**
 * The worst condition any limit of the metric gives `value` (canonical unit). A limit raises at `raise` and, while the
 * previous judgement was at least as bad as it, holds until `clear`. A metric without limits is always normal.
 */
export function judge(
  kind: Pick<DeviceKind, 'limits'>,
  metric: MetricId,
  value: number,
  previous: Condition | undefined,
): Judgement {
  const limits = Object.hasOwn(kind.limits, metric) ? kind.limits[metric] : undefined;
  const before = previous === undefined ? 0 : SEVERITY[previous];
  let worst: Judgement = 'normal';
  for (const limit of limits ?? []) {
    const severity = SEVERITY[limit.condition];
    if (severity <= SEVERITY[worst]) continue;
    if (isBeyond(limit, value) || (before >= severity && !isClear(limit, value))) worst = limit.condition;
  }
  return worst;
}
