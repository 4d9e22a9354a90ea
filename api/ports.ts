/** What the API asks of the rest of the system. Small, ours, and free of any implementation. */
import type { Viewer } from '../contracts/access.ts';
import type { Liveness } from '../contracts/device.ts';
import type { IngestStats } from '../contracts/http/ingest.ts';
import type { GatewayMessages } from '../contracts/http/inspect.ts';
import type { MappingPreview } from '../contracts/http/mappings.ts';
import type { DeviceId, GatewayId, SchoolId } from '../contracts/ids.ts';
import type { MappingData } from '../contracts/mapping.ts';
import type { MetricId } from '../contracts/metrics.ts';
import type { Reading } from '../contracts/reading.ts';
import type { GatewayCredential, TerminalRecord } from '../store/records/port.ts';

export interface Clock {
  /** Epoch ms. */
  now(): number;
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
  /** Names of the sensors that reported this metric; empty when none did. */
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

/** The intake's table of credentials. Both calls also cut live sessions of that gateway. */
export interface GatewayAccess {
  put(credential: GatewayCredential): void;
  remove(school: SchoolId, id: GatewayId): void;
}

/** The doors' table of attendance terminals. */
export interface TerminalAccess {
  put(terminal: TerminalRecord): void;
  remove(school: SchoolId, id: GatewayId): void;
  /** Epoch ms of its last request since the start, null: none. */
  lastSeenAt(school: SchoolId, id: GatewayId): number | null;
}

/** The mappings in force: what is put or removed counts from the next message on. */
export interface MappingAccess {
  put(school: SchoolId, mapping: MappingData): void;
  remove(school: SchoolId, id: string): void;
  /** What it would make of messages that came already. */
  preview(school: SchoolId, mapping: MappingData): Promise<MappingPreview>;
}

export interface MessageBook {
  messagesOf(school: SchoolId, gateway: GatewayId): GatewayMessages;
}

/** The way in at this moment. Milliseconds and bytes; totals count from the start of the process. */
export interface IngestGauges {
  readonly connections: number;
  readonly unacknowledgedMessages: number;
  readonly unacknowledgedBytes: number;
  readonly oldestUnacknowledgedMs: number;
  readonly journalBytes: number;
  readonly loopDelayMs: number;
  readonly overload: 'normal' | 'slow' | 'refusing';
  readonly throttledMs: number;
  /** By reason; the reasons are a fixed list. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface IngestMonitor {
  stats(): IngestStats;
  gauges?(): IngestGauges;
  replay(ids: readonly number[]): Promise<{ readonly replayed: number; readonly missing: readonly number[] }>;
}

/** A part that can not serve now; `detail` is a sentence fit for anybody's eyes. */
export interface MissingPart {
  readonly part: string;
  readonly detail: string;
}
/** Empty when the system can serve. */
export type Readiness = () => Promise<readonly MissingPart[]>;

/** The part of a pino logger that is used here. */
export interface ApiLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Request headers of an HTTP request or a socket handshake; a socket's own token goes in as `Bearer …`. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/** Undefined: nobody we know. */
export type Authenticate = (headers: CredentialHeaders) => Promise<Viewer | undefined>;

/** The schools somebody may see. */
export type SchoolScope = 'everything' | ReadonlySet<SchoolId>;
export type ScopeOf = (viewer: Viewer) => Promise<SchoolScope>;
