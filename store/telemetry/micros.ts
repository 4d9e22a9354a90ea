/** Times inside the stores: whole epoch microseconds, which a number holds exactly until the year 2255. */
import type { Reading } from '../../contracts/reading.ts';
import type { Scan } from '../../contracts/scan.ts';
import type { Span } from './port.ts';

export const HOUR_US = 3_600_000_000;

export const toMicros = (epochMs: number): number => Math.round(epochMs * 1_000);
export const toMillis = (epochUs: number): number => epochUs / 1_000;
/** Hours since the epoch, the number a rollup is filed under. */
export const hourOf = (epochUs: number): number => Math.floor(epochUs / HOUR_US);

export interface SpanUs {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The part of a span in which something can be stored. */
export function spanInMicros(span: Span): SpanUs {
  if (Number.isNaN(span.from) || Number.isNaN(span.to)) throw new RangeError('a span needs two instants');
  return { fromUs: clamp(span.from), toUs: clamp(span.to) };
}

function clamp(epochMs: number): number {
  return toMicros(Math.min(Math.max(epochMs, 0), Number.MAX_SAFE_INTEGER / 1_000 - 1));
}

/** Months since January 1970, UTC: raw data is kept and dropped by these. */
export function monthOf(epochUs: number): number {
  const date = new Date(toMillis(epochUs));
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

export function monthStartUs(month: number): number {
  return Date.UTC(1970 + Math.floor(month / 12), month % 12) * 1_000;
}

/** What keeps an item out of every store, or undefined. `rawFromUs`: raw data before this was dropped. */
export function defectOfReading(reading: Reading, rawFromUs: number): string | undefined {
  if (!Number.isFinite(reading.value)) return `the value ${reading.value} is not a finite number`;
  return defectOfTimes('measuredAt', reading.measuredAt, reading.receivedAt, rawFromUs);
}

export function defectOfScan(scan: Scan, rawFromUs: number): string | undefined {
  return (
    defectOfTimes('at', scan.at, scan.receivedAt, rawFromUs) ??
    defectOfName('gate', scan.gate) ??
    defectOfName('id', scan.id)
  );
}

function defectOfTimes(name: string, at: number, receivedAt: number, rawFromUs: number): string | undefined {
  if (!isStorable(at)) return `${name} ${at} is not between 1970 and 2255`;
  if (!isStorable(receivedAt)) return `receivedAt ${receivedAt} is not between 1970 and 2255`;
  if (toMicros(at) < rawFromUs)
    return `older than ${new Date(toMillis(rawFromUs)).toISOString()}: the raw data of that month was dropped`;
  return undefined;
}

const isStorable = (epochMs: number): boolean => epochMs >= 0 && epochMs <= Number.MAX_SAFE_INTEGER / 1_000 - 1;

/** A name that would not come back as it went in: line breaks end a line of line protocol, half a surrogate is no text. */
export function defectOfName(what: string, name: string): string | undefined {
  return name.isWellFormed() && !/\p{Cc}/u.test(name)
    ? undefined
    : `the ${what} ${JSON.stringify(name)} has a control character or is not valid text`;
}
