/**
 * Is a device alive? A pure function of what was heard and when, so that every screen, rule and report agrees.
 * Silence is measured against the interval its kind promises, never against our own uptime.
 */
import type { Liveness } from '../contracts/device.ts';

/** Up to here a missing message is jitter; beyond it one interval was missed. */
export const LATE_AFTER_INTERVALS = 1.5;
export const SILENT_AFTER_INTERVALS = 3;

/**
 * An event-only device (a door, a gate) is vouched for by its gateway. Where no gateway state is known (it posts over
 * HTTP, or has not reconnected since our start) one word a day is expected: a weekend makes it late, not silent.
 */
export const EVENT_ONLY_INTERVAL_MS = 24 * 3_600_000;

export interface LivenessEvidence {
  /** Newest receive time of anything from the device, epoch ms; null: never heard. */
  readonly lastHeardAt: number | null;
  /** From the device kind; null: it speaks only when something happens. */
  readonly expectedIntervalMs: number | null;
  readonly gateway: 'online' | 'offline' | 'unknown';
  /** Its own last will, not contradicted by a later message. */
  readonly deviceOffline: boolean;
  readonly maintenance: boolean;
  /** Since when we could have heard it: our start, or the return of its gateway. Epoch ms. */
  readonly watchingSince: number;
  readonly now: number;
}

export interface LivenessNow {
  readonly liveness: Liveness;
  /** Last instant at which this still holds if nothing more is heard; null: time alone changes nothing. */
  readonly validUntil: number | null;
}

const lasting = (liveness: Liveness): LivenessNow => ({ liveness, validUntil: null });

export function livenessNow(evidence: LivenessEvidence): LivenessNow {
  if (evidence.maintenance) return lasting('maintenance');
  if (evidence.lastHeardAt === null) return lasting('never');
  if (evidence.gateway === 'offline') return lasting('gateway_down');
  if (evidence.deviceOffline) return lasting('silent');
  if (evidence.expectedIntervalMs === null && evidence.gateway === 'online') return lasting('live');

  const intervalMs = evidence.expectedIntervalMs ?? EVENT_ONLY_INTERVAL_MS;
  // while we were not listening nobody was silent
  const silentFrom = Math.max(evidence.lastHeardAt, evidence.watchingSince);
  const liveUntil = silentFrom + LATE_AFTER_INTERVALS * intervalMs;
  if (evidence.now <= liveUntil) return { liveness: 'live', validUntil: liveUntil };
  const lateUntil = silentFrom + SILENT_AFTER_INTERVALS * intervalMs;
  if (evidence.now <= lateUntil) return { liveness: 'late', validUntil: lateUntil };
  return lasting('silent');
}

export function livenessOf(evidence: LivenessEvidence): Liveness {
  return livenessNow(evidence).liveness;
}
