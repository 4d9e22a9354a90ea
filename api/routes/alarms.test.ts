import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alarmDetail, alarmList, ruleDetail, ruleList } from '../../contracts/http/alarms.ts';
import { deviceId, type SchoolId } from '../../contracts/ids.ts';
import { type ApiUnderTest, AREA, NOW, SCHOOL, startApi } from '../../tests/support/httpApi.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

function smoke(school: SchoolId, at: number, name = 'khói'): void {
  api.announce({
    readings: [
      {
        school,
        device: deviceId.parse(name),
        sensor: '',
        metric: 'smoke_alarm',
        value: 1,
        measuredAt: at,
        receivedAt: at,
        flags: 0,
      },
    ],
  });
}
const list = async (query = '', token?: string) =>
  alarmList.parse((await api.ask('GET', `/api/v1/alarms?${query}`, token === undefined ? {} : { token })).body);
const post = (id: string | undefined, what: string, body?: unknown, token?: string) =>
  api.ask('POST', `/api/v1/alarms/${id}/${what}`, { body, ...(token !== undefined && { token }) });

describe('the list', () => {
  test('has the shape that is promised', async () => {
    smoke(SCHOOL.north, NOW - 5);
    expect((await list()).items).toMatchObject([
      {
        rule: 'smoke',
        severity: 'danger',
        school: SCHOOL.north,
        room: null,
        device: 'khói',
        metric: 'smoke_alarm',
        value: true,
        state: 'raised',
        raisedAt: NOW - 5,
        acknowledgedAt: null,
        clearedAt: null,
      },
    ]);
  });

  test('is newest first, page after page, each once', async () => {
    for (let index = 0; index < 7; index += 1) smoke(SCHOOL.north, NOW - 10 + Math.floor(index / 2), `d${index}`);
    const found: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page = await list(`limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      found.push(...page.items.map(({ device }) => device ?? ''));
      cursor = page.cursor;
    }
    expect(found.toSorted()).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6']);
    expect(found[0]).toBe('d6');
    expect((await api.ask('GET', '/api/v1/alarms?cursor=W10')).status).toBe(400);
  });

  test('can be asked by state, school, severity, rule, device and time', async () => {
    smoke(SCHOOL.north, NOW - 50);
    smoke(SCHOOL.south, NOW - 40);
    const [south] = (await list(`school=${SCHOOL.south}`)).items;
    await post(south?.id, 'acknowledge');
    const schools = async (query: string) => (await list(query)).items.map(({ school }) => school);
    expect(await schools('state=acknowledged')).toEqual([SCHOOL.south]);
    expect(await schools('state=raised')).toEqual([SCHOOL.north]);
    expect(await schools('state=open')).toEqual([SCHOOL.south, SCHOOL.north]);
    expect(await schools('severity=warning')).toEqual([]);
    expect(await schools('rule=smoke&severity=danger')).toHaveLength(2);
    expect(await schools('device=kh%C3%B3i')).toHaveLength(2);
    expect(await schools(`to=${NOW - 45}`)).toEqual([SCHOOL.north]);
    expect((await api.ask('GET', '/api/v1/alarms?state=done')).status).toBe(400);
  });

  test('shows a viewer only its own schools, and finds no other', async () => {
    smoke(SCHOOL.north, NOW);
    smoke(SCHOOL.south, NOW);
    const token = await api.tokenOf('operator', { area: AREA.north });
    expect((await list('', token)).items.map(({ school }) => school)).toEqual([SCHOOL.north]);
    expect((await list(`school=${SCHOOL.south}`, token)).items).toEqual([]);
    const [foreign] = (await list(`school=${SCHOOL.south}`)).items;
    const missing = await api.ask('GET', `/api/v1/alarms/${'0'.repeat(24)}`, { token });
    const hidden = await api.ask('GET', `/api/v1/alarms/${foreign?.id}`, { token });
    expect(hidden.status).toBe(404);
    expect(hidden.body).toEqual(missing.body);
    expect((await post(foreign?.id, 'close', undefined, token)).status).toBe(404);
    expect((await list('state=raised')).items).toHaveLength(2);
  });
});

describe('the life of one', () => {
  test('every step is in its history with who did it', async () => {
    smoke(SCHOOL.north, NOW);
    const [alarm] = (await list()).items;
    const id = alarm?.id;
    expect((await post(id, 'acknowledge', { text: 'đã thấy' })).body).toMatchObject({ state: 'acknowledged' });
    expect((await post(id, 'assign', { owner: 'bảo vệ' })).body).toMatchObject({ owner: 'bảo vệ' });
    expect((await post(id, 'shelve', { until: NOW + 1_000 })).body).toMatchObject({ shelvedUntil: NOW + 1_000 });
    expect((await post(id, 'comment', { text: 'khói hương' })).status).toBe(200);
    expect((await post(id, 'close', { reason: 'false_alarm' })).body).toMatchObject({
      closeReason: 'false_alarm',
      closedAt: NOW,
    });
    const { history } = alarmDetail.parse((await api.ask('GET', `/api/v1/alarms/${id}`)).body);
    expect(history.map(({ what, who }) => [what, who])).toEqual([
      ['raised', null],
      ['acknowledged', 'admin token'],
      ['assigned', 'admin token'],
      ['shelved', 'admin token'],
      ['commented', 'admin token'],
      ['closed', 'admin token'],
    ]);
  });

  test('what can not be done is said in a sentence', async () => {
    smoke(SCHOOL.north, NOW);
    const id = (await list()).items[0]?.id;
    expect((await post(id, 'shelve', { until: NOW - 1 })).status).toBe(409);
    expect((await post(id, 'assign', {})).status).toBe(400);
    expect((await post(id, 'close', { reason: 'boredom' })).status).toBe(400);
    expect((await post('x', 'close')).status).toBe(400);
    await post(id, 'close');
    const again = await post(id, 'acknowledge');
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ detail: expect.stringContaining('closed already') as string });
  });
});

describe('rules', () => {
  const read = async (id = 'co2') => ruleDetail.parse((await api.ask('GET', `/api/v1/rules/${id}`)).body);

  test('are there with the source of their figures', async () => {
    const { items } = ruleList.parse((await api.ask('GET', '/api/v1/rules')).body);
    expect(items.find(({ id }) => id === 'co2')).toMatchObject({
      version: 1,
      origin: expect.stringContaining('CO₂') as string,
    });
    expect((await api.ask('GET', '/api/v1/rules/none')).status).toBe(404);
  });

  test('are changed from the version that was read, and it is noted who did', async () => {
    const { rule } = await read();
    const { id: _id, version, ...body } = rule;
    const put = (expectedVersion: number, changed: object) =>
      api.ask('PUT', '/api/v1/rules/co2', { body: { expectedVersion, rule: { ...body, ...changed } } });
    expect((await put(version, { waitMs: 0 })).body).toMatchObject({ rule: { version: 2, waitMs: 0 } });
    expect((await put(version, { waitMs: 1 })).status).toBe(409);
    expect((await put(2, { levels: [{ severity: 'warning', raise: 900, clear: 1_000 }] })).status).toBe(400);
    expect((await put(2, { where: { kinds: ['submarine'] } })).status).toBe(400);
    expect((await read()).versions.map((each) => each.changedBy)).toEqual(['', 'admin token']);
    const [event] = await api.parts.records.securityEvents.list({ limit: 1 });
    expect(event).toMatchObject({ kind: 'rule-changed', detail: expect.stringContaining('co2, version 2') as string });
  });

  test('a new one is created, and only where there is none yet', async () => {
    const { id: _id, version: _version, ...body } = (await read()).rule;
    const put = (expectedVersion: number) =>
      api.ask('PUT', '/api/v1/rules/co2-night', { body: { expectedVersion, rule: body } });
    expect((await put(1)).status).toBe(409);
    expect((await put(0)).status).toBe(201);
    expect((await put(0)).status).toBe(409);
  });

  test('a trial is bounded in time', async () => {
    const tried = (from: number, to: number) => api.ask('POST', '/api/v1/rules/co2/try', { body: { from, to } });
    expect((await tried(0, 1_000)).body).toEqual({ series: 0, readings: 0, truncated: false, alarms: [] });
    expect((await tried(0, 40 * 86_400_000)).status).toBe(400);
    expect((await tried(5, 5)).status).toBe(400);
    expect((await api.ask('POST', '/api/v1/rules/disk/try', { body: { from: 0, to: 1 } })).status).toBe(409);
  });
});
