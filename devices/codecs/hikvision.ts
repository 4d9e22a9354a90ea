/** Hikvision access terminals post each event over HTTP: JSON or XML, alone or in a multipart body with a picture. */
import type { Direction } from '../../contracts/scan.ts';
import type { Codec, Decoded } from '../codec.ts';
import { refusal } from './decoded.ts';
import {
  emptyRecord,
  field,
  isObject,
  type JsonObject,
  objectField,
  parseJson,
  textField,
  textOf,
  toNumber,
} from './json.ts';
import { credentialText } from './scans.ts';
import { parseTimeText } from './time.ts';

const ACCESS_EVENT = 5;
/** What happened, as against `currentVerifyMode`, which is only what the terminal is set to accept. */
const METHODS: ReadonlyMap<number, string> = new Map([
  [1, 'card'],
  [2, 'card'],
  [38, 'fingerprint'],
  [40, 'fingerprint'],
  [43, 'fingerprint'],
  [46, 'fingerprint'],
  [54, 'face'],
  [57, 'face'],
  [60, 'face'],
  [63, 'face'],
  [66, 'face'],
  [69, 'fingerprint'],
  [72, 'fingerprint'],
  [75, 'face'],
  [77, 'face'],
  [101, 'password'],
]);
const DIRECTIONS: ReadonlyMap<string, Direction> = new Map<string, Direction>([
  ['checkIn', 'in'],
  ['breakIn', 'in'],
  ['overtimeIn', 'in'],
  ['checkOut', 'out'],
  ['breakOut', 'out'],
  ['overtimeOut', 'out'],
]);

/** A number is a person's number too; a name or picture is never looked at. */
function credentialOf(event: JsonObject): { readonly type: 'person' | 'rfid'; readonly value: string } | undefined {
  const person = credentialText(field(event, 'employeeNoString')) ?? credentialText(field(event, 'employeeNo'));
  if (person !== undefined && person !== '0') return { type: 'person', value: person };
  const card = credentialText(field(event, 'cardNo'));
  return card === undefined ? undefined : { type: 'rfid', value: card };
}

function access(message: JsonObject, event: JsonObject, nameless: string): readonly Decoded[] {
  const gate =
    textField(event, 'deviceName') ??
    textField(message, 'deviceName') ??
    textField(message, 'macAddress') ??
    textField(message, 'ipAddress') ??
    nameless;
  const major = toNumber(field(event, 'majorEventType'));
  const method = METHODS.get(toNumber(field(event, 'subEventType')) ?? -1);
  // Doors opening and closing, refused faces, alarms: none of it is attendance.
  if ((major !== undefined && major !== ACCESS_EVENT) || method === undefined) return [];
  const credential = credentialOf(event);
  if (!credential) return [];
  const when = textField(message, 'dateTime') ?? '';
  const time = parseTimeText(when);
  if (time === undefined) return [refusal('bad-time', `not a time: ${when.slice(0, 40)}`, gate)];
  const serial = toNumber(field(event, 'serialNo'));
  const second = time.kind === 'instant' ? Math.floor(time.epochMs / 1000) : time.text;
  return [
    {
      type: 'scan',
      gate,
      // Old events are sent again when pushing is switched on; the serial number restarts when a terminal is reset.
      id: serial === undefined ? undefined : `hik:${gate.slice(0, 60)}:${serial}:${second}`,
      credential,
      time,
      direction: DIRECTIONS.get(textField(event, 'attendanceStatus') ?? '') ?? null,
      method,
    },
  ];
}

function messageIn(json: unknown): JsonObject | undefined {
  return objectField(json, 'EventNotificationAlert') ?? (isObject(json) ? json : undefined);
}

/** One event as JSON. Heartbeats and other event types give an empty list. `nameless`: gate of one that says no name. */
export function parseHikvision(json: unknown, nameless = 'hikvision'): readonly Decoded[] {
  const message = messageIn(json);
  if (!message) return [refusal('bad-payload', 'an event is a JSON object')];
  const event = objectField(message, 'AccessControllerEvent');
  return event ? access(message, event, nameless) : [];
}

