import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PERMISSIONS, ROLES, type Viewer } from '../../contracts/access.ts';
import { areaId, schoolId } from '../../contracts/ids.ts';
import type { Area, School } from '../../contracts/places.ts';
import { areaFilter, may, scopeFilter, subtreeOf } from './decide.ts';

const area = (id: string, parent: string | null): Area => ({
  id: areaId.parse(id),
  parent: parent === null ? null : areaId.parse(parent),
  name: id,
  kind: 'ward',
  validFrom: null,
  validTo: null,
});
const school = (id: string, home: string): School => ({
  id: schoolId.parse(id),
  area: areaId.parse(home),
  name: id,
  level: 'thcs',
  position: [106, 11],
  students: null,
  simulated: false,
});
const viewer = (scope: { area?: string; school?: string } = {}): Viewer => ({
  username: null,
  displayName: '',
  role: 'leader',
  scope: {
    area: scope.area === undefined ? null : areaId.parse(scope.area),
    school: scope.school === undefined ? null : schoolId.parse(scope.school),
  },
});

/** Areas whose parents are any of them, so circles and holes occur; schools in any of them. */
const tree = fc
  .array(fc.tuple(fc.nat(9), fc.option(fc.nat(11), { nil: null })), { maxLength: 10 })
  .map((entries) => entries.map(([id, parent]) => area(`a${id}`, parent === null ? null : `a${parent}`)))
  .map((areas) => [...new Map(areas.map((each) => [each.id, each])).values()]);
const homes = fc
  .array(fc.nat(11), { maxLength: 12 })
  .map((list) => list.map((home, index) => school(`s${index}`, `a${home}`)));

/** Climbs from a place towards the root: the other way round than the code. */
function liesIn(home: string, root: string, areas: readonly Area[]): boolean {
  const passed = new Set<string>();
  for (let id: string | null = home; id !== null && !passed.has(id); ) {
    const here: Area | undefined = areas.find((each) => each.id === id);
    if (here && id === root) return true;
    passed.add(id);
    id = here?.parent ?? null;
  }
  return false;
}

describe('scope', () => {
  test('an area means the area and all below it, in any tree', () => {
    fc.assert(
      fc.property(tree, homes, fc.nat(11), (areas, schools, root) => {
        const seen = scopeFilter(viewer({ area: `a${root}` }), areas, schools);
        const expected = schools.filter((each) => liesIn(each.area, `a${root}`, areas)).map(({ id }) => id);
        expect(seen).toEqual(new Set(expected));
      }),
    );
  });

  test('an area and a school are both at once', () => {
    fc.assert(
      fc.property(tree, homes, fc.nat(11), fc.nat(12), (areas, schools, root, index) => {
        const seen = scopeFilter(viewer({ area: `a${root}`, school: `s${index}` }), areas, schools);
        const byArea = scopeFilter(viewer({ area: `a${root}` }), areas, schools);
        const id = schoolId.parse(`s${index}`);
        expect(seen).toEqual(new Set(byArea !== 'everything' && byArea.has(id) ? [id] : []));
      }),
    );
  });

  test('nothing set is everything; a scope that names nothing we have is nothing', () => {
    expect(scopeFilter(viewer(), [], [])).toBe('everything');
    expect(scopeFilter(viewer({ area: 'constructor' }), [area('a', null)], [school('s', 'a')])).toEqual(new Set());
    expect(subtreeOf(areaId.parse('gone'), [area('child', 'gone')])).toEqual(new Set());
  });

  test('a viewer of one school sees the area it lies in, and no other', () => {
    const areas = new Map([area('a', null), area('b', 'a')].map((each) => [each.id, each]));
    const schools = new Map([school('s', 'b')].map((each) => [each.id, each]));
    expect(areaFilter(viewer({ school: 's' }), areas, schools)).toEqual(new Set(['b']));
    expect(areaFilter(viewer({ school: 'other' }), areas, schools)).toEqual(new Set());
    expect(areaFilter(viewer({ area: 'a' }), areas, schools)).toEqual(new Set(['a', 'b']));
    expect(areaFilter(viewer(), areas, schools)).toBe('everything');
  });
});

describe('roles', () => {
  const allowed = (permission: (typeof PERMISSIONS)[number]) =>
    ROLES.filter((role) => may({ ...viewer(), role }, permission)).toSorted();

  test('only the administrator may everything', () => {
    expect(ROLES.filter((role) => PERMISSIONS.every((permission) => may({ ...viewer(), role }, permission)))).toEqual([
      'admin',
    ]);
  });
  test('people are seen by those who teach them', () => {
    expect(allowed('view_people')).toEqual(['admin', 'school_head', 'teacher']);
  });
  test('credentials are made by technicians', () => {
    expect(allowed('enrol')).toEqual(['admin', 'technician']);
    expect(allowed('administer')).toEqual(['admin']);
  });
});
