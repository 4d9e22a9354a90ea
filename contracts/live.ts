/**
 * The live wire: socket.io namespace `/live`. One `snapshot` per room, then `changes` numbered one by one.
 * A client that sees a number other than the last plus one emits `resync` and gets a new snapshot.
 * All values survive JSON unchanged.
 */
import type { Alarm, AlarmSeverity } from './alarm.ts';
import type { Liveness } from './device.ts';
import type { DeviceId, GatewayId, RoomId, SchoolId } from './ids.ts';
import type { MetricId } from './metrics.ts';

export const LIVE_VERSION = 1;

/** `overview`: one line per school in the viewer's scope; `school/<id>`: everything of one school. */
export type LiveRoom = 'overview' | `school/${string}`;

/** Worst state of a place. no_data is its own colour (hatched), never normal. */
export const CONDITIONS = ['normal', 'information', 'warning', 'danger', 'no_data'] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface OverLimit {
  readonly room: RoomId | null;
  readonly device: DeviceId;
  readonly sensor: string;
  readonly metric: MetricId;
  readonly value: number;
  readonly condition: 'information' | 'warning' | 'danger';
  /** Epoch ms of the first reading over the limit without one below since. */
  readonly since: number;
}

export interface SchoolCondition {
  readonly school: SchoolId;
  readonly condition: Condition;
  /** Newest measuredAt of any device of the school; null: never heard. */
  readonly lastMeasuredAt: number | null;
  readonly gateways: { readonly online: number; readonly total: number };
  readonly devices: Readonly<Record<Liveness, number>>;
  /** Passages inwards since local midnight; null: the school has no gate that reported today. */
  readonly arrivals: number | null;
  /** At most the five worst, worst first. */
  readonly overLimit: readonly OverLimit[];
  readonly overLimitCount: number;
}

export interface IngestRate {
  readonly messagesPerSecond: number;
  readonly readingsPerSecond: number;
  readonly pending: number;
  readonly quarantined: number;
}

/** Something that happened, for the strip at the foot of the wall. Words are chosen by the screen. */
export interface OperationsEvent {
  readonly id: string;
  readonly at: number;
  readonly school: SchoolId;
  readonly kind:
    | 'over_limit'
    | 'back_to_normal'
    | 'gateway_down'
    | 'gateway_up'
    | 'school_silent'
    | 'school_back'
    | 'security';
  readonly condition: Condition;
  readonly device: DeviceId | null;
  readonly metric: MetricId | null;
  readonly value: number | null;
  readonly room: RoomId | null;
  readonly gateway: GatewayId | null;
}

export const ALARMS_ON_BOARD = 50;

export interface LiveAlarm
  extends Readonly<
    Pick<
      Alarm,
      | 'id'
      | 'rule'
      | 'severity'
      | 'school'
      | 'room'
      | 'device'
      | 'metric'
      | 'value'
      | 'state'
      | 'raisedAt'
      | 'suppressed'
    >
  > {
  readonly isFlapping: boolean;
}

/** The open alarms of a viewer's scope; shelved ones are left out. */
export interface AlarmBoard {
  readonly counts: Readonly<Record<AlarmSeverity, number>>;
  /** Of those: how many nobody has acknowledged. */
  readonly unacknowledged: number;
  /** Newest first, at most ALARMS_ON_BOARD. */
  readonly newest: readonly LiveAlarm[];
}

export interface OverviewState {
  readonly schools: readonly SchoolCondition[];
  readonly rate: IngestRate;
  /** Newest first, at most 50. */
  readonly events: readonly OperationsEvent[];
  /** Absent: this centre watches no rules. */
  readonly alarms?: AlarmBoard;
}

export interface OverviewChanges {
  /** Whole lines that replace the older ones. */
  readonly schools: readonly SchoolCondition[];
  readonly removed: readonly SchoolId[];
  readonly rate: IngestRate;
  /** Since the last changes, newest first. */
  readonly events: readonly OperationsEvent[];
  /** The whole board, only when it changed. */
  readonly alarms?: AlarmBoard;
}

export interface LiveReading {
  readonly device: DeviceId;
  readonly sensor: string;
  readonly metric: MetricId;
  readonly value: number;
  readonly measuredAt: number;
  readonly receivedAt: number;
  readonly flags: number;
}

export interface LiveDevice {
  readonly device: DeviceId;
  readonly kind: string | null;
  readonly room: RoomId | null;
  readonly liveness: Liveness;
  readonly lastMeasuredAt: number | null;
}

export interface LiveGateway {
  readonly gateway: GatewayId;
  readonly state: 'online' | 'offline' | 'never';
  readonly since: number | null;
}

export interface SchoolState {
  readonly condition: SchoolCondition;
  readonly devices: readonly LiveDevice[];
  readonly readings: readonly LiveReading[];
  readonly gateways: readonly LiveGateway[];
}

export interface SchoolChanges {
  readonly condition: SchoolCondition | null;
  readonly devices: readonly LiveDevice[];
  readonly readings: readonly LiveReading[];
  readonly gateways: readonly LiveGateway[];
}

export interface Snapshot<Room extends LiveRoom = LiveRoom> {
  readonly version: typeof LIVE_VERSION;
  readonly room: Room;
  readonly sequence: number;
  /** Server time, epoch ms: the screen measures ages against it. */
  readonly at: number;
  readonly state: Room extends 'overview' ? OverviewState : SchoolState;
}

export interface Changes<Room extends LiveRoom = LiveRoom> {
  readonly room: Room;
  readonly sequence: number;
  readonly at: number;
  readonly changes: Room extends 'overview' ? OverviewChanges : SchoolChanges;
}

export type WatchAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: 'not-found' | 'forbidden' | 'bad-request' };

export interface ServerToClient {
  snapshot: (message: Snapshot) => void;
  /** Sent every tick to every room, even when nothing changed: its arrival proves the line. */
  changes: (message: Changes) => void;
}

export interface ClientToServer {
  /** `overview` is watched from the start. */
  watch: (room: LiveRoom, answer: (result: WatchAnswer) => void) => void;
  unwatch: (room: LiveRoom) => void;
  resync: (room: LiveRoom) => void;
}
