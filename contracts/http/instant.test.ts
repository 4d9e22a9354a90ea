import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantIn, parseInstant, zoneOffsetMs } from './instant.ts';

const HANOI = 'Asia/Ho_Chi_Minh';
const at = Date.UTC(2026, 10, 22, 0, 15);

describe('an instant', () => {
  test.each([
    ['2026-11-22T00:15:00Z', at],
    ['2026-11-22T07:15:00+07:00', at],
    ['2026-11-22T07:15:00+0700', at],
    ['2026-11-22T07:15:00 07:00', at],
    ['2026-11-21T19:15:00-05:00', at],
    ['2026-11-22T07:15', at],
    ['2026-11-22 07:15:00', at],
    ['2026-11-22T07:15:00.250', at + 250],
    ['2026-11-22T00:15:00.000123Z', at + 0.123],
    ['2026-11-22', Date.UTC(2026, 10, 21, 17)],
    [String(at), at],
    [`${at}.5`, at + 0.5],
    ['0', 0],
    ['-1', -1],
  ])('%s', (text, expected) => {
    expect(parseInstant(text, HANOI)).toBeCloseTo(expected, 6);
  });

  test.each([
    '',
    'now',
    'foo 1',
    'March 7',
    '2026',
    '2026-13-01',
    '2026-02-30T00:00:00Z',
    '2026-11-22T25:00Z',
    '2026-11-22T00:00:00+99:00',
    'NaN',
    'Infinity',
    '1e400',
    '9999999999999999999',
  ])('“%s” is refused, or a bare number', (text) => {
    expect(parseInstant(text, HANOI)).toBe(text === '2026' ? 2026 : undefined);
  });

  test('what a Date writes is read back, in any zone', () => {
    const zone = fc.constantFrom(HANOI, 'UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham');
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        zone,
        (date, timeZone) => {
          const epochMs = date.getTime();
          expect(parseInstant(date.toISOString(), timeZone)).toBe(epochMs);
          // A local time that occurs twice may be read as either of the two.
          const offsetMs = zoneOffsetMs(timeZone, epochMs);
          const local = new Date(epochMs + offsetMs).toISOString().replace('Z', '');
          const again = parseInstant(local, timeZone) ?? Number.NaN;
          expect(again + zoneOffsetMs(timeZone, again)).toBe(epochMs + offsetMs);
        },
      ),
    );
  });

  test('as a schema it takes numbers too, and says what it expected', () => {
    const instant = instantIn(HANOI);
    expect(instant.parse(12.5)).toBe(12.5);
    expect(instant.safeParse('soon').error?.issues[0]?.message).toBe('expected an ISO 8601 time or epoch milliseconds');
    expect(instant.safeParse(Number.NaN).success).toBe(false);
  });
});
