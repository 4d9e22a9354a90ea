/** A device kind is data: what it measures, its limits, and how long silence is normal. Screens draw what it declares. */

import type { MetricId } from '../contracts/metrics.ts';
import type { RoomKind } from '../contracts/places.ts';

export interface Limit {
  readonly direction: 'above' | 'below';
  readonly condition: 'information' | 'warning' | 'danger';
  /** Canonical unit of the metric. */
  readonly raise: number;
  /** Back to normal only beyond this (hysteresis). */
  readonly clear: number;
  /** Where the figure comes from, shown to the operator. */
  readonly source: string;
}

export interface DeviceKind {
  readonly id: string;
  readonly words: { readonly vi: string; readonly en: string };
  /** Metrics by which a discovered device is recognised as this kind; the first is its main figure. */
  readonly metrics: readonly [MetricId, ...MetricId[]];
  readonly limits: Readonly<Partial<Record<MetricId, readonly Limit[]>>>;
  /** A device of this kind is expected to speak at least this often; null: only when something happens. */
  readonly expectedIntervalMs: number | null;
  readonly rooms: readonly RoomKind[];
}
