/** Values for the contract suite, as unpleasant as the network may send them. */
import fc from 'fast-check';
import type { Device } from '../../../contracts/device.ts';
import type { AreaId, DeviceId, GatewayId, RoomId, SchoolId } from '../../../contracts/ids.ts';
import type { Area, Room, School } from '../../../contracts/places.ts';
import type { GatewayCredential, QuarantineEntry, TokenRecord, UserRecord } from '../port.ts';

// The branded ids skip their check on purpose: the store must keep any text as data.
export const areaId = (text: string) => text as AreaId;
export const schoolId = (text: string) => text as SchoolId;
export const roomId = (text: string) => text as RoomId;
export const gatewayId = (text: string) => text as GatewayId;
export const deviceId = (text: string) => text as DeviceId;

export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  "'; drop table areas; --",
  '"quoted" \'single\' `back` \\ %_',
  '$1 ? :name @x',
  'Trường Mầm non Hoa Phượng 🏫 “Đống Đa”',
  'Tru\u031bo\u031b\u0300ng', // the same letters, decomposed
  'a\u0000b',
  '\u0000',
  '\u001a0000\u001a',
  '\ud83c unpaired \udfeb',
  '\r\n\t\u2028\u202e',
  'null',
  '0x10',
  'x'.repeat(10_000),
];

/** Any UTF-16 text at all. */
export const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 24 })
  .map((codes) => String.fromCharCode(...codes));

/** Epoch ms with microseconds as fraction. */
export const RECEIVED_AT = 1_790_000_000_123.457;

export function area(id: string, rest: Partial<Area> = {}): Area {
  return {
    id: areaId(id),
    name: 'Phường Phú Lợi',
    kind: 'commune',
    parent: null,
    validFrom: null,
    validTo: null,
    ...rest,
  };
}

export function school(id: string, rest: Partial<School> = {}): School {
  return {
    id: schoolId(id),
    name: 'Trường THCS Nguyễn Văn Cừ',
    level: 'thcs',
    area: areaId('25747'),
    position: [106.6667123456789, 10.98041234567891],
    students: 1_240,
    simulated: false,
    ...rest,
  };
}

export function room(ofSchool: string, id: string, rest: Partial<Room> = {}): Room {
  return { school: schoolId(ofSchool), id: roomId(id), name: 'Phòng 6A1', kind: 'classroom', ...rest };
}

export function gateway(ofSchool: string, id: string, rest: Partial<GatewayCredential> = {}): GatewayCredential {
  return {
    school: schoolId(ofSchool),
    id: gatewayId(id),
    username: JSON.stringify([ofSchool, id]),
    createdAt: RECEIVED_AT,
    rotatedAt: null,
    secretHash: 'ab'.repeat(32),
    ...rest,
  };
}

export function device(ofSchool: string, id: string, rest: Partial<Device> = {}): Device {
  return {
    school: schoolId(ofSchool),
    id: deviceId(id),
    enrolment: 'discovered',
    kind: null,
    room: null,
    gateway: null,
    codec: null,
    model: null,
    options: {},
    firstSeenAt: null,
    ...rest,
  };
}

export function user(username: string, rest: Partial<UserRecord> = {}): UserRecord {
  return {
    username,
    displayName: 'Cán bộ trực',
    role: 'operator',
    scopeArea: null,
    scopeSchool: null,
    passwordHash: null,
    createdAt: RECEIVED_AT,
    disabledAt: null,
    ...rest,
  };
}

export function token(id: string, rest: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id,
    hash: `hash of ${id}`,
    kind: 'session',
    username: null,
    name: 'Màn hình phòng trực',
    role: 'display',
    scopeArea: null,
    scopeSchool: null,
    createdAt: RECEIVED_AT,
    expiresAt: null,
    lastUsedAt: null,
    ...rest,
  };
}

export type NewEntry = Omit<QuarantineEntry, 'id' | 'replayedAt'>;

export function refused(sequence: number, rest: Partial<NewEntry> = {}): NewEntry {
  return {
    sequence,
    reason: 'bad-payload',
    detail: 'not JSON',
    school: schoolId('thcs-a'),
    gateway: gatewayId('gw-1'),
    transport: 'mqtt',
    topic: 'tele/tasmota/SENSOR',
    payload: Uint8Array.of(0x7b, 0x00, 0xff),
    receivedAt: RECEIVED_AT,
    retained: false,
    ...rest,
  };
}

/** Two names in one order whatever the language of the database: by code point. */
export function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