const XML_FIELDS = [
  'dateTime',
  'ipAddress',
  'macAddress',
  'deviceName',
  'majorEventType',
  'subEventType',
  'employeeNoString',
  'employeeNo',
  'cardNo',
  'serialNo',
  'attendanceStatus',
] as const;

/** The few leaf elements we read; no document is built, so nothing in it can be expanded. */
function parseXml(text: string): JsonObject {
  const flat = emptyRecord();
  for (const name of XML_FIELDS) {
    const value = new RegExp(`<${name}>([^<]{1,256})</${name}>`).exec(text)?.[1];
    if (value !== undefined) flat[name] = value.trim();
  }
  return text.includes('<AccessControllerEvent') ? { ...flat, AccessControllerEvent: flat } : flat;
}

/** The object a text says, undefined when it says none. */
function messageOf(text: string): JsonObject | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('<')) return messageIn(parseJson(trimmed));
  return trimmed.includes('<EventNotificationAlert') ? parseXml(trimmed) : undefined;
}

/** Of a multipart body only the first text part: pictures are neither parsed nor kept. */
function messageOfBody(body: Uint8Array, contentType: string): JsonObject | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return messageOf(Buffer.from(body).toString('utf8'));
  // Latin 1 keeps every byte, so that a part can be cut out before it is read as UTF-8.
  for (const part of Buffer.from(body).toString('latin1').split(`--${boundary}`).slice(0, 20)) {
    const cut = part.indexOf('\r\n\r\n');
    if (cut < 0 || /content-type:\s*image/i.test(part.slice(0, cut))) continue;
    const content = Buffer.from(part.slice(cut + 4), 'latin1').toString('utf8');
    if (/^\s*[{<]/.test(content)) return messageOf(content);
  }
  return undefined;
}

/** The body of a post as it came. */
export function parseHikvisionBody(body: Uint8Array, contentType: string): readonly Decoded[] {
  const message = messageOfBody(body, contentType);
  return message ? parseHikvision(message) : [refusal('bad-payload', 'no event in the body')];
}

/** What attendance needs; names, pictures, addresses and whatever else a firmware adds are left behind. */
const KEPT_OF_MESSAGE = ['dateTime', 'deviceName'] as const;
const KEPT_OF_EVENT = [
  'deviceName',
  'majorEventType',
  'subEventType',
  'employeeNoString',
  'employeeNo',
  'cardNo',
  'serialNo',
  'attendanceStatus',
] as const;
const MAX_KEPT_CHARS = 256;

function pick(from: JsonObject, names: readonly string[]): JsonObject {
  const kept = emptyRecord();
  for (const name of names) {
    const value = field(from, name);
    if (typeof value === 'number' || (typeof value === 'string' && value.length <= MAX_KEPT_CHARS)) kept[name] = value;
  }
  return kept;
}

/** An access event without names and pictures; `other`: understood and no access event, a heartbeat for one. */
export function stripHikvision(body: Uint8Array, contentType: string): JsonObject | 'other' | 'unreadable' {
  const message = messageOfBody(body, contentType);
  if (!message) return 'unreadable';
  const event = objectField(message, 'AccessControllerEvent');
  if (!event) return 'other';
  return { ...pick(message, KEPT_OF_MESSAGE), AccessControllerEvent: pick(event, KEPT_OF_EVENT) };
}

const TOPIC = /^hikvision\/([^/]+)\/event$/;

/** As the HTTP door writes them down: `hikvision/<terminal>/event` with the stripped event. */
export const hikvision: Codec = {
  id: 'hikvision',
  claims: (topic) => topic.startsWith('hikvision/') && TOPIC.test(topic),
  decode({ topic, payload }) {
    const terminal = TOPIC.exec(topic)?.[1];
    const message = parseJson(textOf(payload));
    if (!isObject(message) || !Object.hasOwn(message, 'AccessControllerEvent'))
      return [refusal('bad-payload', 'the terminal posted no event that can be read', terminal)];
    return parseHikvision(message, terminal);
  },
};
