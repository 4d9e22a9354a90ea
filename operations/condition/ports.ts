/** What the condition of schools is asked by others, and what it asks of them. */
import type { Device, Liveness } from '../../contracts/device.ts';
import type { DeviceId, GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { Condition, IngestRate, OperationsEvent, SchoolChanges, SchoolCondition } from '../../contracts/live.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { DeviceKind } from '../../devices/kind.ts';

export interface Clock {
  /** Epoch ms. */
  now(): number;
}

/** What a device is and what its values mean; devices/kinds and devices/judge.ts. Pure. */
export interface KindBook {
  readonly kindById: (id: string) => DeviceKind | undefined;
  readonly guessKind: (metrics: ReadonlySet<MetricId>) => DeviceKind | undefined;
  readonly judge: (
    kind: DeviceKind,
    metric: MetricId,
    value: number,
    previous: Condition | undefined,
  ) => Exclude<Condition, 'no_data'>;
}

/** The part of devices/registry.ts that is read here. */
export interface DeviceRegistry {
  get(school: SchoolId, id: DeviceId): Device | undefined;
  all(): Iterable<Device>;
}

export interface LatestFilter {
  readonly school?: SchoolId | undefined;
  readonly device?: DeviceId | undefined;
  readonly metric?: MetricId | undefined;
  readonly sensor?: string | undefined;
}

/** The newest reading of every series, in memory. */
export interface LatestBook {
  /** In any order. With `school` it costs no more than that school's series. */
  all(filter: LatestFilter): Iterable<Reading>;
  /** Names of the sensors that reported this metric, sorted; empty when none did. */
  sensorsOf(school: SchoolId, device: DeviceId, metric: MetricId): readonly string[];
}

/** Who was heard when. */
export interface DeviceWatch {
  livenessOf(
    school: SchoolId,
    device: DeviceId,
  ): { readonly liveness: Liveness; readonly lastMeasuredAt: number | null };
  gatewayState(
    school: SchoolId,
    gateway: GatewayId,
  ): {
    readonly state: 'online' | 'offline' | 'never';
    readonly since: number | null;
    /** Gateway clock minus ours; null while unknown. */
    readonly skewMs: number | null;
  };
}

/** Everything that changed since the last time somebody asked. There is one who asks: the live server. */
export interface ConditionChanges {
  /** Whole lines that replace the older ones. */
  readonly schools: ReadonlyMap<SchoolId, SchoolCondition>;
  readonly rate: IngestRate;
  /** Newest first. */
  readonly events: readonly OperationsEvent[];
  /** True when a school was added or changed: who may see what has to be asked again. */
  readonly placesChanged: boolean;
  /** Schools that lost a device or gateway: changes can not say that, only a new snapshot can. */
  readonly reduced: ReadonlySet<SchoolId>;
  /** What changed inside one school; undefined: nothing. To be asked before anything else is heard. */
  ofSchool(school: SchoolId): SchoolChanges | undefined;
}
