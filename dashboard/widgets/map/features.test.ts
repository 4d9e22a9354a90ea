import { describe, expect, test } from 'vitest';
import { schoolId } from '../../../contracts/ids.ts';
import type { Condition } from '../../../contracts/live.ts';
import type { Position } from '../../../contracts/places.ts';
import { areaFeatures, islandFeatures, type MapSchool, schoolFeatures } from './features.ts';
import { ISLAND_GROUPS, NATIONAL_EXTENT } from './islands.ts';
import { OUTLINE } from './outline.ts';
import { boxOf, fitBox, mercator } from './projection.ts';

const school = (id: string, position: Position, condition: Condition = 'normal', area = 'a'): MapSchool => ({
  id: schoolId.parse(id),
  name: `Trường ${id}`,
  position,
  area,
  condition,
});
const within = ([lon, lat]: Position, [west, south, east, north]: readonly [number, number, number, number]) =>
  lon > west && lon < east && lat > south && lat < north;

describe('schools on the map', () => {
  test('carry a rank that grows with how bad it is, and count silence', () => {
    const { features } = schoolFeatures([
      school('quiet', [106.6, 10.9]),
      school('silent', [106.7, 10.9], 'no_data'),
      school('danger', [106.8, 10.9], 'danger'),
    ]);
    expect(features.map(({ properties }) => [properties['rank'], properties['silent']])).toEqual([
      [0, 0],
      [2, 1],
      [4, 0],
    ]);
    expect(features.map(({ properties }) => properties['side'])).toEqual(['west-edge', 'east', 'east-edge']);
  });

  test('are named while few need a person; danger always', () => {
    const many = (count: number) =>
      schoolFeatures([
        school('d', [106.6, 10.9], 'danger'),
        school('n', [106.6, 10.9]),
        ...Array.from({ length: count }, (_, index) => school(`w${index}`, [106.7, 10.9], 'warning')),
      ]).features.filter(({ properties }) => properties['named'] === 1).length;
    expect(many(3)).toBe(4);
    expect(many(30)).toBe(1);
  });

  test('an area’s name stands on its own ground, clear of the marks', () => {
    const own = [
      school('1', [106.6, 10.9]),
      school('2', [106.66, 10.9]),
      school('3', [106.6, 10.96]),
      school('4', [106.66, 10.96]),
    ];
    const { features } = areaFeatures(
      [...own, school('5', [107.5, 11.5], 'normal', 'b')],
      [{ id: 'a', name: 'Phường A' }],
    );
    expect(features).toHaveLength(1);
    const [label] = features;
    expect(label?.properties['name']).toBe('Phường A');
    expect(label?.geometry).toMatchObject({ type: 'Point' });
    const spot = label?.geometry.coordinates as Position;
    expect(within(spot, [106.6, 10.9, 106.66, 10.96])).toBe(true);
    for (const { position } of own) expect(Math.abs(position[1] - spot[1])).toBeGreaterThan(0.02);
  });
});

describe('Hoàng Sa and Trường Sa', () => {
  test('lie inside the national extent with all their islands and their names', () => {
    expect(ISLAND_GROUPS.map(({ id }) => id)).toEqual(['hoangSa', 'truongSa']);
    for (const { islands, label } of ISLAND_GROUPS)
      for (const position of [...islands, label]) expect(within(position, NATIONAL_EXTENT)).toBe(true);
  });

  test('are named as Vietnamese on the map', () => {
    const words = { hoangSa: 'HS (Việt Nam)', truongSa: 'TS (Việt Nam)', eastSea: 'Biển Đông' };
    const names = islandFeatures(words).features.map(({ properties }) => properties['name']);
    expect(names).toContain('HS (Việt Nam)');
    expect(names).toContain('TS (Việt Nam)');
  });

  test('are drawn by nobody else: the bundled outline has no foreign land there', () => {
    const foreign = OUTLINE.features
      .filter(({ properties }) => properties.kind === 'neighbour')
      .flatMap(({ geometry }) => geometry.coordinates.flat(2));
    expect(foreign.length).toBeGreaterThan(500);
    for (const box of [
      [110.8, 15.2, 113.2, 17.4],
      [111.2, 7, 116.4, 11.9],
    ] as const)
      expect(foreign.filter((position) => within(position, box))).toEqual([]);
  });
});

describe('the plain map', () => {
  test('keeps shape, puts north up, and holds every school', () => {
    const box = boxOf([
      [106.6, 10.9],
      [106.7, 11.1],
    ]);
    const fit = fitBox(box ?? [0, 0, 0, 0], 800, 600, [50, 50]);
    const [west, north] = fit.at([106.6, 11.1]);
    const [east, south] = fit.at([106.7, 10.9]);
    expect(north).toBeLessThan(south);
    expect(Math.min(west, north, 800 - east, 600 - south)).toBeGreaterThanOrEqual(49.9);
  });

  test('one school is a place, not a point', () => {
    const [west, south, east, north] = boxOf([[106.6, 10.9]]) ?? [0, 0, 0, 0];
    expect(east - west).toBeCloseTo(0.03);
    expect(north - south).toBeCloseTo(0.03);
    expect(boxOf([])).toBeNull();
  });

  test('the world is a square', () => {
    expect(mercator([0, 0])).toEqual([0.5, 0.5]);
    expect(mercator([180, 85.0511])[1]).toBeCloseTo(0, 2);
  });
});
