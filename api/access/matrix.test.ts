/** Generated: every route × every kind of viewer. A route without an entry in EXAMPLES fails. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../contracts/access.ts';
import { deviceId } from '../../contracts/ids.ts';
import { SHIPPED_RULES } from '../../operations/alarms/rules/shipped.ts';
import { type ApiUnderTest, AREA, GATEWAY, ROOM, SCHOOL, startApi } from '../../tests/support/httpApi.ts';
import type { Route } from '../route.ts';
import { permissionsOf } from './decide.ts';

const { id: _id, version: _version, ...RULE } = SHIPPED_RULES[0] ?? {};
const school = { name: 'Một', level: 'thcs', area: AREA.north, position: [106, 11] };
const MAPPING = { topic: 'x/{device}', values: [{ path: 'c', metric: 'co2' }] };
/** A request each route would take: body, query and the type of a file. */
const EXAMPLES: Readonly<Record<string, { body?: unknown; query?: string; type?: string }>> = {
  'get /healthz': {},
  'get /readyz': {},
  'get /metrics': {},
  'get /api/v1/openapi.json': {},
  'get /api/v1/installation': {},
  'post /api/v1/session': { body: { username: 'nobody', password: 'wrong' } },
  'delete /api/v1/session': {},
  'get /api/v1/me': {},
  'get /api/v1/users': {},
  'put /api/v1/users/{username}': { body: { displayName: 'Trực ban', role: 'operator' } },
  'get /api/v1/areas': {},
  'get /api/v1/areas/{area}': {},
  'put /api/v1/areas/{area}': { body: { name: 'Bắc', kind: 'ward', parent: AREA.province } },
  'get /api/v1/schools': {},
  'get /api/v1/schools/{school}': {},
  'put /api/v1/schools/{school}': { body: school },
  'post /api/v1/import/schools': { body: 'ma,ten,cap,khu_vuc,kinh_do,vi_do\n', type: 'text/csv' },
  'get /api/v1/schools/{school}/rooms': {},
  'get /api/v1/schools/{school}/rooms/{room}': {},
  'put /api/v1/schools/{school}/rooms/{room}': { body: { name: '101', kind: 'classroom' } },
  'get /api/v1/schools/{school}/gateways': {},
  'post /api/v1/schools/{school}/gateways': { body: { id: 'new' } },
  'post /api/v1/schools/{school}/gateways/{gateway}/rotate': {},
  'delete /api/v1/schools/{school}/gateways/{gateway}': {},
  'get /api/v1/schools/{school}/gateways/{gateway}/messages': {},
  'get /api/v1/schools/{school}/terminals': {},
  'put /api/v1/schools/{school}/terminals/{terminal}': { body: { vendor: 'zkteco', serial: 'SN1' } },
  'delete /api/v1/schools/{school}/terminals/{terminal}': {},
  'get /api/v1/schools/{school}/mappings': {},
  'get /api/v1/schools/{school}/mappings/{mapping}': {},
  'put /api/v1/schools/{school}/mappings/{mapping}': { body: MAPPING },
  'delete /api/v1/schools/{school}/mappings/{mapping}': {},
  'post /api/v1/schools/{school}/mappings/preview': { body: { mapping: MAPPING } },
  'get /api/v1/devices': {},
  'get /api/v1/schools/{school}/devices/{device}': {},
  'put /api/v1/schools/{school}/devices/{device}': { body: { kind: 'classroom-air' } },
  'get /api/v1/readings/latest': {},
  'get /api/v1/readings': { query: `?school={school}&device=d1&metric=co2&from=0&to=1000` },
  'get /api/v1/ingest/stats': {},
  'get /api/v1/quarantine': {},
  'post /api/v1/quarantine/replay': { body: { ids: [1] } },
  'get /api/v1/alarms': {},
  'get /api/v1/alarms/{id}': {},
  'post /api/v1/alarms/{id}/acknowledge': {},
  'post /api/v1/alarms/{id}/assign': { body: { owner: 'trực ban' } },
  'post /api/v1/alarms/{id}/shelve': { body: { until: '2026-11-23T00:00:00Z' } },
  'post /api/v1/alarms/{id}/comment': { body: { text: 'đã gọi' } },
  'post /api/v1/alarms/{id}/close': { body: { reason: 'fixed' } },
  'get /api/v1/rules': {},
  'get /api/v1/rules/{rule}': {},
  'put /api/v1/rules/{rule}': { body: { expectedVersion: 1, rule: RULE } },
  'post /api/v1/rules/{rule}/try': { body: { from: 0, to: 1000 } },
};
const PUBLIC = [
  'get /healthz',
  'get /readyz',
  'get /metrics',
  'get /api/v1/openapi.json',
  'get /api/v1/installation',
  'post /api/v1/session',
];

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

function fill(text: string, inSchool: string): string {
  const values: Record<string, string> = {
    school: inSchool,
    area: AREA.north,
    room: ROOM,
    gateway: GATEWAY,
    terminal: 'gate',
    mapping: 'm1',
    device: 'd1',
    id: 'a'.repeat(24),
    rule: 'co2',
  };
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? `no-example-for-${name}`);
}

function call(route: Route, token: string | null, inSchool: string = SCHOOL.north) {
  const { body, query = '', type } = EXAMPLES[nameOf(route)] ?? {};
  const headers = type === undefined ? {} : { 'content-type': type };
  return api.ask(route.method.toUpperCase(), fill(route.path + query, inSchool), { token, body, headers });
}

test('every route has an example and every example a route', () => {
  expect(api.routes.map(nameOf).toSorted()).toEqual(Object.keys(EXAMPLES).toSorted());
});

