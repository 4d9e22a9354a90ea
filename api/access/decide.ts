/** The only place that decides who may do what, and where. Pure: everything it needs is handed in. */
import type { Permission, Role, Viewer } from '../../contracts/access.ts';
import type { AreaId, SchoolId } from '../../contracts/ids.ts';
import type { Area, School } from '../../contracts/places.ts';
import type { SchoolScope } from '../ports.ts';

/** Default deny: what is not listed is refused. Technicians and walls see no person; nor do those who only lead. */
const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  admin: ['view', 'view_people', 'inspect', 'operate', 'report', 'enrol', 'administer', 'audit'],
  operator: ['view', 'inspect', 'operate'],
  leader: ['view'],
  school_head: ['view', 'view_people', 'report'],
  teacher: ['view', 'view_people'],
  technician: ['view', 'inspect', 'enrol'],
  auditor: ['view', 'inspect', 'audit'],
  display: ['view'],
  service: ['view', 'report'],
};

export function permissionsOf(role: Role): readonly Permission[] {
  return PERMISSIONS_OF[role];
}

export function may(viewer: Viewer, permission: Permission): boolean {
  return PERMISSIONS_OF[viewer.role].includes(permission);
}

export function seesEverything({ scope }: Viewer): boolean {
  return scope.area === null && scope.school === null;
}

/** The area and all below it. A parent that is missing or goes round in a circle does no harm. */
export function subtreeOf(root: AreaId, areas: Iterable<Area>): ReadonlySet<AreaId> {
  const children = new Map<AreaId, AreaId[]>();
  let exists = false;
  for (const { id, parent } of areas) {
    if (id === root) exists = true;
    if (parent === null) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(id);
    else children.set(parent, [id]);
  }
  const found = new Set<AreaId>(exists ? [root] : []);
  // A Set hands out what is added while it is walked.
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child);
  return found;
}

/** The schools a viewer may see. A scope of area and school is both at once: the school, if it lies in the area. */
export function scopeFilter(viewer: Viewer, areas: Iterable<Area>, schools: Iterable<School>): SchoolScope {
  if (seesEverything(viewer)) return 'everything';
  const { area, school } = viewer.scope;
  const within = area === null ? undefined : subtreeOf(area, areas);
  const seen = new Set<SchoolId>();
  for (const { id, area: home } of schools)
    if ((school === null || id === school) && (!within || within.has(home))) seen.add(id);
  return seen;
}

/** The areas a viewer may see: those of the scope, or the one in which the only school lies. */
export function areaFilter(
  viewer: Viewer,
  areas: ReadonlyMap<AreaId, Area>,
  schools: ReadonlyMap<SchoolId, School>,
): 'everything' | ReadonlySet<AreaId> {
  const { area, school } = viewer.scope;
  if (area === null && school === null) return 'everything';
  const within = area === null ? undefined : subtreeOf(area, areas.values());
  if (school === null) return within ?? new Set();
  const home = schools.get(school)?.area;
  return new Set(home !== undefined && (!within || within.has(home)) ? [home] : []);
}
