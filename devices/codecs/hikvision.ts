/** Hikvision access terminals post each event over HTTP: JSON or XML, alone or in a multipart body with a picture. */
import type { Direction } from '../../contracts/scan.ts';
import type { Decoded } from '../codec.ts';
import { refusal } from './decoded.ts';
import { emptyRecord, field, isObject, type JsonObject, objectField, parseJson, textField, toNumber } from './json.ts';
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

function access(message: JsonObject, event: JsonObject): readonly Decoded[] {
  const gate =
    textField(event, 'deviceName') ??
    textField(message, 'deviceName') ??
    textField(message, 'macAddress') ??
    textField(message, 'ipAddress') ??
    'hikvision';
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

/** One event as JSON. Heartbeats and other event types give an empty list. */
export function parseHikvision(json: unknown): readonly Decoded[] {
  const wrapped = objectField(json, 'EventNotificationAlert');
  const message = wrapped ?? (isObject(json) ? json : undefined);
  if (!message) return [refusal('bad-payload', 'an event is a JSON object')];
  const event = objectField(message, 'AccessControllerEvent');
  return event ? access(message, event) : [];
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

function parseText(text: string): readonly Decoded[] {
  const trimmed = text.trim();
  return parseHikvision(trimmed.startsWith('<') ? parseXml(trimmed) : parseJson(trimmed));
}

/**
 * The body of a post as it came. Of a multipart body only the text parts are read: pictures are neither parsed nor kept.
 */
export function parseHikvisionBody(body: Uint8Array, contentType: string): readonly Decoded[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return parseText(Buffer.from(body).toString('utf8'));
  // Latin 1 keeps every byte, so that a part can be cut out before it is read as UTF-8.
  for (const part of Buffer.from(body).toString('latin1').split(`--${boundary}`).slice(0, 20)) {
    const cut = part.indexOf('\r\n\r\n');
    if (cut < 0 || /content-type:\s*image/i.test(part.slice(0, cut))) continue;
    const content = Buffer.from(part.slice(cut + 4), 'latin1').toString('utf8');
    if (/^\s*[{<]/.test(content)) return parseText(content);
  }
  return [refusal('bad-payload', 'no event in the multipart body')];
}
