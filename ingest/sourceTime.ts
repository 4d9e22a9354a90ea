/** When was it measured? Device times are trusted within bounds, else the receive time stands in and says so. */
import { LATE_AFTER_MS, READING_FLAGS } from '../contracts/reading.ts';
import type { SourceTime } from '../devices/codec.ts';

/** A device may run this far ahead of us before its clock is called wrong. */
export const MAX_AHEAD_MS = 10 * 60_000;

export interface TimeRules {
  readonly maxAgeMs: number;
  /** IANA name: zone of device clocks that do not say theirs. */
  readonly timeZone: string;
}

export interface ResolvedTime {
  /** Epoch ms, microseconds as fraction. */
  readonly at: number;
  /** Bits of READING_FLAGS. */
  readonly flags: number;
  /** What the device's clock said, for its skew; undefined when it said nothing readable. */
  readonly claimed: number | undefined;
}

const LOCAL = /^(\d{4})[-./](\d{2})[-./](\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?/;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/** Minutes east of UTC at an instant. */
export function offsetMinutes(epochMs: number, timeZone: string): number {
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(epochMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const get = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const asUtc = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'));
  return Math.round((asUtc - Math.floor(epochMs / 1_000) * 1_000) / 60_000);
}

/** Epoch ms of a clock text without zone, undefined when it is none. */
export function localToEpochMs(
  text: string,
  zone: { readonly timeZone: string } | { readonly utcOffsetMinutes: number },
): number | undefined {
  const match = LOCAL.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = ''] = match;
  const wall =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) +
    Number(`0.${fraction || 0}`) * 1_000;
  if (!Number.isFinite(wall)) return undefined;
  if ('utcOffsetMinutes' in zone) return wall - zone.utcOffsetMinutes * 60_000;
  // Twice, because the offset at the guess may differ from the one at the instant (a change of summer time between).
  const guess = wall - offsetMinutes(wall, zone.timeZone) * 60_000;
  return wall - offsetMinutes(guess, zone.timeZone) * 60_000;
}

function claimedTime(
  time: SourceTime | undefined,
  rules: TimeRules,
  utcOffsetMinutes: number | undefined,
): number | undefined {
  if (time === undefined) return undefined;
  if (time.kind === 'instant') return time.epochMs;
  return localToEpochMs(
    time.text,
    utcOffsetMinutes === undefined ? { timeZone: rules.timeZone } : { utcOffsetMinutes },
  );
}

export function resolveTime(
  time: SourceTime | undefined,
  receivedAt: number,
  historic: boolean,
  rules: TimeRules,
  utcOffsetMinutes?: number,
): ResolvedTime {
  if (time === undefined) return { at: receivedAt, flags: 0, claimed: undefined };
  const claimed = claimedTime(time, rules, utcOffsetMinutes);
  if (claimed === undefined || !Number.isFinite(claimed))
    return { at: receivedAt, flags: READING_FLAGS.clock, claimed: undefined };
  if (claimed > receivedAt + MAX_AHEAD_MS || claimed < receivedAt - rules.maxAgeMs)
    return { at: receivedAt, flags: READING_FLAGS.clock, claimed };
  // Microseconds: what the stores keep, and what floating seconds can still carry.
  const at = Math.round(claimed * 1_000) / 1_000;
  const late = receivedAt - at > LATE_AFTER_MS ? READING_FLAGS.late : 0;
  return { at, flags: late | (historic ? READING_FLAGS.historic : 0), claimed };
}
