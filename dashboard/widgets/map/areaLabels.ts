/** Where the name of an area is written: on its own ground, as far from the marks as there is room. */
import type { Position } from '../../../contracts/places.ts';
import type { MapArea, MapSchool } from './features.ts';

export interface AreaLabel {
  readonly name: string;
  readonly position: Position;
}

const CANDIDATES_A_SIDE = 9;
/** A name is several times wider than high: a mark above it is nearer than one beside it. */
const FLATTEN = 0.3;
/** Half a name must fit between its middle and the edge of the picture. */
const MARGIN_SHARE = 0.14;
/** Beyond this many schools marks are clustered anyway, and the middle will do. */
const MOST_SCHOOLS = 400;

function middle(positions: readonly Position[]): Position {
  const sum = positions.reduce(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
  return [sum[0] / positions.length, sum[1] / positions.length];
}

/** Points of a grid over the box of the positions. */
function grid(positions: readonly Position[]): Position[] {
  const lons = positions.map(([lon]) => lon);
  const lats = positions.map(([, lat]) => lat);
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
  const steps = Array.from({ length: CANDIDATES_A_SIDE }, (_, step) => step / (CANDIDATES_A_SIDE - 1));
  return steps.flatMap((across) =>
    steps.map((up): Position => [west + across * (east - west), south + up * (north - south)]),
  );
}

function roomiest(own: readonly MapSchool[], schools: readonly MapSchool[]): Position {
  const positions = own.map(({ position }) => position);
  const lons = schools.map(({ position }) => position[0]);
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const margin = MARGIN_SHARE * (east - west);
  const area = own[0]?.area;
  let best = middle(positions);
  let bestRoom = 0;
  for (const candidate of grid(positions)) {
    if (candidate[0] < west + margin || candidate[0] > east - margin) continue;
    let room = Number.POSITIVE_INFINITY;
    let nearest = Number.POSITIVE_INFINITY;
    let nearestArea: string | undefined;
    for (const { position, area: other } of schools) {
      const [dx, dy] = [position[0] - candidate[0], position[1] - candidate[1]];
      room = Math.min(room, Math.hypot(dx * FLATTEN, dy));
      const distance = Math.hypot(dx, dy);
      if (distance < nearest) [nearest, nearestArea] = [distance, other];
    }
    if (nearestArea === area && room > bestRoom) [bestRoom, best] = [room, candidate];
  }
  return best;
}

export function areaLabels(schools: readonly MapSchool[], areas: readonly MapArea[]): readonly AreaLabel[] {
  const names = new Map(areas.map(({ id, name }) => [id, name]));
  const groups = new Map<string, MapSchool[]>();
  for (const school of schools) {
    const group = groups.get(school.area);
    if (group) group.push(school);
    else groups.set(school.area, [school]);
  }
  return [...groups].flatMap(([area, own]) => {
    const name = names.get(area);
    if (!name) return [];
    const position =
      schools.length > MOST_SCHOOLS ? middle(own.map((school) => school.position)) : roomiest(own, schools);
    return [{ name, position }];
  });
}
