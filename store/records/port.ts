/** The records port: what is remembered besides time series. Small, relational, the same on SQLite and PostgreSQL. */
import type { Device, Gateway } from '../../contracts/device.ts';
import type { AreaId, DeviceId, GatewayId, RoomId, SchoolId } from '../../contracts/ids.ts';
import type { RawMessage, Refusal } from '../../contracts/message.ts';
import type { Area, Room, School } from '../../contracts/places.ts';

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
