/** The records port: what is remembered besides time series. Small, relational, the same on SQLite and PostgreSQL. */
import type { Alarm, AlarmId, AlarmSeverity, AlarmState, AlarmStep, RuleId } from '../../contracts/alarm.ts';
import type { Device, Gateway } from '../../contracts/device.ts';
import type { TerminalVendor } from '../../contracts/http/terminals.ts';
import type { AreaId, DeviceId, GatewayId, RoomId, SchoolId } from '../../contracts/ids.ts';
import type { MappingData } from '../../contracts/mapping.ts';
import type { RawMessage, Refusal } from '../../contracts/message.ts';
import type { Area, Room, School } from '../../contracts/places.ts';
import type { Rule } from '../../contracts/rule.ts';

/** A page of a list ordered by id; `cursor` is the last id of the page before. */
export interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A gateway with what is needed to check its password: hex SHA-256 of a 256-bit random secret. */
export interface GatewayCredential extends Gateway {
  readonly secretHash: string;
}

export interface QuarantineEntry extends RawMessage {
  /** Grows with time; the id shown to people. */
  readonly id: number;
  readonly reason: Refusal;
  readonly detail: string;
  /** Journal sequence of the message. */
  readonly sequence: number;
  readonly replayedAt: number | null;
}

/** `operator`… as in contracts/access.ts; scope null = everything. */
export interface UserRecord {
  readonly username: string;
  readonly displayName: string;
  readonly role: string;
  readonly scopeArea: AreaId | null;
  readonly scopeSchool: SchoolId | null;
  /** Encoded scrypt or argon2 hash; null: can not log in with a password. */
  readonly passwordHash: string | null;
  readonly createdAt: number;
  readonly disabledAt: number | null;
}

/** A session of a person or a long-lived token of a machine. Only the hash of the secret is kept. */
export interface TokenRecord {
  readonly id: string;
  /** Hex SHA-256 of the secret. */
  readonly hash: string;
  readonly kind: 'session' | 'token' | 'display';
  readonly username: string | null;
  readonly name: string;
  readonly role: string;
  readonly scopeArea: AreaId | null;
  readonly scopeSchool: SchoolId | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

export interface SecurityEvent {
  readonly at: number;
  readonly kind: string;
  readonly school: SchoolId | null;
  readonly gateway: GatewayId | null;
  readonly detail: string;
}

/** An alarm with the key of what it is about: at most one that is not cleared for a rule and a subject. */
export interface AlarmRecord extends Alarm {
  readonly subject: string;
  /** How many there are: the number of the last one. */
  readonly steps: number;
}

/** What a rule must remember about a subject between two readings, as JSON. */
export interface MachineRecord {
  readonly rule: RuleId;
  readonly subject: string;
  readonly state: unknown;
}

/** One repeatable unit: all of it is kept or none. */
export interface AlarmChanges {
  /** Whole rows that replace the older ones. */
  readonly alarms: readonly AlarmRecord[];
  /** By (alarm, number): one that is there already stays as it is. */
  readonly steps: readonly (AlarmStep & { readonly alarm: AlarmId })[];
  /** `state` null forgets. */
  readonly machines: readonly MachineRecord[];
}

export interface AlarmFilter {
  readonly state?: AlarmState | 'open' | undefined;
  readonly severity?: AlarmSeverity | undefined;
  readonly rule?: RuleId | undefined;
  readonly school?: SchoolId | undefined;
  /** Only of these schools: what belongs to no school is left out. Absent: everything. */
  readonly schools?: readonly SchoolId[] | undefined;
  readonly device?: DeviceId | undefined;
  /** Those that were open at some time in from ≤ t < to, epoch ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
  /** The last of the page before. */
  readonly after?: { readonly raisedAt: number; readonly id: AlarmId } | undefined;
}

export interface RuleVersion {
  readonly rule: Rule;
  readonly changedAt: number;
  readonly changedBy: string;
}

/** An attendance terminal that pushes over HTTP. */
export interface TerminalRecord {
  readonly school: SchoolId;
  /** Also the gateway of what it sends. */
  readonly id: GatewayId;
  readonly vendor: TerminalVendor;
  /** Unique in the installation; null: it is known by its token alone. */
  readonly serial: string | null;
  /** Hex SHA-256 of a 256-bit random token, unique; null: it is known by its serial number alone. */
  readonly tokenHash: string | null;
  readonly createdAt: number;
}

/** A technician's mapping, unique by school and `mapping.id`. */
export interface MappingRecord {
  readonly school: SchoolId;
  readonly mapping: MappingData;
  readonly changedAt: number;
  readonly changedBy: string;
}

export interface RecordsStore {
  /** Opens and migrates to the newest schema. Throws a sentence when it can not. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when the database answers and can be written. */
  check(): Promise<void>;