test('only the declared routes are open to anyone', async () => {
  for (const route of api.routes) {
    const { status } = await call(route, null);
    const isPublic = PUBLIC.includes(nameOf(route));
    expect(route.access.who === 'anyone', nameOf(route)).toBe(isPublic);
    // The one public route that may answer 401 is the log-in itself.
    const isOpen = isPublic && !route.path.endsWith('/session');
    expect(status, nameOf(route)).toBe(isOpen ? 200 : 401);
  }
});

test('a token nobody issued opens nothing', async () => {
  for (const route of api.routes.filter(({ access }) => access.who !== 'anyone'))
    expect((await call(route, 'x'.repeat(43))).status, nameOf(route)).toBe(401);
});

describe('roles', () => {
  test.each(ROLES)('%s is refused exactly where the permission is missing', async (role) => {
    const token = await api.tokenOf(role);
    for (const route of api.routes) {
      const { access } = route;
      if (access.who !== 'permitted') continue;
      const { status } = await call(route, token);
      const may = permissionsOf(role).includes(access.to);
      expect(status === 403, `${nameOf(route)} answered ${status}`).toBe(!may);
      expect(status, nameOf(route)).not.toBe(401);
      expect(status, nameOf(route)).toBeLessThan(500);
    }
  });
});

describe('scope', () => {
  test('every route with a school in its path answers 404 for one out of scope', async () => {
    for (const scope of [{ area: AREA.south }, { school: SCHOOL.south }]) {
      const token = await api.tokenOf('admin', scope);
      const ofSchool = api.routes.filter((route) => /\{school\}/.test(route.path + EXAMPLES[nameOf(route)]?.query));
      expect(ofSchool.length).toBeGreaterThan(8);
      for (const route of ofSchool) expect((await call(route, token)).status, nameOf(route)).toBe(404);
    }
  });

  test('a school that does not exist looks the same as one out of scope', async () => {
    const token = await api.tokenOf('admin', { school: SCHOOL.south });
    for (const route of api.routes.filter(({ path, method }) => path.includes('{school}') && method === 'get')) {
      const missing = await call(route, token, 'nowhere');
      expect((await call(route, token)).body).toEqual(missing.body);
    }
  });

  test('what is about the whole tree is refused to a viewer of a part', async () => {
    const token = await api.tokenOf('admin', { area: AREA.province });
    const ofTheTree = api.routes.filter(({ access }) => access.who === 'permitted' && access.reach === 'everything');
    expect(ofTheTree.length).toBeGreaterThan(1);
    for (const route of ofTheTree) expect((await call(route, token)).status, nameOf(route)).toBe(403);
  });

  test('a path with a school is guarded before its handler, except where the school may be new', () => {
    const unguarded = api.routes.filter(
      ({ path, access }) => path.includes('{school}') && !(access.who === 'permitted' && access.reach === 'school'),
    );
    expect(unguarded.map(nameOf)).toEqual(['put /api/v1/schools/{school}']);
  });

  test('lists hold nothing from outside', async () => {
    await api.parts.records.quarantine.add([entryOf(SCHOOL.north, 1), entryOf(SCHOOL.south, 2)]);
    for (const id of [SCHOOL.north, SCHOOL.south]) {
      api.parts.registry.put({
        id: deviceId.parse('d'),
        school: id,
        enrolment: 'discovered',
        kind: null,
        room: null,
        gateway: null,
        codec: null,
        model: null,
        options: {},
        firstSeenAt: null,
      });
      const reading = { school: id, device: deviceId.parse('d'), sensor: '', metric: 'co2', value: 1 } as const;
      api.seen.readings = [...api.seen.readings, { ...reading, measuredAt: 1, receivedAt: 2, flags: 0 }];
      const smoke = { ...reading, metric: 'smoke_alarm', measuredAt: 1, receivedAt: 2, flags: 0 } as const;
      api.announce({ readings: [smoke] });
    }
    const lists = api.routes.filter(
      ({ method, access, path }) =>
        method === 'get' &&
        access.who === 'permitted' &&
        access.reach === 'visible' &&
        !path.includes('{') &&
        path !== '/api/v1/readings',
    );
    expect(lists.length).toBeGreaterThanOrEqual(5);
    const inside = await api.tokenOf('admin', { area: AREA.north });
    const outside = await api.tokenOf('admin', { school: SCHOOL.south });
    const nowhere = await api.tokenOf('admin', { school: SCHOOL.south, area: AREA.north });
    for (const route of lists) {
      const north = (await call(route, inside)).text;
      const south = (await call(route, outside)).text;
      expect(north, nameOf(route)).not.toContain(route.path.endsWith('areas') ? '"nam"' : SCHOOL.south);
      expect(south, nameOf(route)).not.toContain(route.path.endsWith('areas') ? '"bac"' : SCHOOL.north);
      expect(south, nameOf(route)).toContain(route.path.endsWith('areas') ? '"nam"' : SCHOOL.south);
      expect((await call(route, nowhere)).body, nameOf(route)).toEqual({ items: [] });
      if (route.path.endsWith('areas')) continue;
      const asked = await api.ask(
        'GET',
        `${route.path}?${route.path.endsWith('schools') ? 'area=bac' : `school=${SCHOOL.north}`}`,
        { token: outside },
      );
      expect(asked.body, nameOf(route)).toEqual({ items: [] });
    }
  });
});

function entryOf(inSchool: (typeof SCHOOL)[keyof typeof SCHOOL], sequence: number) {
  return {
    school: inSchool,
    gateway: GATEWAY,
    transport: 'mqtt' as const,
    topic: 'x/readings',
    payload: Buffer.from('?'),
    receivedAt: 1,
    retained: false,
    reason: 'bad-payload' as const,
    detail: 'no JSON',
    sequence,
  };
}
