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

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

/**
 * ISO 8601 and its relatives (`2018.02.04 10:24:19`, offset without colon, nanoseconds). With a zone: an instant;
 * without: local text in the form YYYY-MM-DDTHH:mm:ss[.fff]. undefined when it is no time or the clock was never set.
 */
export function parseTimeText(text: string): SourceTime | undefined {
  const match = text.length > 64 ? null : DATE_TIME.exec(text.trim());
  if (!match) return undefined;
  const {
    1: year = '',
    2: month = '',
    3: day = '',
    4: hour = '',
    5: minute = '',
    6: second = '00',
    7: fraction = '',
    8: zone,
  } = match;
  const [monthNumber, dayNumber] = [Number(month), Number(day)];
  if (monthNumber > 12 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  // 31 February does not exist; a device that sends it has no usable clock.
  if (dayNumber < 1 || dayNumber > daysIn(Number(year), monthNumber)) return undefined;
  const wholeMs = Date.UTC(Number(year), monthNumber - 1, dayNumber, Number(hour), Number(minute), Number(second));
  if (!(wholeMs >= SET_CLOCK_SECONDS * 1e3)) return undefined;
  if (zone === undefined) {
    const local = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${hour.padStart(2, '0')}:${minute}:${second}`;
    return { kind: 'local', text: fraction === '' ? local : `${local}.${fraction}` };
  }
  const microseconds = fraction === '' ? 0 : Number(fraction.padEnd(6, '0').slice(0, 6));
  return { kind: 'instant', epochMs: wholeMs + microseconds / 1e3 - offsetMinutes(zone) * 60_000 };
}

/** Number of any epoch unit, number as text, or date text. */
export function parseTime(value: unknown): SourceTime | undefined {
  if (typeof value === 'number') return instant(epochMsFrom(value));
  if (typeof value !== 'string') return undefined;
  return /^\d+(\.\d+)?$/.test(value) ? instant(epochMsFrom(Number(value))) : parseTimeText(value);
}
