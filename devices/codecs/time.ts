/** Times as devices write them. A time that can not be read is undefined: the receive time then stands in. */
import type { SourceTime } from '../codec.ts';

/** 2001-09-09: a clock that shows less was never set (uptime counters, 1970 after a power cut). */
const SET_CLOCK_SECONDS = 1e9;

/** Epoch seconds, milliseconds, microseconds or nanoseconds, told apart by size, as epoch ms with µs as fraction. */
export function epochMsFrom(value: number): number | undefined {
  if (!Number.isFinite(value) || value < SET_CLOCK_SECONDS) return undefined;
  if (value < 1e11) return Math.round(value * 1e6) / 1e3;
  if (value < 1e14) return value;
  if (value < 1e17) return value / 1e3;
  return value < 1e20 ? Math.round(value / 1e3) / 1e3 : undefined;
}

export function instant(epochMs: number | undefined): SourceTime | undefined {
  return epochMs === undefined ? undefined : { kind: 'instant', epochMs };
}

const DATE_TIME =
  /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[T ]+|,\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/;

function offsetMinutes(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || '0');
  return zone.startsWith('-') ? -minutes : minutes;
}

/**
 * ISO 8601 and its relatives (`2018.02.04 10:24:19`, offset without colon, nanoseconds). With a zone: an instant;
 * without: local text in the form YYYY-MM-DDTHH:mm:ss[.fff]. undefined when it is no time or the clock was never set.
 */
export function parseTimeText(text: string): SourceTime | undefined {
  const match = text.length > 64 ? null : DATE_TIME.exec(text.trim());
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', fraction = '', zone] = match;
  const two = (part: string) => part.padStart(2, '0');
  const local = `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}`;
  const wholeMs = Date.parse(`${local}Z`);
  // Date.parse rolls 31 February over to March; a device that sends it has no usable clock.
  if (Number.isNaN(wholeMs) || new Date(wholeMs).getUTCDate() !== Number(day)) return undefined;
  if (wholeMs < SET_CLOCK_SECONDS * 1e3) return undefined;
  const microseconds = Number(fraction.padEnd(6, '0').slice(0, 6));
  if (zone === undefined) return { kind: 'local', text: fraction === '' ? local : `${local}.${fraction}` };
  return { kind: 'instant', epochMs: wholeMs + microseconds / 1e3 - offsetMinutes(zone) * 60_000 };
}

/** Number of any epoch unit, number as text, or date text. */
export function parseTime(value: unknown): SourceTime | undefined {
  if (typeof value === 'number') return instant(epochMsFrom(value));
  if (typeof value !== 'string') return undefined;
  return /^\d+(\.\d+)?$/.test(value) ? instant(epochMsFrom(Number(value))) : parseTimeText(value);
}
