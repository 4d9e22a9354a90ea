/** What one viewer sees of the tree of places: the query layer. What is not in it does not exist for the viewer. */
import type { Viewer } from '../../contracts/access.ts';
import type { AreaId, SchoolId } from '../../contracts/ids.ts';
import type { Area, School } from '../../contracts/places.ts';
import type { Places } from '../directory.ts';
import { areaFilter, scopeFilter } from './decide.ts';

export interface Sight {
  /** No limit of scope: also what belongs to no school. */
  readonly everything: boolean;
  school(id: SchoolId): School | undefined;
  area(id: AreaId): Area | undefined;
  /** Ordered by id. */
  readonly schools: readonly School[];
  /** Ordered by id. */
  readonly areas: readonly Area[];
}

const NOTHING: Sight = {
  everything: false,
  school: () => undefined,
  area: () => undefined,
  schools: [],
  areas: [],
};

export function createSight(viewer: Viewer | undefined, { areas, schools }: Places): Sight {
  if (!viewer) return NOTHING;
  const seenSchools = scopeFilter(viewer, areas.values(), schools.values());
  const seenAreas = areaFilter(viewer, areas, schools);
  const seesSchool = (id: SchoolId) => seenSchools === 'everything' || seenSchools.has(id);
  const seesArea = (id: AreaId) => seenAreas === 'everything' || seenAreas.has(id);
  return {
    everything: seenSchools === 'everything',
    school: (id) => (seesSchool(id) ? schools.get(id) : undefined),
    area: (id) => (seesArea(id) ? areas.get(id) : undefined),
    // Most requests look up one school: the lists are made only for those who ask.
    get schools() {
      return [...schools.values()].filter(({ id }) => seesSchool(id));
    },
    get areas() {
      return [...areas.values()].filter(({ id }) => seesArea(id));
    },
  };
}
