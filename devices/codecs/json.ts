/** Reading of untrusted JSON and text. Nothing here throws, and no name of Object.prototype is ever taken for a field. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function textOf(payload: Uint8Array): string {
  const bytes = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** The parsed value, undefined when the text is not JSON. */
export function parseJson(payload: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof payload === 'string' ? payload : textOf(payload));
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A record to be filled with keys from outside: without a prototype, so that `__proto__` is a key like any other. */
export function emptyRecord(): Record<string, unknown> {
  const made: unknown = Object.create(null);
  return made as Record<string, unknown>; // an object without fields is a record of whatever comes
}

/** An object's own field, undefined for anything else: `constructor` is not a field unless it was sent. */
export function field(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Follows own fields and array positions: path(x, 'a', '0', 'b'). */
export function path(value: unknown, ...keys: readonly string[]): unknown {
  let at = value;
  for (const key of keys) at = Array.isArray(at) ? at[Number(key)] : field(at, key);
  return at;
}

export function objectField(value: unknown, key: string): JsonObject | undefined {
  const found = field(value, key);
  return isObject(found) ? found : undefined;
}

/** Non-empty text, else undefined. */
export function textField(value: unknown, key: string): string | undefined {
  const found = field(value, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

const NUMBER_TEXT = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** A finite number, or text that is entirely one; everything else (null, '', 'nan', true) is undefined. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 40 || !NUMBER_TEXT.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const TRUE_WORDS: ReadonlySet<string> = new Set(['true', 'on', '1', 'yes', 'open', 'online', 'detected', 'active']);
const FALSE_WORDS: ReadonlySet<string> = new Set([
  'false',
  'off',
  '0',
  'no',
  'close',
  'closed',
  'offline',
  'clear',
  'normal',
  'inactive',
]);

export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1) return true;
  if (value === 0) return false;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  return FALSE_WORDS.has(word) ? false : undefined;
}

/** online/offline in the ways firmware says it: {"state":"online"}, online, true, "Online". */
export function onlineState(payload: Uint8Array): 'online' | 'offline' | undefined {
  const text = textOf(payload).trim();
  const json = text.startsWith('{') || text.startsWith('"') ? parseJson(text) : undefined;
  const word = isObject(json) ? (field(json, 'state') ?? field(json, 'status')) : (json ?? text);
  const online = toBoolean(word);
  return online === undefined ? undefined : online ? 'online' : 'offline';
}
