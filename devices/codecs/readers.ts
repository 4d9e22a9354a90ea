/** Door and gate readers that choose their own topics: esp-rfid, Impinj R700, Zebra FX. Recognised by what they send. */
import type { Decoded } from '../codec.ts';
import { deviceStatus } from './decoded.ts';
import { field, isObject, type JsonObject, objectField, textField, toBoolean } from './json.ts';
import { credentialText } from './scans.ts';
import { parseTime } from './time.ts';

/** A pupil in a walk-through gate is read dozens of times a second, on several antennas. */
const PASSAGE_MS = 10_000;
const MAX_READS = 5_000;

/** The topic without the level that says what kind of message it is. */
function baseOf(topic: string): string {
  const cut = topic.lastIndexOf('/');
  const last = topic.slice(cut + 1);
  return cut > 0 &&
    /^(?:send|sync|cmd|tags?|tevents?|events?|data|mgmt|mgmtevents|inventory|ctrl|management)$/i.test(last)
    ? topic.slice(0, cut)
    : topic;
}

function nameOf(body: JsonObject, topic: string, ...keys: readonly string[]): string {
  for (const key of keys) {
    const name = textField(body, key);
    if (name !== undefined) return name;
  }
  return baseOf(topic);
}

const ESP_RFID_TYPES: ReadonlySet<unknown> = new Set(['access', 'heartbeat', 'boot', 'INFO', 'WARN', 'ERRO', 'ERROR']);
const REFUSED_ACCESS: ReadonlySet<unknown> = new Set(['Denied', 'Disabled', 'Expired']);

/** Users copied to and from the door, in both spellings of the key. */
const ESP_RFID_COMMANDS: ReadonlySet<unknown> = new Set([
  'userfile',
  'adduser',
  'getuserlist',
  'getuser',
  'deletuid',
  'deletusers',
  'opendoor',
  'listusr',
  'getconf',
]);

/** undefined: not from esp-rfid. */
function espRfid(body: JsonObject, topic: string): Decoded[] | undefined {
  const type = field(body, 'type');
  if (ESP_RFID_COMMANDS.has(field(body, 'cmd') ?? field(body, 'command'))) return [];
  if (!ESP_RFID_TYPES.has(type)) return undefined;
  const looksRight = ['uid', 'door', 'ip', 'cmd', 'hostname', 'Local IP', 'src'].some((key) =>
    Object.hasOwn(body, key),
  );
  if (!looksRight) return undefined;
  const gate = nameOf(body, topic, 'door', 'hostname', 'doorName');
  const time = parseTime(field(body, 'time'));
  if (type === 'heartbeat') return [deviceStatus(gate, 'online', time)];
  const value = type === 'access' ? credentialText(field(body, 'uid')) : undefined;
  if (value === undefined) return [];
  // `isKnown` is text; `access` says what the door's own list made of the card.
  const accepted = toBoolean(field(body, 'isKnown')) !== false && !REFUSED_ACCESS.has(field(body, 'access'));
  return [{ type: 'scan', gate, credential: { type: 'rfid', value }, time, direction: null, method: 'card', accepted }];
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function tagOf(event: JsonObject): string | undefined {
  const hex = textField(event, 'epcHex') ?? textField(event, 'tidHex');
  if (hex !== undefined) return hex.toUpperCase();
  const epc = textField(event, 'epc') ?? textField(event, 'tid');
  if (epc === undefined || !BASE64.test(epc)) return undefined;
  return Buffer.from(epc, 'base64').toString('hex').toUpperCase() || undefined;
}

function impinj(body: JsonObject, topic: string): Decoded[] | undefined {
  const event = objectField(body, 'tagInventoryEvent');
  if (!event)
    return typeof field(body, 'eventType') === 'string' && textField(body, 'timestamp') !== undefined ? [] : undefined;
  const value = tagOf(event);
  if (value === undefined) return [];
  const gate = nameOf(body, topic, 'hostname', 'readerName');
  return [tagScan(gate, value, field(body, 'timestamp'))];
}

function zebra(body: JsonObject, topic: string): Decoded[] | undefined {
  const data = objectField(body, 'data');
  const type = field(body, 'type');
  if (!data || typeof type !== 'string' || textField(body, 'timestamp') === undefined) return undefined;
  const tag = textField(data, 'idHex');
  // Heartbeats, antenna and input events of the same reader.
  if (tag === undefined) return [];
  const gate = textField(data, 'hostName') ?? nameOf(body, topic, 'hostName', 'hostname', 'deviceName');
  return [tagScan(gate, tag.toUpperCase(), field(body, 'timestamp'))];
}

function tagScan(gate: string, value: string, timestamp: unknown): Decoded {
  return {
    type: 'scan',
    gate,
    credential: { type: 'rfid', value },
    time: parseTime(timestamp),
    direction: null,
    method: 'tag',
    passageMs: PASSAGE_MS,
  };
}

/** One tag of one message within one passage: the first read stands for all. */
function firstReads(decoded: readonly Decoded[]): Decoded[] {
  const seen = new Set<string>();
  return decoded.filter((item) => {
    if (item.type !== 'scan' || item.passageMs === undefined) return true;
    const at = item.time?.kind === 'instant' ? Math.floor(item.time.epochMs / item.passageMs) : 0;
    const key = `${item.gate}\n${item.credential.value}\n${at}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What a reader said; undefined when the body (one object or an array of them) is not from any of the three. */
export function decodeReader(body: unknown, topic: string): readonly Decoded[] | undefined {
  const items = Array.isArray(body) ? (body as unknown[]).slice(0, MAX_READS) : [body];
  const found: Decoded[] = [];
  let isReader = false;
  for (const item of items) {
    if (!isObject(item)) continue;
    const decoded = espRfid(item, topic) ?? impinj(item, topic) ?? zebra(item, topic);
    if (!decoded) continue;
    isReader = true;
    found.push(...decoded);
  }
  return isReader ? firstReads(found) : undefined;
}
