/**
 * Approximate borders between areas while nobody has loaded real ones: the ground nearest to a school belongs to the
 * area of that school. Only the lines between different areas are kept, and nothing farther than `reachKm` from a school.
 */
import type { Position } from '../../../contracts/places.ts';

export interface Site {
  readonly position: Position;
  readonly area: string;
}

type Point = readonly [x: number, y: number];
/** A side of a cell starts at its point and carries the site on its other side; null is the rim. */
interface Corner {
  readonly point: Point;
  readonly across: number | null;
}

const KM_PER_DEGREE = 111.32;
const RIM_CORNERS = 32;
/** A cell is shaped by its nearest neighbours; farther ones no longer cut it. */
const NEIGHBOURS = 24;

/** Cuts off the part of the cell that is nearer to the other site. */
function cut(cell: readonly Corner[], own: Point, other: Point, across: number): Corner[] {
  const [mx, my] = [(own[0] + other[0]) / 2, (own[1] + other[1]) / 2];
  const [nx, ny] = [other[0] - own[0], other[1] - own[1]];
  const side = ({ point }: Corner) => (point[0] - mx) * nx + (point[1] - my) * ny;
  const kept: Corner[] = [];
  cell.forEach((corner, index) => {
    const next = cell[(index + 1) % cell.length] ?? corner;
    const [here, there] = [side(corner), side(next)];
    if (here <= 0) kept.push(corner);
    if (here <= 0 === there <= 0) return;
    const part = here / (here - there);
    const point: Point = [
      corner.point[0] + part * (next.point[0] - corner.point[0]),
      corner.point[1] + part * (next.point[1] - corner.point[1]),
    ];
    // leaving: the new side runs along the other site; coming back: the rest of the old side
    kept.push({ point, across: here <= 0 ? across : corner.across });
  });
  return kept;
}

/** Indices of the points in the square around a point and the squares beside it: thousands of schools stay quick. */
function bucketed(points: readonly Point[], size: number): (around: Point) => readonly number[] {
  const square = (value: number) => Math.floor(value / size);
  const squares = new Map<string, number[]>();
  points.forEach(([x, y], index) => {
    const key = `${square(x)} ${square(y)}`;
    const inside = squares.get(key);
    if (inside) inside.push(index);
    else squares.set(key, [index]);
  });
  const around = [-1, 0, 1];
  return ([x, y]) =>
    around.flatMap((dx) => around.flatMap((dy) => squares.get(`${square(x) + dx} ${square(y) + dy}`) ?? []));
}

/** Line segments [from, to] between areas, in degrees. */
export function sectorLines(sites: readonly Site[], reachKm = 2.5): readonly (readonly [Position, Position])[] {
  const middle = sites.reduce((sum, { position }) => sum + position[1], 0) / Math.max(1, sites.length);
  const shrink = Math.cos((middle * Math.PI) / 180);
  const points = sites.map(({ position: [lon, lat] }): Point => [lon * KM_PER_DEGREE * shrink, lat * KM_PER_DEGREE]);
  const degrees = ([x, y]: Point): Position => [x / KM_PER_DEGREE / shrink, y / KM_PER_DEGREE];

  const neighbours = bucketed(points, 2 * reachKm);

  return sites.flatMap((site, own) => {
    const centre = points[own] ?? [0, 0];
    const away = ([x, y]: Point) => Math.hypot(x - centre[0], y - centre[1]);
    const near = neighbours(centre)
      .map((index) => ({ index, point: points[index] ?? centre }))
      .map(({ index, point }) => ({ index, point, distance: away(point) }))
      .filter(({ index, distance }) => index !== own && distance > 0 && distance < 2 * reachKm)
      .sort((one, other) => one.distance - other.distance)
      .slice(0, NEIGHBOURS);
    let cell: Corner[] = Array.from({ length: RIM_CORNERS }, (_, corner) => {
      const angle = (corner / RIM_CORNERS) * 2 * Math.PI;
      return {
        point: [centre[0] + reachKm * Math.cos(angle), centre[1] + reachKm * Math.sin(angle)],
        across: null,
      };
    });
    for (const { point, index } of near) cell = cut(cell, centre, point, index);
    return cell.flatMap(({ point, across }, index): (readonly [Position, Position])[] => {
      // each border is met from both sides; draw it once
      if (across === null || across < own || sites[across]?.area === site.area) return [];
      return [[degrees(point), degrees(cell[(index + 1) % cell.length]?.point ?? point)]];
    });
  });
}