  readonly areas: {
    put(area: Area): Promise<void>;
    putMany(areas: readonly Area[]): Promise<void>;
    get(id: AreaId): Promise<Area | undefined>;
    all(): Promise<readonly Area[]>;
  };
  readonly schools: {
    put(school: School): Promise<void>;
    putMany(schools: readonly School[]): Promise<void>;
    get(id: SchoolId): Promise<School | undefined>;
    all(): Promise<readonly School[]>;
  };
  readonly rooms: {
    put(room: Room): Promise<void>;
    putMany(rooms: readonly Room[]): Promise<void>;
    ofSchool(school: SchoolId): Promise<readonly Room[]>;
    get(school: SchoolId, id: RoomId): Promise<Room | undefined>;
    all(): Promise<readonly Room[]>;
  };
  readonly gateways: {
    /** Rejects with `AlreadyExists` when the school has a gateway of this id. */
    create(gateway: GatewayCredential): Promise<void>;
    createMany(gateways: readonly GatewayCredential[]): Promise<void>;
    setSecret(school: SchoolId, id: GatewayId, secretHash: string, rotatedAt: number): Promise<boolean>;
    delete(school: SchoolId, id: GatewayId): Promise<boolean>;
    ofSchool(school: SchoolId): Promise<readonly Gateway[]>;
    /** With hashes: for the intake's table only. */
    credentials(): Promise<readonly GatewayCredential[]>;
  };
  readonly devices: {
    put(device: Device): Promise<void>;
    putMany(devices: readonly Device[]): Promise<void>;
    get(school: SchoolId, id: DeviceId): Promise<Device | undefined>;
    all(): Promise<readonly Device[]>;
  };
  readonly users: {
    put(user: UserRecord): Promise<void>;
    get(username: string): Promise<UserRecord | undefined>;
    all(): Promise<readonly UserRecord[]>;
  };
  readonly tokens: {
    put(token: TokenRecord): Promise<void>;
    byHash(hash: string): Promise<TokenRecord | undefined>;
    touch(id: string, at: number): Promise<void>;
    delete(id: string): Promise<boolean>;
    all(): Promise<readonly TokenRecord[]>;
    deleteExpired(now: number): Promise<number>;
  };
  readonly quarantine: {
    /** Idempotent by (sequence, detail): a replayed journal stretch adds nothing. */
    add(entries: readonly Omit<QuarantineEntry, 'id' | 'replayedAt'>[]): Promise<void>;
    /** Newest first; `cursor` is the id of the last entry of the page before. */
    list(
      filter: { readonly school?: SchoolId; readonly schools?: readonly SchoolId[]; readonly reason?: Refusal } & Page,
    ): Promise<readonly QuarantineEntry[]>;
    get(ids: readonly number[]): Promise<readonly QuarantineEntry[]>;
    markReplayed(ids: readonly number[], at: number): Promise<void>;
    count(): Promise<number>;
    /** Keeps the newest `keep` entries; returns how many were dropped. */
    trim(keep: number): Promise<number>;
  };
  readonly codecMemory: {
    all(): Promise<readonly { readonly scope: string; readonly key: string; readonly value: unknown }[]>;
    /** value undefined deletes. */
    put(entries: readonly { readonly scope: string; readonly key: string; readonly value: unknown }[]): Promise<void>;
  };
  readonly securityEvents: {
    add(event: SecurityEvent): Promise<void>;
    list(page: { readonly limit: number; readonly before?: number | undefined }): Promise<readonly SecurityEvent[]>;
  };
  readonly alarms: {
    save(changes: AlarmChanges): Promise<void>;
    get(id: AlarmId): Promise<AlarmRecord | undefined>;
    /** Not cleared, or shelved beyond `now`. */
    current(now: number): Promise<readonly AlarmRecord[]>;
    /** Newest `raisedAt` first. */
    list(filter: AlarmFilter): Promise<readonly AlarmRecord[]>;
    /** In the order of their numbers. */
    steps(id: AlarmId): Promise<readonly AlarmStep[]>;
    machines(): Promise<readonly MachineRecord[]>;
  };
  readonly rules: {
    /** The newest version of each that was ever changed. */
    current(): Promise<readonly RuleVersion[]>;
    /** Oldest first. */
    versions(id: RuleId): Promise<readonly RuleVersion[]>;
    /** Rejects with `AlreadyExists` when there is this version of it. */
    add(version: RuleVersion): Promise<void>;
  };
  readonly terminals: {
    /** Rejects with `AlreadyExists` when another terminal has its serial number or token. */
    put(terminal: TerminalRecord): Promise<void>;
    delete(school: SchoolId, id: GatewayId): Promise<boolean>;
    ofSchool(school: SchoolId): Promise<readonly TerminalRecord[]>;
    all(): Promise<readonly TerminalRecord[]>;
  };
  readonly mappings: {
    put(record: MappingRecord): Promise<void>;
    delete(school: SchoolId, id: string): Promise<boolean>;
    ofSchool(school: SchoolId): Promise<readonly MappingRecord[]>;
    all(): Promise<readonly MappingRecord[]>;
  };
  /** Small JSON values by name: installation keys, watermarks. */
  readonly settings: {
    get(name: string): Promise<unknown>;
    put(name: string, value: unknown): Promise<void>;
  };
}

/** Thrown by create when the key is taken. */
export class AlreadyExists extends Error {
  override readonly name = 'AlreadyExists';
}
