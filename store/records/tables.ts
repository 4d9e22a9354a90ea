/**
 * The tables as they are in both databases. Every instant is epoch ms in a double: receive times carry microseconds as
 * fraction. Flags are 0 or 1, `…_json` is JSON text.
 */
import type { Generated, Kysely } from 'kysely';
import type { Alarm, AlarmId, AlarmStep, RuleId } from '../../contracts/alarm.ts';
import type { Device } from '../../contracts/device.ts';
import type { AreaId, DeviceId, GatewayId, RoomId, SchoolId } from '../../contracts/ids.ts';
import type { Refusal, Transport } from '../../contracts/message.ts';
import type { Level, RoomKind } from '../../contracts/places.ts';
import type { TerminalRecord, TokenRecord } from './port.ts';

interface AreaRow {
  id: AreaId;
  name: string;
  kind: string;
  parent: AreaId | null;
  valid_from: string | null;
  valid_to: string | null;
}

interface SchoolRow {
  id: SchoolId;
  name: string;
  level: Level;
  area: AreaId;
  longitude: number;
  latitude: number;
  students: number | null;
  simulated: number;
}

interface RoomRow {
  school: SchoolId;
  id: RoomId;
  name: string;
  kind: RoomKind;
}

interface GatewayRow {
  school: SchoolId;
  id: GatewayId;
  username: string;
  secret_hash: string;
  created_at: number;
  rotated_at: number | null;
}

interface DeviceRow {
  school: SchoolId;
  id: DeviceId;
  enrolment: Device['enrolment'];
  kind: string | null;
  room: RoomId | null;
  gateway: GatewayId | null;
  codec: string | null;
  model: string | null;
  options_json: string;
  first_seen_at: number | null;
}

interface UserRow {
  username: string;
  display_name: string;
  role: string;
  scope_area: AreaId | null;
  scope_school: SchoolId | null;
  password_hash: string | null;
  created_at: number;
  disabled_at: number | null;
}

interface TokenRow {
  id: string;
  hash: string;
  kind: TokenRecord['kind'];
  username: string | null;
  name: string;
  role: string;
  scope_area: AreaId | null;
  scope_school: SchoolId | null;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
}

interface QuarantineRow {
  id: Generated<number>;
  sequence: number;
  /** Hex SHA-256 of the detail: an index can not hold a long one. */
  detail_hash: string;
  detail: string;
  reason: Refusal;
  school: SchoolId;
  gateway: GatewayId;
  transport: Transport;
  topic: string;
  /** ArrayBuffer from SQLite, Buffer from PostgreSQL. */
  payload: Uint8Array | ArrayBuffer;
  received_at: number;
  retained: number;
  replayed_at: number | null;
}

interface CodecMemoryRow {
  /** Hex SHA-256 of scope and key: a key may be a whole topic, longer than an index can hold. */
  entry_hash: string;
  scope: string;
  key: string;
  value_json: string;
}

interface SecurityEventRow {
  id: Generated<number>;
  at: number;
  kind: string;
  school: SchoolId | null;
  gateway: GatewayId | null;
  detail: string;
}

interface AlarmRow {
  id: AlarmId;
  rule: RuleId;
  rule_version: number;
  subject_hash: string;
  subject: string;
  severity: Alarm['severity'];
  state: Alarm['state'];
  school: SchoolId | null;
  room: RoomId | null;
  device: DeviceId | null;
  sensor: string;
  gateway: GatewayId | null;
  metric: Alarm['metric'];
  value: number;
  level: number;
  raised_at: number;
  acknowledged_at: number | null;
  cleared_at: number | null;
  suppressed: number;
  flaps: number;
  owner: string | null;
  shelved_until: number | null;
  closed_at: number | null;
  close_reason: Alarm['closeReason'];
  steps: number;
}

interface AlarmStepRow {
  alarm: AlarmId;
  number: number;
  at: number;
  who: string | null;
  what: AlarmStep['what'];
  severity: AlarmStep['severity'];
  value: number | null;
  text: string;
}

interface AlarmMachineRow {
  rule: RuleId;
  subject_hash: string;
  subject: string;
  state_json: string;
}

interface RuleRow {
  id: RuleId;
  version: number;
  rule_json: string;
  changed_at: number;
  changed_by: string;
}

interface TerminalRow {
  school: SchoolId;
  id: GatewayId;
  vendor: TerminalRecord['vendor'];
  serial: string | null;
  token_hash: string | null;
  created_at: number;
}

interface MappingRow {
  school: SchoolId;
  id: string;
  mapping_json: string;
  changed_at: number;
  changed_by: string;
}

interface SettingRow {
  name: string;
  value_json: string;
}

/** One row, written by check(): only a real write shows that the disk takes it. */
interface HeartbeatRow {
  id: number;
  beats: number;
}

export interface Tables {
  areas: AreaRow;
  schools: SchoolRow;
  rooms: RoomRow;
  gateways: GatewayRow;
  devices: DeviceRow;
  users: UserRow;
  tokens: TokenRow;
  quarantine: QuarantineRow;
  codec_memory: CodecMemoryRow;
  security_events: SecurityEventRow;
  alarms: AlarmRow;
  alarm_steps: AlarmStepRow;
  alarm_machines: AlarmMachineRow;
  rules: RuleRow;
  terminals: TerminalRow;
  mappings: MappingRow;
  settings: SettingRow;
  heartbeat: HeartbeatRow;
}

/** Does work on the open database; rejects with a sentence before start and after stop. Stopping waits for the work. */
export type UseTables = <Result>(work: (db: Kysely<Tables>) => Promise<Result>) => Promise<Result>;
