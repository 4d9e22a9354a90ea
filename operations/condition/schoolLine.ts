/** One school on one line: the worst of what is known of it now, and what kind of change deserves to be sent at once. */
import type { Liveness } from '../../contracts/device.ts';
import type { Condition, OverLimit, SchoolCondition } from '../../contracts/live.ts';

const SEVERITY: Readonly<Record<OverLimit['condition'], number>> = { information: 1, warning: 2, danger: 3 };
export const MAX_OVER_LIMIT_SHOWN = 5;

/**
 * Does a value over its limit still count, given the liveness of its device? What a sensor said before it fell silent
 * says nothing about now, so it lapses. Danger does not: silence after a gas alarm is no all-clear.
 */
export function stillCounts(condition: OverLimit['condition'], liveness: Liveness): boolean {
  if (liveness === 'maintenance') return false;
  return liveness === 'live' || liveness === 'late' || condition === 'danger';
}

/** Worst first; among equals the one that lasts longest, then by name so that the order never flickers. */
export function byUrgency(a: OverLimit, b: OverLimit): number {
  return (
    SEVERITY[b.condition] - SEVERITY[a.condition] ||
    a.since - b.since ||
    compareText(a.device, b.device) ||
    compareText(a.metric, b.metric) ||
    compareText(a.sensor, b.sensor)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * - Nobody heard (every device silent, behind a gateway that is down, in maintenance, never heard, or none there):
 *   no_data. Not knowing is never normal, and an old value is not knowledge.
 * - Else the worst value over its limit.
 * - Else, with a gateway down or every device heard at least one message behind: information.
 * - Else normal: at least one device is live. Single silent devices do not colour a school, they are counted beside it:
 *   there is always an empty battery somewhere, and a map that is never quiet is not looked at.
 */
export function conditionOf(
  devices: Readonly<Record<Liveness, number>>,
  gateways: { readonly offline: number },
  worst: OverLimit['condition'] | undefined,
): Condition {
  if (devices.live + devices.late === 0) return 'no_data';
  if (worst !== undefined) return worst;
  return gateways.offline > 0 || devices.live === 0 ? 'information' : 'normal';
}

/** False when only ages and running figures differ: those may wait their turn, a change of state may not. */
export function differsInSubstance(a: SchoolCondition, b: SchoolCondition): boolean {
  return (
    a.condition !== b.condition ||
    a.gateways.online !== b.gateways.online ||
    a.gateways.total !== b.gateways.total ||
    (a.arrivals === null) !== (b.arrivals === null) ||
    (a.lastMeasuredAt === null) !== (b.lastMeasuredAt === null) ||
    a.overLimitCount !== b.overLimitCount ||
    differInCounts(a.devices, b.devices) ||
    a.overLimit.some((limit, at) => !isSameCase(limit, b.overLimit[at]))
  );
}

function isSameCase(a: OverLimit, b: OverLimit | undefined): boolean {
  return (
    b !== undefined &&
    a.device === b.device &&
    a.metric === b.metric &&
    a.sensor === b.sensor &&
    a.condition === b.condition &&
    a.since === b.since &&
    a.room === b.room
  );
}

function differInCounts(a: SchoolCondition['devices'], b: SchoolCondition['devices']): boolean {
  if (a === b) return false;
  return (
    a.live !== b.live ||
    a.late !== b.late ||
    a.silent !== b.silent ||
    a.gateway_down !== b.gateway_down ||
    a.maintenance !== b.maintenance ||
    a.never !== b.never
  );
}

/** True when nothing at all differs. `a.overLimit` is compared by identity: it is rebuilt only when it changed. */
export function isSameLine(a: SchoolCondition, b: SchoolCondition): boolean {
  return (
    a.lastMeasuredAt === b.lastMeasuredAt &&
    a.arrivals === b.arrivals &&
    a.overLimit === b.overLimit &&
    !differsInSubstance(a, b)
  );
}
