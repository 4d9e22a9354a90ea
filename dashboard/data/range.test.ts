import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { floorTo, gapAfterMs, PRESETS, parseInstant, presetOf, resolveRange, stepFor, withGaps } from './range.ts';

const ZONE = 'Asia/Ho_Chi_Minh';
/** Sunday 22/11/2026 07:15 in Viet Nam. */
const NOW = Date.UTC(2026, 10, 22, 0, 15);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIDNIGHT = Date.UTC(2026, 10, 21, 17);

describe('instants', () => {
  test.each([
    ['now', NOW],
    ['now-6h', NOW - 6 * HOUR],
    ['now+30m', NOW + HOUR / 2],
    ['now/d', MIDNIGHT],
    ['now-1d/d', MIDNIGHT - DAY],
    ['now-7d', NOW - 7 * DAY],
    ['now/w', MIDNIGHT - 6 * DAY],
    ['now/h', Date.UTC(2026, 10, 22, 0)],
    ['1795306500000', 1_795_306_500_000],
    ['2026-11-22T00:15:00Z', NOW],
    ['2026-11-22T07:15', NOW],
    ['2026-11-22', MIDNIGHT],
  ])('%s', (text, expected) => {
    expect(parseInstant(text, NOW, ZONE)).toBe(expected);
  });

  test.each(['', 'yesterday', 'now-', 'now-6', 'now-6y', 'now/y', 'NOW', 'now-6h-1d', '2026-13-01', '22/11/2026'])(
    '“%s” is none',
    (text) => {
      expect(parseInstant(text, NOW, ZONE)).toBeNull();
    },
  );

  test('a day starts at local midnight, also where clocks change', () => {
    const autumn = Date.UTC(2026, 9, 25, 12);
    expect(new Date(floorTo(autumn, 'd', 'Europe/Berlin')).toISOString()).toBe('2026-10-24T22:00:00.000Z');
  });
});

describe('ranges', () => {
  test.each(Object.entries(PRESETS))('preset %s resolves and is recognised', (id, question) => {
    const range = resolveRange(question, NOW, ZONE);
    expect(range?.to).toBe(NOW);
    expect(presetOf(question)).toBe(id);
  });

  test('what ends before it starts is no range', () => {
    expect(resolveRange({ from: 'now', to: 'now-1h' }, NOW, ZONE)).toBeNull();
    expect(resolveRange({ from: 'now', to: 'now' }, NOW, ZONE)).toBeNull();
  });
});

describe('steps', () => {
  const range = fc.integer({ min: 60_000, max: 400 * DAY }).map((spanMs) => ({ from: NOW - spanMs, to: NOW }));

  test('give at most one point per pixel, up to the longest step', () => {
    fc.assert(
      fc.property(range, fc.integer({ min: 100, max: 4_000 }), ({ from, to }, widthPx) => {
        const { ms } = stepFor({ from, to }, widthPx, null);
        return ms !== null && (ms === DAY || (to - from) / ms <= widthPx);
      }),
    );
  });

  test('raw readings are asked for only where few are expected', () => {
    fc.assert(
      fc.property(
        range,
        fc.integer({ min: 100, max: 4_000 }),
        fc.integer({ min: 1_000, max: DAY }),
        (asked, px, ms) => {
          const { every } = stepFor(asked, px, ms);
          return every !== null || (asked.to - asked.from) / ms <= px / 4;
        },
      ),
    );
  });

  test('six hours on a chart of 900 px are half minutes', () => {
    expect(stepFor({ from: NOW - 6 * HOUR, to: NOW }, 900, 60_000)).toEqual({ every: 'PT30S', ms: 30_000 });
  });
});

describe('gaps', () => {
  test('a hole longer than the device’s rhythm breaks the line', () => {
    const points = [
      [0, 1],
      [60_000, 2],
      [600_000, 3],
    ] as const;
    expect(withGaps(points, 150_000)).toEqual([
      [0, 1],
      [60_000, 2],
      [135_000, null],
      [600_000, 3],
    ]);
  });

  test('no value is lost or moved', () => {
    const points = fc
      .uniqueArray(fc.integer({ min: 0, max: 1e9 }), { maxLength: 50 })
      .map((times) => times.toSorted((a, b) => a - b).map((at) => [at, at % 7] as const));
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 1e7 }), (given, gapMs) => {
        const drawn = withGaps(given, gapMs);
        expect(drawn.filter(([, value]) => value !== null)).toEqual(given);
        expect(drawn.map(([at]) => at)).toEqual(drawn.map(([at]) => at).toSorted((a, b) => a - b));
      }),
    );
  });

  test('a kind that speaks every ten minutes is not broken by one late reading', () => {
    expect(gapAfterMs({ every: null, ms: null }, 600_000)).toBe(1_500_000);
  });
});
