/**
 * Figures, dates and ages as people here write them: 1.234,5 · 28,5 °C · 95,7 % · 22/11/2026 07:15.
 * Fields are put together by hand: Intl writes the time before the date and shortens the year.
 */
import type { Language } from './languages.ts';

const NUMBER_LOCALE: Record<Language, string> = { vi: 'vi-VN', en: 'en-GB' };
/** Between a number and its unit, so that they never part at a line's end. */
const JOIN = '\u00A0';
export const NOTHING = '–';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export type AgeUnit = 'second' | 'minute' | 'hour' | 'day';
export interface Age {
  readonly count: number;
  readonly unit: AgeUnit;
}

/** How old something is, in the largest unit that fills once. Never negative: clocks differ a little. */
export function ageOf(ageMs: number): Age {
  const age = Math.max(0, ageMs);
  if (age < MINUTE_MS) return { count: Math.floor(age / SECOND_MS), unit: 'second' };
  if (age < HOUR_MS) return { count: Math.floor(age / MINUTE_MS), unit: 'minute' };
  if (age < DAY_MS) return { count: Math.floor(age / HOUR_MS), unit: 'hour' };
  return { count: Math.floor(age / DAY_MS), unit: 'day' };
}

export interface Formats {
  readonly language: Language;
  readonly timeZone: string;
  /** 1.234,5 */
  number(value: number, decimals?: number): string;
  /** 28,5 °C; without unit just the number. */
  quantity(value: number, decimals: number, unit: string | null): string;
  /** 0.957 → 95,7 %; whole percents lose the decimal. */
  percent(share: number): string;
  /** 22/11/2026 */
  date(at: number): string;
  /** 07:15 */
  time(at: number): string;
  /** 07:15:09 */
  clock(at: number): string;
  /** 22/11/2026 07:15 */
  dateTime(at: number): string;
  /** Today just the time, else day and month before it: 21/11 07:15. */
  moment(at: number, now: number): string;
  weekday(at: number): string;
}

export function createFormats(language: Language, timeZone: string): Formats {
  const locale = NUMBER_LOCALE[language];
  const numbers = new Map<number, Intl.NumberFormat>();
  const fields = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const weekdays = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'long' });

  function number(value: number, decimals = 0): string {
    let format = numbers.get(decimals);
    if (!format) {
      format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
      numbers.set(decimals, format);
    }
    return format.format(value);
  }

  function parts(at: number): Readonly<Record<string, string>> {
    return Object.fromEntries(fields.formatToParts(at).map(({ type, value }) => [type, value]));
  }

  function date(at: number): string {
    const { day, month, year } = parts(at);
    return `${day}/${month}/${year}`;
  }

  function time(at: number): string {
    const { hour, minute } = parts(at);
    return `${hour}:${minute}`;
  }

  return {
    language,
    timeZone,
    number,
    quantity: (value, decimals, unit) => (unit ? `${number(value, decimals)}${JOIN}${unit}` : number(value, decimals)),
    percent(share) {
      // 99,97 % must not be rounded up to "all of them"
      const tenths = share < 1 ? Math.min(999, Math.round(share * 1_000)) : Math.round(share * 1_000);
      // and 0,02 % is not none
      if (tenths === 0 && share > 0) return `<${JOIN}${number(0.1, 1)}${JOIN}%`;
      return `${number(tenths / 10, tenths % 10 === 0 ? 0 : 1)}${JOIN}%`;
    },
    date,
    time,
    clock(at) {
      const { hour, minute, second } = parts(at);
      return `${hour}:${minute}:${second}`;
    },
    dateTime: (at) => `${date(at)} ${time(at)}`,
    moment(at, now) {
      if (date(at) === date(now)) return time(at);
      return `${date(at).slice(0, 5)} ${time(at)}`;
    },
    weekday: (at) => weekdays.format(at),
  };
}
