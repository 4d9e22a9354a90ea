/** One measured value. The key is (school, device, sensor, metric, measuredAt): the same key twice is one reading. */
import type { DeviceId, SchoolId } from './ids.ts';
import type { MetricId } from './metrics.ts';

/**
 * Why a reading deserves a second look, as bits so that a column of them stays small.
 * clock: the device's time was unusable and the receive time stands in; late: measured well before it was received;
 * historic: the device said it is from its own memory; refused: the reader itself turned this card away (scans only).
 */
export const READING_FLAGS = { clock: 1, late: 2, historic: 4, refused: 8 } as const;
export type ReadingFlag = keyof typeof READING_FLAGS;

export interface Reading {
  readonly school: SchoolId;
  readonly device: DeviceId;
  /** Tells probes and channels of one device apart; empty when the device has one. */
  readonly sensor: string;
  readonly metric: MetricId;
  /** In the metric's canonical unit; states are 0 or 1. */
  readonly value: number;
  /** Epoch milliseconds, with microseconds as fraction where the source has them. */
  readonly measuredAt: number;
  /** Epoch milliseconds at the broker or HTTP door. */
  readonly receivedAt: number;
  /** Bits of READING_FLAGS. */
  readonly flags: number;
}

/** The names of the bits that are set. */
export function flagNames(flags: number): ReadingFlag[] {
  return (Object.keys(READING_FLAGS) as ReadingFlag[]).filter((name) => (flags & READING_FLAGS[name]) !== 0);
}

/** Later than this between measuring and receiving counts as late (one missed interval of a slow sensor). */
export const LATE_AFTER_MS = 15 * 60_000;
