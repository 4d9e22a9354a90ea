import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { roomList, schoolList } from '../../contracts/http/places.ts';
import { type ApiUnderTest, AREA, ROOM, SCHOOL, startApi } from '../../tests/support/httpApi.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

/** Names people have, and names that break careless programs. */
const HOSTILE = [
  'Trường Tiểu học Nguyễn Bỉnh Khiêm',
  `"'; DROP TABLE schools; --`,
  '<script>alert(1)</script>',
  '{{7*7}} %s %00 \\u0000 \\',
  '__proto__',
  'o\u031b\u0300 \u{1d4b3} \u{1f469}\u200d\u{1f3eb} \u202eabc\u202c',
  '\ud800 half a pair',
  'a\u0000b',
  'one\nsecond\ttab',
  'a'.repeat(200),
];

describe('areas', () => {
  const put = (id: string, body: unknown, token?: string) =>
    api.ask('PUT', `/api/v1/areas/${id}`, { body, ...(token && { token }) });

  test('are created once, replaced after, and the same again changes nothing', async () => {
    const body = { name: 'Tây', kind: 'ward', parent: AREA.province, validFrom: '2025-07-01' };
    const first = await put('tay', body);
    expect(first.status).toBe(201);
    expect(first.headers.location).toBe('/api/v1/areas/tay');
    expect(first.body).toEqual({ id: 'tay', validTo: null, ...body });
    expect(await put('tay', body)).toMatchObject({ status: 200, body: first.body });
    expect((await put('tay', { name: 'Tây', kind: 'ward' })).body).toMatchObject({ parent: null, validFrom: null });
    expect((await api.ask('GET', '/api/v1/areas/tay')).body).toMatchObject({ parent: null });
  });

  test.each([
    ['a parent that is missing', 'x', { parent: 'nowhere' }, 'body.parent'],
    ['itself as parent', AREA.north, { parent: AREA.north }, 'body.parent'],
    ['itself as parent when new', 'x', { parent: 'x' }, 'body.parent'],
    ['a parent below itself', AREA.province, { parent: AREA.quarter }, 'body.parent'],
    ['an end on the day it begins', 'x', { validFrom: '2025-07-01', validTo: '2025-07-01' }, 'body.validTo'],
    ['an end before it begins', 'x', { validFrom: '2025-07-01', validTo: '2024-07-01' }, 'body.validTo'],
    ['a day that is none', 'x', { validFrom: '2025-02-30' }, 'body.validFrom'],
  ])('with %s are refused', async (_name, id, change, path) => {
    const answer = await put(id, { name: 'X', kind: 'ward', ...change });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  test('two changes at once can not close a circle', async () => {
    await put('a', { name: 'A', kind: 'k' });
    await put('b', { name: 'B', kind: 'k' });
    const { areas } = api.parts.records;
    let reading = 0;
    // Slow enough for both to read before either writes, were they let to.
    const slowAreas = {
      ...areas,
      async all() {
        const found = await areas.all();
        reading += 1;
        await vi.waitUntil(() => reading > 1, { timeout: 300 }).catch(() => undefined);
        return found;
      },
    };
    const slow = await startApi({ records: { ...api.parts.records, areas: slowAreas } });
    const under = (id: string, parent: string) =>
      slow.ask('PUT', `/api/v1/areas/${id}`, { body: { name: id, kind: 'k', parent } });
    const answers = await Promise.all([under('a', 'b'), under('b', 'a')]);
    expect(answers.map(({ status }) => status).toSorted((x, y) => x - y)).toEqual([200, 400]);
    await slow.stop();
  });

  test('of an era are those valid on a day', async () => {
    const idsOn = async (on: string) => {
      const { body } = await api.ask('GET', `/api/v1/areas?on=${on}`);
      return JSON.stringify(body)
        .match(/"id":"[^"]+"/g)
        ?.map((text) => text.slice(6, -1));
    };
    expect(await idsOn('2025-06-30')).toContain('nam');
    expect(await idsOn('2025-07-01')).not.toContain('nam');
    expect(await idsOn('2019-12-31')).toEqual(['bac', 'bac-1', 'binh-duong']);
  });

  test.each(HOSTILE)('keep the name %j', async (name) => {
    expect((await put('n', { name, kind: 'ward' })).body).toMatchObject({ name });
    expect((await api.ask('GET', '/api/v1/areas/n')).body).toMatchObject({ name });
  });
});

describe('schools', () => {
  const body = { name: 'Mới', level: 'thpt', area: AREA.quarter, position: [106.7, 11] };
  const put = (id: string, change: object = {}, token?: string) =>
    api.ask('PUT', `/api/v1/schools/${id}`, { body: { ...body, ...change }, ...(token && { token }) });

  test('are created, replaced, and announced', async () => {
    const first = await put('moi', { students: 12 });
    expect(first).toMatchObject({ status: 201, body: { id: 'moi', ...body, students: 12, simulated: false } });
    expect(await put('moi')).toMatchObject({ status: 200, body: { students: null } });
    expect(api.seen.changedSchools.map(({ id, students }) => [id, students])).toEqual([
      ['moi', 12],
      ['moi', null],
    ]);
  });

  test('are listed at once after they were made', async () => {
    await api.ask('GET', '/api/v1/schools');
    await put('aaa');
    expect(schoolList.parse((await api.ask('GET', '/api/v1/schools?limit=1')).body).items[0]?.id).toBe('aaa');
  });

  test('made by another process are listed soon', async () => {
    await api.ask('GET', '/api/v1/schools');
    const [school] = await api.parts.records.schools.all();
    if (!school) throw new Error('no seeded school');
    await api.parts.records.schools.put({ ...school, name: 'Đổi tên' });
    api.seen.now += 2_001;
    expect((await api.ask('GET', `/api/v1/schools/${school.id}`)).body).toMatchObject({ name: 'Đổi tên' });
  });

  test('called like what every object has are schools like others', async () => {
    for (const id of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect((await api.ask('GET', `/api/v1/schools/${id}`)).status).toBe(404);
      expect((await put(id)).status).toBe(201);
      expect((await api.ask('GET', `/api/v1/schools/${id}`)).body).toMatchObject({ id });
      expect(
        (await api.ask('PUT', `/api/v1/schools/${id}/rooms/constructor`, { body: { name: 'R', kind: 'lab' } })).status,
      ).toBe(201);
    }
  });

  test.each([
    [{ area: 'nowhere' }, 'body.area'],
    [{ area: 'constructor' }, 'body.area'],
    [{ level: 'university' }, 'body.level'],
    [{ position: [181, 0] }, 'body.position.0'],
    [{ position: [106] }, 'body.position'],
    [{ position: ['106', '11'] }, 'body.position.0'],
    [{ students: -1 }, 'body.students'],
    [{ students: 1.5 }, 'body.students'],
    [{ name: '   ' }, 'body.name'],
    [{ name: 'a'.repeat(201) }, 'body.name'],
    [{ name: ['a'] }, 'body.name'],
    [{ name: null }, 'body.name'],
  ])('with %j are refused', async (change, path) => {
    const answer = await put('x', change);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(`"path":"${path}"`);
    expect(api.seen.changedSchools).toEqual([]);
  });

  test.each(HOSTILE)('keep the name %j', async (name) => {
    expect((await put('n', { name })).body).toMatchObject({ name });
    expect((await api.ask('GET', '/api/v1/schools/n')).body).toMatchObject({ name });
  });

  test('page by page are all schools, each once, whatever is added meanwhile', async () => {
    const ids: string[] = [];
    for (let cursor = '', page = 0; page < 5; page += 1) {
      const list = schoolList.parse((await api.ask('GET', `/api/v1/schools?limit=1${cursor}`)).body);
      ids.push(...list.items.map(({ id }) => id));
      await put(`aa-${page}`);
      if (list.cursor === undefined) break;
      cursor = `&cursor=${list.cursor}`;
    }
    expect(ids).toEqual([SCHOOL.north, SCHOOL.quarter, SCHOOL.south]);
  });

  test('of an area are those below it, of a level those of it', async () => {
    const idsOf = async (query: string) =>
      schoolList.parse((await api.ask('GET', `/api/v1/schools?${query}`)).body).items.map(({ id }) => id);
    expect(await idsOf('area=bac')).toEqual([SCHOOL.north, SCHOOL.quarter]);
    expect(await idsOf('area=binh-duong&level=mam_non')).toEqual([SCHOOL.quarter]);
    expect(await idsOf('area=nowhere')).toEqual([]);
  });

  test('an administrator of an area adds and moves schools within it only', async () => {
    const token = await api.tokenOf('admin', { area: AREA.north });
    expect((await put('in', {}, token)).status).toBe(201);
    expect((await put('in', { area: AREA.north }, token)).status).toBe(200);
    expect(await put('in', { area: AREA.south }, token)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.area' }] },
    });
    expect((await put('out', { area: AREA.south }, token)).status).toBe(400);
    expect((await put(SCHOOL.south, {}, token)).status).toBe(404);
  });

  test('an administrator of one school changes that school only', async () => {
    const token = await api.tokenOf('admin', { school: SCHOOL.quarter });
    expect((await put(SCHOOL.quarter, {}, token)).status).toBe(200);
    expect((await put('another', {}, token)).status).toBe(403);
    expect((await put(SCHOOL.quarter, { area: AREA.north }, token)).status).toBe(400);
  });
});

describe('rooms', () => {
  const path = `/api/v1/schools/${SCHOOL.north}/rooms`;

  test('are created, replaced and listed', async () => {
    const body = { name: 'Phòng Hoá', kind: 'lab' };
    expect(await api.ask('PUT', `${path}/hoa`, { body })).toMatchObject({
      status: 201,
      body: { id: 'hoa', school: SCHOOL.north, ...body },
    });
    expect((await api.ask('PUT', `${path}/hoa`, { body: { ...body, kind: 'other' } })).status).toBe(200);
    expect((await api.ask('GET', path)).body).toMatchObject({ items: [{ id: 'hoa', kind: 'other' }, { id: ROOM }] });
    const { items, cursor } = roomList.parse((await api.ask('GET', `${path}?limit=1`)).body);
    expect(items).toMatchObject([{ id: 'hoa' }]);
    expect((await api.ask('GET', `${path}?limit=1&cursor=${cursor}`)).body).toMatchObject({ items: [{ id: ROOM }] });
  });

  test('of one school are not those of another', async () => {
    await api.ask('PUT', `${path}/hoa`, { body: { name: 'Hoá', kind: 'lab' } });
    expect((await api.ask('GET', `/api/v1/schools/${SCHOOL.south}/rooms/hoa`)).status).toBe(404);
  });
});
