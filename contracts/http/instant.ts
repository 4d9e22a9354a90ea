/** Times as requests say them: ISO 8601 or epoch milliseconds. They go out as epoch milliseconds. */
import { z } from 'zod';

/** The farthest instant a Date can name. */
const MAX_EPOCH_MS = 8.64e15;
/** A space stands where an unescaped `+` of a query string was. */
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?(Z|[+\- ]\d{2}:?\d{2})?)?$/;

const EXPECTED = 'expected an ISO 8601 time or epoch milliseconds';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** Local time minus UTC at an instant, ms. */
export function zoneOffsetMs(timeZone: string, epochMs: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(epochMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(epochMs / 1000) * 1000;
}

/** The instant at which clocks of the zone show this. `asUtcMs`: the shown date and time read as if it were UTC. */
function localToEpochMs(timeZone: string, asUtcMs: number): number {
  const guess = asUtcMs - zoneOffsetMs(timeZone, asUtcMs);
  return asUtcMs - zoneOffsetMs(timeZone, guess);
}

/** Epoch ms, or undefined when the text is no time. Without `Z` or offset it is local time of the zone. */
export function parseInstant(text: string, timeZone: string): number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) {
    const epochMs = Number(text);
    return Math.abs(epochMs) <= MAX_EPOCH_MS ? epochMs : undefined;
  }
  const match = ISO_TIME.exec(text);
  if (!match) return undefined;
  const [, date = '', time = '00:00', fraction = '', zone = ''] = match;
  const asUtcMs = Date.parse(`${date}T${time}Z`);
  // Date.parse lets 30 February run over into March.
  if (!Number.isFinite(asUtcMs) || !new Date(asUtcMs).toISOString().startsWith(date)) return undefined;
  const fractionMs = Number(`0${fraction}`) * 1000;
  if (zone === '') return localToEpochMs(timeZone, asUtcMs) + fractionMs;
  if (zone === 'Z') return asUtcMs + fractionMs;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 18 || minutes > 59) return undefined;
  const offsetMs = (hours * 60 + minutes) * 60_000;
  return asUtcMs - (zone.startsWith('-') ? -offsetMs : offsetMs) + fractionMs;
}

/** ISO 8601 (without `Z` or offset: local time of the zone) or epoch milliseconds → epoch milliseconds. */
export const instantIn = (timeZone: string) =>
  z.union(
    [
      z.number().min(-MAX_EPOCH_MS).max(MAX_EPOCH_MS),
      z.string().transform((text, context) => {
        const epochMs = parseInstant(text, timeZone);
        if (epochMs !== undefined) return epochMs;
        context.addIssue({ code: 'custom', message: EXPECTED });
        return z.NEVER;
      }),
    ],
    { error: EXPECTED },
  );
