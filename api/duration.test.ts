import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zoneOffsetMs } from '../contracts/http/instant.ts';
import { bucketOrigin, parseDuration } from './duration.ts';

test.each([
  ['PT1S', 1_000],
  ['PT1M', 60_000],
  ['PT15M', 900_000],
  ['PT60M', 3_600_000],
  ['PT1H', 3_600_000],
  ['PT1H30M', 5_400_000],
  ['P1D', 86_400_000],
  ['P1DT12H', 129_600_000],
  ['P7D', 604_800_000],
  ['P1W', 604_800_000],
])('%s', (text, ms) => {
  expect(parseDuration(text)).toEqual({ ok: true, ms });
});

test('a day begins at local midnight and a week on Monday, today, in any zone', () => {
  const zone = fc.constantFrom('Asia/Ho_Chi_Minh', 'UTC', 'Asia/Kathmandu', 'America/New_York');
  const instant = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) });
  fc.assert(
    fc.property(zone, instant, (timeZone, from) => {
      const WEEK_MS = 604_800_000;
      const origin = bucketOrigin(timeZone, from);
      const start = origin + Math.floor((from - origin) / WEEK_MS) * WEEK_MS;
      const local = new Date(start + zoneOffsetMs(timeZone, from));
      expect([local.getUTCDay(), local.getUTCHours(), local.getUTCMinutes()]).toEqual([1, 0, 0]);
    }),
  );
});
