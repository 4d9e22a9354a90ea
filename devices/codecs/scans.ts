/** Native passages: `<gate>/scans` with {"id","at","credential":{"type","value"},"direction"} or an array of them. */
import type { RawMessage } from '../../contracts/message.ts';
import type { CredentialType, Direction } from '../../contracts/scan.ts';
import type { Codec, Decoded } from '../codec.ts';
import { refusal } from './decoded.ts';
import { field, isObject, parseJson } from './json.ts';
import { parseTime } from './time.ts';

const SUFFIX = '/scans';
const MAX_SCANS = 10_000;
const MAX_VALUE_LENGTH = 256;
const MAX_ID_LENGTH = 128;

function credentialType(value: unknown): CredentialType | undefined {
  return value === 'rfid' || value === 'qr' || value === 'person' ? value : undefined;
}

/** undefined: neither in, out nor unsaid. */
function directionOf(value: unknown): Direction | null | undefined {
  if (value === undefined || value === null) return null;
  return value === 'in' || value === 'out' ? value : undefined;
}

/** Card numbers also come as JSON numbers; one too large to be exact is somebody else's card. */
export function credentialText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? (Number.isSafeInteger(value) && value >= 0 ? String(value) : '') : value;
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  return trimmed === '' || trimmed.length > MAX_VALUE_LENGTH || /\p{Cc}/u.test(trimmed) ? undefined : trimmed;
}

function decodeScan(scan: unknown, gate: string): Decoded {
  const bad = (detail: string) => refusal('bad-payload', detail, gate);
  if (!isObject(scan)) return bad('a scan is an object');
  const type = credentialType(field(field(scan, 'credential'), 'type'));
  if (!type) return bad('credential.type is rfid or qr');
  const value = credentialText(field(field(scan, 'credential'), 'value'));
  if (value === undefined) return bad(`credential.value is text of 1 to ${MAX_VALUE_LENGTH} characters`);
  const direction = directionOf(field(scan, 'direction'));
  if (direction === undefined) return bad('direction is in, out or null');
  const id = field(scan, 'id') ?? undefined;
  if (id !== undefined && (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH)) {
    return bad(`id is text of 1 to ${MAX_ID_LENGTH} characters`);
  }
  const at = field(scan, 'at') ?? undefined;
  const time = parseTime(at);
  if (at !== undefined && time === undefined) return refusal('bad-time', 'at is epoch time or ISO 8601', gate);
  return { type: 'scan', gate, id, credential: { type, value }, time, direction };
}

function decode({ topic, payload }: RawMessage): readonly Decoded[] {
  const gate = topic.slice(0, -SUFFIX.length);
  const body = parseJson(payload);
  if (!Array.isArray(body)) return [decodeScan(body, gate)];
  if (body.length > MAX_SCANS) return [refusal('too-large', `more than ${MAX_SCANS} scans in one message`, gate)];
  return body.map((scan) => decodeScan(scan, gate));
}

export const scans: Codec = {
  id: 'scans',
  claims: (topic) =>
    topic.endsWith(SUFFIX) && topic.length > SUFFIX.length && topic.indexOf('/') === topic.length - SUFFIX.length,
  decode,
};
