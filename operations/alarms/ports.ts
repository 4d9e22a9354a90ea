/** What alarms ask of the rest of the system. */
import type { Device, Liveness } from '../../contracts/device.ts';
import type { DeviceId, GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { MetricId } from '../../contracts/metrics.ts';

export interface Clock {
  /** Epoch ms. */
  now(): number;
}

/** The part of devices/registry.ts that is read here. */
export interface DeviceRegistry {
  get(school: SchoolId, id: DeviceId): Device | undefined;
  ofSchool(school: SchoolId): Iterable<Device>;
  all(): Iterable<Device>;
}

/** Recognises a device that nobody described; devices/kinds/registry.ts. */
export type GuessKind = (metrics: ReadonlySet<MetricId>) => { readonly id: string } | undefined;

/** Who was heard when; the condition service knows. */
export interface Watch {
  livenessOf(school: SchoolId, device: DeviceId): { readonly liveness: Liveness };
  gatewayState(
    school: SchoolId,
    gateway: GatewayId,
  ): { readonly state: 'online' | 'offline' | 'never'; readonly since: number | null; readonly skewMs: number | null };
}

/** The part of a pino logger that is used here. */
export interface AlarmLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
