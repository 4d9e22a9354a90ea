/** The text rules of MQTT 3.1.1 (sections 1.5.3 and 4.7) on the bytes themselves: decoded text has lost what was wrong. */
import { isUtf8 } from 'node:buffer';

const HASH = 0x23;
const PLUS = 0x2b;
const SLASH = 0x2f;

/** Valid UTF-8 (so no surrogates, nothing overlong) without NUL or control characters. Empty text is clean. */
export function isCleanUtf8(bytes: Uint8Array, from: number, to: number): boolean {
  let isAscii = true;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte === 0x7f) return false;
    if (byte >= 0x80) isAscii = false;
  }
  return isAscii || isCleanBeyondAscii(bytes, from, to);
}

function isCleanBeyondAscii(bytes: Uint8Array, from: number, to: number): boolean {
  if (!isUtf8(bytes.subarray(from, to))) return false;
  // U+0080 to U+009F, the second set of control characters, are C2 80 to C2 9F.
  for (let at = from; at + 1 < to; at++) if (bytes[at] === 0xc2 && (bytes[at + 1] ?? 0) < 0xa0) return false;
  return true;
}

/** A name to publish to: not empty, no wildcards, not deeper than `maxLevels`. */
export function isTopicName(bytes: Uint8Array, from: number, to: number, maxLevels: number): boolean {
  if (from === to) return false;
  let levels = 1;
  let isAscii = true;
  // One pass: this runs for every message.
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte === 0x7f || byte === HASH || byte === PLUS) return false;
    if (byte === SLASH) levels++;
    else if (byte >= 0x80) isAscii = false;
  }
  return levels <= maxLevels && (isAscii || isCleanBeyondAscii(bytes, from, to));
}

/** A filter: `+` fills a level, `#` fills the last one. */
export function isTopicFilter(bytes: Uint8Array, from: number, to: number, maxLevels: number): boolean {
  if (from === to || !isCleanUtf8(bytes, from, to)) return false;
  let levels = 1;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === SLASH) levels++;
    if (byte !== HASH && byte !== PLUS) continue;
    const fillsItsLevel = (at === from || bytes[at - 1] === SLASH) && (at + 1 === to || bytes[at + 1] === SLASH);
    if (!fillsItsLevel || (byte === HASH && at + 1 < to)) return false;
  }
  return levels <= maxLevels;
}

/** Whether a message on this topic is for this filter (section 4.7). Both are valid. */
export function filterMatches(filter: string, topic: string): boolean {
  // [MQTT-4.7.2-1]: a wildcard in front never finds the server's own topics.
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  if (filter === topic || filter === '#') return true;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (let level = 0; level < wanted.length; level++) {
    const want = wanted[level];
    if (want === '#') return true;
    // `sport/#` is for `sport` too.
    if (level >= levels.length) return false;
    if (want !== '+' && want !== levels[level]) return false;
  }
  return wanted.length === levels.length;
}
