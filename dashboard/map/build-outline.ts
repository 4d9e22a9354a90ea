/**
 * Cuts the bundled outline out of Natural Earth: Viet Nam fine, its neighbours coarse, one box.
 * Run after changing it: node --import tsx dashboard/map/build-outline.ts
 * Entities of the atlas that carry foreign or disputed claims over Hoàng Sa and Trường Sa are dropped; the islands and
 * their labels are our own (widgets/map/islands.ts).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { feature, type Topology } from 'topojson-client';

type Point = readonly [number, number];
type Ring = readonly Point[];
type Box = readonly [west: number, south: number, east: number, north: number];

const CUT: Box = [90, -2, 130, 32];
/** Where the atlas draws islands of Viet Nam as part of another country. */
const HOANG_SA: Box = [110.8, 15.2, 113.2, 17.4];
const DROPPED = new Set(['Spratly Is.', 'Scarborough Reef']);
const FINE_DEGREES = 0.003;
const COARSE_DEGREES = 0.04;
const SMALLEST_NEIGHBOUR_DEGREES = 0.25;

const require = createRequire(import.meta.url);
// the package's own file; its shape is checked by the declarations beside this script
const atlas = JSON.parse(readFileSync(require.resolve('world-atlas/countries-10m.json'), 'utf8')) as Topology;

function inside([x, y]: Point, [west, south, east, north]: Box): boolean {
  return x >= west && x <= east && y >= south && y <= north;
}

/** Absolute coordinates instead of quantised differences. */
function absolute(topology: Topology): void {
  const { transform } = topology;
  if (!transform) return;
  const [sx, sy] = transform.scale;
  const [tx, ty] = transform.translate;
  topology.arcs = topology.arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]): Point => {
      x += dx;
      y += dy;
      return [x * sx + tx, y * sy + ty];
    });
  });
  delete topology.transform;
}

function distance([px, py]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return Math.hypot(px - ax, py - ay);
  return Math.abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length;
}

/** Douglas-Peucker. Arcs are shared between neighbours, so thinning arcs keeps borders closed. */
function thin(arc: readonly Point[], tolerance: number): Point[] {
  const first = arc[0];
  const last = arc.at(-1);
  if (!first || !last || arc.length < 3) return [...arc];
  let farthest = 0;
  let at = 0;
  arc.forEach((point, index) => {
    const away = distance(point, first, last);
    if (away > farthest) [farthest, at] = [away, index];
  });
  if (farthest <= tolerance) return [first, last];
  return [...thin(arc.slice(0, at + 1), tolerance).slice(0, -1), ...thin(arc.slice(at), tolerance)];
}

/** Sutherland-Hodgman against the four sides of the box. */
function clip(ring: Ring, [west, south, east, north]: Box): Point[] {
  const sides: readonly (readonly [axis: 0 | 1, limit: number, sign: 1 | -1])[] = [
    [0, west, 1],
    [0, east, -1],
    [1, south, 1],
    [1, north, -1],
  ];
  let points = [...ring];
  for (const [axis, limit, sign] of sides) {
    const kept: Point[] = [];
    points.forEach((point, index) => {
      const before = points.at(index - 1) ?? point;
      const isIn = sign * (point[axis] - limit) >= 0;
      const wasIn = sign * (before[axis] - limit) >= 0;
      if (isIn !== wasIn) {
        const part = (limit - before[axis]) / (point[axis] - before[axis]);
        kept.push([before[0] + part * (point[0] - before[0]), before[1] + part * (point[1] - before[1])]);
      }
      if (isIn) kept.push(point);
    });
    points = kept;
  }
  return points;
}

const rounded =
  (steps: number) =>
  ([x, y]: Point): Point => [Math.round(x * steps) / steps, Math.round(y * steps) / steps];
const ROUND = { vietnam: rounded(1_000), neighbour: rounded(100) } as const;

function span(ring: Ring): number {
  const xs = ring.map(([x]) => x);
  const ys = ring.map(([, y]) => y);
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
}

absolute(atlas);
const countries = atlas.objects['countries']?.geometries ?? [];
const vietnamArcs = new Set(
  countries
    .filter((country) => country.properties.name === 'Vietnam')
    .flatMap((country) => country.arcs.flat(3))
    // a negative index is the same arc walked backwards
    .map((arc) => (Number(arc) < 0 ? ~Number(arc) : Number(arc))),
);
atlas.arcs = atlas.arcs.map((arc, index) => thin(arc, vietnamArcs.has(index) ? FINE_DEGREES : COARSE_DEGREES));

const polygons: Record<'vietnam' | 'neighbour', Point[][][]> = { vietnam: [], neighbour: [] };
for (const country of countries) {
  const { name } = country.properties;
  if (DROPPED.has(name)) continue;
  const kind = name === 'Vietnam' ? 'vietnam' : 'neighbour';
  const { geometry } = feature(atlas, country);
  for (const polygon of geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) {
    const outer = polygon[0] ?? [];
    if (kind === 'neighbour' && outer.every((point) => inside(point, HOANG_SA))) continue;
    if (kind === 'neighbour' && span(outer) < SMALLEST_NEIGHBOUR_DEGREES) continue;
    const rings = polygon.map((ring) => clip(ring, CUT).map(ROUND[kind])).filter((ring) => ring.length > 3);
    if (rings.length > 0) polygons[kind].push(rings);
  }
}

const outline = {
  type: 'FeatureCollection',
  features: (['neighbour', 'vietnam'] as const).map((kind) => ({
    type: 'Feature',
    properties: { kind },
    geometry: { type: 'MultiPolygon', coordinates: polygons[kind] },
  })),
};
const target = new URL('./outline.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(outline)}\n`);
process.stdout.write(`outline.json: ${polygons.vietnam.length} + ${polygons.neighbour.length} polygons\n`);
