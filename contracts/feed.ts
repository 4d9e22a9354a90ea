/**
 * The feed: what the pipeline announces, once, in journal order, to everyone who makes something of it.
 * Listeners must not throw and must not depend on order or repetition: after a crash a stretch is announced again.
 */
import type { Device } from './device.ts';
import type { DeviceId, GatewayId, SchoolId } from './ids.ts';
import type { Refusal } from './message.ts';
import type { Reading } from './reading.ts';
import type { Scan } from './scan.ts';

export interface GatewayStatus {
  readonly school: SchoolId;
  readonly gateway: GatewayId;
  readonly state: 'online' | 'offline';
  readonly at: number;
}

export interface DeviceStatus {
  readonly school: SchoolId;
  readonly device: DeviceId;
  readonly state: 'online' | 'offline';
  readonly at: number;
}

/** What a gateway's clock said, seen where its messages could not be dated by it (flag `clock`). */
export interface GatewayClock {
  readonly school: SchoolId;
  readonly gateway: GatewayId;
  /** Gateway clock minus ours. */
  readonly skewMs: number;
  readonly at: number;
}

export interface RefusedMessage {
  readonly school: SchoolId;
  readonly gateway: GatewayId;
  readonly topic: string;
  readonly reason: Refusal;
  readonly at: number;
}

/** One decoded stretch of the journal. */
export interface FeedBatch {
  readonly readings: readonly Reading[];
  readonly scans: readonly Scan[];
  readonly gateways: readonly GatewayStatus[];
  readonly devices: readonly DeviceStatus[];
  /** Devices heard for the first time, or changed in the registry. */
  readonly registered: readonly Device[];
  readonly refused: readonly RefusedMessage[];
  /** Absent: no clock was off. */
  readonly clocks?: readonly GatewayClock[];
}

export interface Feed {
  /** Returns its own undo. */
  subscribe(listener: (batch: FeedBatch) => void): () => void;
}
