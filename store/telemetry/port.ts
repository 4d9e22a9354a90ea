/** The time-series port: what every telemetry store promises. The contract suite beside it holds each one to it. */
import type { DeviceId, SchoolId } from '../../contracts/ids.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { Scan } from '../../contracts/scan.ts';

export interface SeriesId {
  readonly school: SchoolId;
  readonly device: DeviceId;
  readonly sensor: string;
  readonly metric: MetricId;
}

export const AGGREGATES = ['mean', 'min', 'max', 'sum', 'count', 'last'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** [epoch ms, value]; buckets are named by their start. A bucket without data is absent. */
export type Point = readonly [at: number, value: number];

/** Half-open: from ≤ measuredAt < to, epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface RawQuery extends Span {
  readonly series: SeriesId;
  readonly limit: number;
}

export interface BucketQuery extends Span {
  readonly series: SeriesId;
  readonly everyMs: number;
  /** Buckets start at multiples of everyMs after this instant (local midnight for days). */
  readonly originMs: number;
  readonly aggregate: Aggregate;
}

export interface RollupRow {
  readonly school: SchoolId;
  readonly device: DeviceId;
  readonly sensor: string;
  /** Start of the bucket, epoch ms. */
  readonly at: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Rollups of one metric over many schools: the question behind maps and reports. The span says which buckets: those that
 * start in it, each of them whole.
 */
export interface RollupQuery extends Span {
  readonly metric: MetricId;
  readonly schools: readonly SchoolId[] | 'all';
  readonly bucket: 'hour' | 'day';
}

/** What was written, in one repeatable unit. */
export interface TelemetryBatch {
  readonly readings: readonly Reading[];
  readonly scans: readonly Scan[];
}

/** A line the database itself refuses: named, so that it can be quarantined and does not block the rest. */
export interface RefusedItem {
  readonly item: Reading | Scan;
  readonly detail: string;
}

export interface TelemetryStore {
  /** Opens files or connections and creates what is missing. Throws a sentence when it can not. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Stored durably when resolved. Repeatable: the same batch again changes nothing. Two readings with the same key:
   * the later one in the batch order wins, and a later batch wins over an earlier one. Scans are unique by (school, id);
   * the first wins. Rejects when the store is unreachable or full (nothing or part may be written: write again).
   * Refused as well: what is no finite number or no sensible time, and what falls in a month whose raw data was dropped
   * (its rollups could not be recomputed).
   */
  write(batch: TelemetryBatch): Promise<readonly RefusedItem[]>;
  /** The stored value under each reading's key, undefined where there is none. Order as asked. */
  stored(readings: readonly Reading[]): Promise<readonly (number | undefined)[]>;
  /** For each scan: is one with its (school, id) stored? */
  storedScans(scans: readonly Scan[]): Promise<readonly boolean[]>;
  /** The newest reading of every series. */
  latest(): Promise<readonly Reading[]>;
  /** Oldest first, at most `limit`. */
  raw(query: RawQuery): Promise<readonly Point[]>;
  /** Oldest first. Equal to the same aggregate computed from raw(), whatever order data arrived in. */
  buckets(query: BucketQuery): Promise<readonly Point[]>;
  /**
   * Hourly (UTC) or daily (the store's time zone) rollups. Equal to a recomputation from raw at any moment, late data
   * included: what is not rolled up yet is computed.
   */
  rollups(query: RollupQuery): Promise<readonly RollupRow[]>;
  /** Scans of one school, oldest first. */
  scans(query: Span & { readonly school: SchoolId; readonly limit: number }): Promise<readonly Scan[]>;
  /** Brings rollups up to date and drops raw months that end before `keepRawFrom`. Called every minute or so. */
  maintain(options: { readonly now: number; readonly keepRawFrom: number | null }): Promise<void>;
}

/** Unreachable, overloaded or full. Nothing or part was written: the same call again, later, is right. */
export class TelemetryUnavailable extends Error {
  override readonly name = 'TelemetryUnavailable';
  /** How long the server asked us to wait; null when it said nothing. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Wrong credential, missing database, damaged file: trying again does not help until a person changes something. */
export class TelemetryMisconfigured extends Error {
  override readonly name = 'TelemetryMisconfigured';
}
