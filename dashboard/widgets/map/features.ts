/** Schools, areas and lines as GeoJSON for the map. Pure. */
import type { SchoolId } from '../../../contracts/ids.ts';
import type { Condition } from '../../../contracts/live.ts';
import type { Position } from '../../../contracts/places.ts';
import { rankOf } from '../../data/conditions.ts';
import { areaLabels } from './areaLabels.ts';
import { EAST_SEA, ISLAND_GROUPS } from './islands.ts';
import { boxOf } from './projection.ts';
import { sectorLines } from './sectors.ts';

export interface MapSchool {
  readonly id: SchoolId;
  readonly name: string;
  readonly position: Position;
  readonly area: string;
  readonly condition: Condition;
}
export interface MapArea {
  readonly id: string;
  readonly name: string;
}
export interface MapWords {
  readonly hoangSa: string;
  readonly truongSa: string;
  readonly eastSea: string;
}

type Properties = Readonly<Record<string, string | number>>;
type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'MultiPoint'; readonly coordinates: Position[] }
  | { readonly type: 'MultiLineString'; readonly coordinates: Position[][] };
export interface Feature {
  readonly type: 'Feature';
  readonly properties: Properties;
  readonly geometry: Geometry;
}
export interface Features {
  readonly type: 'FeatureCollection';
  readonly features: Feature[];
}

const collect = (features: Feature[]): Features => ({ type: 'FeatureCollection', features });
const point = (coordinates: Position, properties: Properties): Feature => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates },
});

export type Side = 'west-edge' | 'west' | 'east' | 'east-edge';
const EDGE_SHARE = 0.15;

/** Names are written towards the middle: at the edge they would be cut. */
function sideOf(share: number): Side {
  if (share < 0.5) return share < EDGE_SHARE ? 'west-edge' : 'west';
  return share > 1 - EDGE_SHARE ? 'east-edge' : 'east';
}

/** More names than this are noise; danger is named all the same. */
const MOST_NAMES = 14;

/** `rank` grows with how bad it is: clusters keep the largest, marks of larger rank lie on top. */
export function schoolFeatures(schools: readonly MapSchool[]): Features {
  const [west, , east] = boxOf(schools.map(({ position }) => position)) ?? [0, 0, 1];
  const loud = schools.filter(({ condition }) => rankOf(condition) >= rankOf('no_data')).length;
  const leastNamed = rankOf(loud > MOST_NAMES ? 'danger' : 'no_data');
  return collect(
    schools.map(({ id, name, position, condition }) => {
      const rank = rankOf(condition);
      return point(position, {
        id,
        name,
        rank,
        silent: condition === 'no_data' ? 1 : 0,
        named: rank >= leastNamed ? 1 : 0,
        side: sideOf((position[0] - west) / (east - west)),
      });
    }),
  );
}

export function areaFeatures(schools: readonly MapSchool[], areas: readonly MapArea[]): Features {
  return collect(areaLabels(schools, areas).map(({ name, position }) => point(position, { name })));
}

export function sectorFeatures(schools: readonly MapSchool[]): Features {
  const lines = sectorLines(schools).map(([from, to]) => [from, to]);
  return collect([{ type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } }]);
}

export function islandFeatures(words: MapWords): Features {
  return collect([
    ...ISLAND_GROUPS.flatMap(({ id, label, islands }): Feature[] => [
      { type: 'Feature', properties: { kind: 'islands' }, geometry: { type: 'MultiPoint', coordinates: [...islands] } },
      point(label, { kind: 'archipelago', name: words[id] }),
    ]),
    point(EAST_SEA, { kind: 'sea', name: words.eastSea }),
  ]);
}

/** A line at every whole step, for orientation where there is nothing else to see. */
export function graticule(stepDegrees: number): Features {
  const lines: Position[][] = [];
  for (let lon = 90; lon <= 130; lon += stepDegrees)
    lines.push([
      [lon, -2],
      [lon, 32],
    ]);
  for (let lat = -2; lat <= 32; lat += stepDegrees)
    lines.push([
      [90, lat],
      [130, lat],
    ]);
  return collect([{ type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } }]);
}
