import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_US } from './micros.ts';
import { planSegments } from './segments.ts';

const hour = fc.integer({ min: 0, max: 300 });
const time = fc.oneof(
  hour.map((h) => h * HOUR_US),
  fc.integer({ min: 0, max: 300 * HOUR_US }),
);

test('a plan covers the span once, and reads nothing from rollups that is not closed, clean and a whole hour', () => {
  fc.assert(
    fc.property(time, time, hour, fc.uniqueArray(hour), (fromUs, toUs, closedHour, dirty) => {
      const dirtyHours = dirty.toSorted((a, b) => a - b);
      const segments = planSegments({ fromUs, toUs }, { closedHour, dirtyHours });
      expect(segments.reduce((sum, segment) => sum + segment.toUs - segment.fromUs, 0)).toBe(
        Math.max(0, toUs - fromUs),
      );
      segments.forEach((segment, i) => {
        expect(segment.fromUs).toBe(segments[i - 1]?.toUs ?? fromUs);
        expect(segment.toUs).toBeGreaterThan(segment.fromUs);
        expect(segment.source).not.toBe(segments[i - 1]?.source);
        if (segment.source === 'raw') return;
        expect([segment.fromUs % HOUR_US, segment.toUs % HOUR_US]).toEqual([0, 0]);
        const [from, to] = [segment.fromUs / HOUR_US, segment.toUs / HOUR_US];
        expect(to).toBeLessThanOrEqual(closedHour);
        expect(dirtyHours.filter((h) => h >= from && h < to)).toEqual([]);
      });
    }),
  );
});

test('what is closed and clean comes from rollups', () => {
  expect(planSegments({ fromUs: HOUR_US / 2, toUs: 9 * HOUR_US }, { closedHour: 8, dirtyHours: [3, 4, 6] })).toEqual([
    { source: 'raw', fromUs: HOUR_US / 2, toUs: HOUR_US },
    { source: 'rollup', fromUs: HOUR_US, toUs: 3 * HOUR_US },
    { source: 'raw', fromUs: 3 * HOUR_US, toUs: 5 * HOUR_US },
    { source: 'rollup', fromUs: 5 * HOUR_US, toUs: 6 * HOUR_US },
    { source: 'raw', fromUs: 6 * HOUR_US, toUs: 7 * HOUR_US },
    { source: 'rollup', fromUs: 7 * HOUR_US, toUs: 8 * HOUR_US },
    { source: 'raw', fromUs: 8 * HOUR_US, toUs: 9 * HOUR_US },
  ]);
});

test('many scattered dirty hours do not make many stretches', () => {
  const dirtyHours = Array.from({ length: 500 }, (_, i) => i * 3);
  const segments = planSegments({ fromUs: 0, toUs: 2_000 * HOUR_US }, { closedHour: 2_000, dirtyHours });
  expect(segments.length).toBeLessThan(70);
});
