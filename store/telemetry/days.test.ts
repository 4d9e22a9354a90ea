import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLocalDays, localDaysOf } from './days.ts';
import { TelemetryMisconfigured } from './port.ts';

const HOUR_MS = 3_600_000;
/** No change of clocks, changes at night, a change that skips midnight itself, and one that dropped a whole day. */
const ZONES = ['Asia/Ho_Chi_Minh', 'Europe/Berlin', 'America/Sao_Paulo', 'Africa/Casablanca', 'Pacific/Apia', 'UTC'];

describe.each(ZONES)('local days of %s', (timeZone) => {
  const days = createLocalDays(timeZone);
  const date = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const dateAt = (hour: number) => date.format(hour * HOUR_MS);
  const dateOf = (day: number) => new Date(day * 24 * HOUR_MS).toISOString().slice(0, 10);
  const hours = fc.integer({ min: 100_000, max: 560_000 });

  test('are those of the calendar', () => {
    fc.assert(
      fc.property(hours, (hour) => {
        expect(dateOf(days.dayOf(hour))).toBe(dateAt(hour));
      }),
    );
  });

  test('start with their first hour', () => {
    fc.assert(
      fc.property(hours, (hour) => {
        const start = days.startOf(days.dayOf(hour));
        expect(dateAt(start)).toBe(dateAt(hour));
        expect(dateAt(start - 1)).not.toBe(dateAt(hour));
        expect(start).toBeLessThanOrEqual(hour);
      }),
    );
  });

  test('stretches of one offset cover a span without gap or overlap', () => {
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 20_000 }), fc.nat(), (from, length, probe) => {
        const stretches = days.stretches(from, from + length);
        expect(stretches[0]?.fromHour).toBe(from);
        expect(stretches.at(-1)?.toHour).toBe(from + length);
        stretches.slice(1).forEach((stretch, i) => {
          expect(stretch.fromHour).toBe(stretches[i]?.toHour);
          expect(stretch.offsetHours).not.toBe(stretches[i]?.offsetHours);
        });
        const hour = from + (probe % length);
        const around = stretches.find(({ fromHour, toHour }) => fromHour <= hour && hour < toHour);
        expect(Math.floor((hour + (around?.offsetHours ?? Number.NaN)) / 24)).toBe(days.dayOf(hour));
      }),
    );
  });
});

test('of nothing there are no stretches', () => {
  expect(createLocalDays('UTC').stretches(10, 10)).toEqual([]);
});

test('zones that no store can work in are refused with a sentence', () => {
  expect(() => localDaysOf('Mars/Olympus')).toThrow(TelemetryMisconfigured);
  expect(() => localDaysOf('Asia/Kathmandu')).toThrow(/minutes off UTC: daily rollups need/);
});
