import { describe, expect, test } from 'vitest';
import { READING_FLAGS } from '../contracts/reading.ts';
import { localToEpochMs, resolveTime } from './sourceTime.ts';

const RECEIVED = Date.UTC(2026, 10, 22, 0, 15);
const DAY = 86_400_000;
const rules = { maxAgeMs: 45 * DAY, timeZone: 'Asia/Ho_Chi_Minh' };
const instant = (epochMs: number) => ({ kind: 'instant', epochMs }) as const;
const local = (text: string) => ({ kind: 'local', text }) as const;

describe('source time', () => {
  test.each([
    ['nothing said', undefined, RECEIVED, 0],
    ['now', instant(RECEIVED), RECEIVED, 0],
    ['microseconds are kept', instant(RECEIVED - 1.2344), RECEIVED - 1.234, 0],
    ['ten minutes ahead', instant(RECEIVED + 600_000), RECEIVED + 600_000, 0],
    ['more than that ahead', instant(RECEIVED + 600_001), RECEIVED, READING_FLAGS.clock],
    ['an hour old', instant(RECEIVED - 3_600_000), RECEIVED - 3_600_000, READING_FLAGS.late],
    ['45 days old', instant(RECEIVED - 45 * DAY), RECEIVED - 45 * DAY, READING_FLAGS.late],
    ['older than that', instant(RECEIVED - 45 * DAY - 1), RECEIVED, READING_FLAGS.clock],
    ['1970', instant(0), RECEIVED, READING_FLAGS.clock],
    ['the year 9999', instant(Date.UTC(9999, 0)), RECEIVED, READING_FLAGS.clock],
    ['not a number', instant(Number.NaN), RECEIVED, READING_FLAGS.clock],
    ['local clock', local('2026-11-22T07:14:30'), RECEIVED - 30_000, 0],
    ['unreadable local clock', local('yesterday'), RECEIVED, READING_FLAGS.clock],
  ])('%s', (_what, time, at, flags) => {
    const resolved = resolveTime(time, RECEIVED, false, rules);
    expect(resolved.flags).toBe(flags);
    expect(resolved.at).toBeCloseTo(at, 3);
  });

  test('historic records say so', () => {
    expect(resolveTime(instant(RECEIVED - DAY), RECEIVED, true, rules).flags).toBe(
      READING_FLAGS.late | READING_FLAGS.historic,
    );
  });

  test('a local time is read in the device’s own offset when it has one', () => {
    expect(resolveTime(local('2026-11-22 00:15:00'), RECEIVED, false, rules, 0).at).toBe(RECEIVED);
  });

  test('local times across a change of summer time', () => {
    const zone = { timeZone: 'Europe/Berlin' };
    expect(localToEpochMs('2026-03-29T01:59:59', zone)).toBe(Date.UTC(2026, 2, 29, 0, 59, 59));
    expect(localToEpochMs('2026-03-29T03:00:00', zone)).toBe(Date.UTC(2026, 2, 29, 1, 0, 0));
    expect(localToEpochMs('2018.02.04 10:24:19', { timeZone: 'Asia/Ho_Chi_Minh' })).toBe(
      Date.UTC(2018, 1, 4, 3, 24, 19),
    );
  });
});
