/** How long an alarm can be put aside: the usual choices, as instants. */
import { parseInstant, zoneOffsetMs } from '../../../contracts/http/instant.ts';
import { floorTo } from '../../data/range.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MORNING = '07:00';

export const SHELVE_CHOICES = ['m30', 'h2', 'tomorrow'] as const;
export type ShelveChoice = (typeof SHELVE_CHOICES)[number];

/** `tomorrow` is 07:00 of the next calendar day of the installation: when the schools begin. */
export function shelveUntil(choice: ShelveChoice, now: number, timeZone: string): number {
  if (choice === 'm30') return now + 30 * MINUTE_MS;
  if (choice === 'h2') return now + 2 * HOUR_MS;
  // 36 hours after midnight lie within the next day even where the clock was put forward or back
  const nextNoon = floorTo(now, 'd', timeZone) + 36 * HOUR_MS;
  const nextDay = new Date(nextNoon + zoneOffsetMs(timeZone, nextNoon)).toISOString().slice(0, 10);
  return parseInstant(`${nextDay}T${MORNING}`, timeZone) ?? nextNoon;
}
