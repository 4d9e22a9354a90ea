import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Position } from '../../../contracts/places.ts';
import { type Site, sectorLines } from './sectors.ts';

const KM = 1 / 111.32;
const away = ([x, y]: Position, { position }: Site) => Math.hypot((x - position[0]) * Math.cos(0.19), y - position[1]);

describe('approximate borders', () => {
  test('run half way between two schools of different areas', () => {
    const lines = sectorLines([
      { position: [106.6, 11], area: 'a' },
      { position: [106.62, 11], area: 'b' },
    ]);
    expect(lines).toHaveLength(1);
    for (const [lon] of lines[0] ?? []) expect(lon).toBeCloseTo(106.61, 4);
  });

  test('there are none inside an area, nor between schools far apart', () => {
    expect(
      sectorLines([
        { position: [106.6, 11], area: 'a' },
        { position: [106.62, 11], area: 'a' },
      ]),
    ).toEqual([]);
    expect(
      sectorLines([
        { position: [106.6, 11], area: 'a' },
        { position: [107.6, 11], area: 'b' },
      ]),
    ).toEqual([]);
    expect(sectorLines([])).toEqual([]);
  });

  test('two schools in one place do no harm', () => {
    const twin = { position: [106.6, 11] as Position, area: 'a' };
    expect(sectorLines([twin, { ...twin, area: 'b' }])).toEqual([]);
  });

  test('no school is nearer to a border than the two it parts', () => {
    const site = fc
      .record({
        x: fc.integer({ min: 0, max: 80 }),
        y: fc.integer({ min: 0, max: 80 }),
        area: fc.constantFrom('a', 'b', 'c'),
      })
      .map(({ x, y, area }): Site => ({ position: [106.6 + x * 0.001, 10.85 + y * 0.001], area }));
    fc.assert(
      fc.property(fc.uniqueArray(site, { maxLength: 14, selector: ({ position }) => position.join() }), (sites) => {
        for (const [from, to] of sectorLines(sites)) {
          const middle: Position = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
          const nearest = sites.map((one) => away(middle, one)).toSorted((a, b) => a - b);
          expect((nearest[1] ?? 0) - (nearest[0] ?? 0)).toBeLessThan(0.02 * KM);
        }
      }),
    );
  });
});
