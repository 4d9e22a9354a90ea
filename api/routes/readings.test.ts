import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { history, latestList } from '../../contracts/http/readings.ts';
import { deviceId } from '../../contracts/ids.ts';
import type { Reading } from '../../contracts/reading.ts';
import { type ApiUnderTest, AREA, SCHOOL, startApi } from '../../tests/support/httpApi.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

const AIR = deviceId.parse('không khí/1');
function reading(change: Partial<Reading>): Reading {
  return {
    school: SCHOOL.north,
    device: AIR,
    sensor: '',
    metric: 'co2',
    value: 600,
    measuredAt: 1_000,
    receivedAt: 1_200.5,
    flags: 0,
    ...change,
  };
}

describe('latest readings', () => {
  const list = async (query = '', token?: string) =>
    latestList.parse(
      (await api.ask('GET', `/api/v1/readings/latest?${query}`, token === undefined ? {} : { token })).body,
    );
  const brief = ({ items }: Awaited<ReturnType<typeof list>>) =>
    items.map(({ school, sensor, metric }) => `${school} ${metric}${sensor}`);

  beforeEach(() => {
    api.seen.readings = [
      reading({ school: SCHOOL.south, metric: 'temperature', value: 28.5, flags: 5 }),
      reading({ metric: 'occupancy', value: 1 }),
      reading({ sensor: '2', value: 700 }),
      reading({ metric: 'opening', value: 0 }),
      reading({ sensor: '1' }),
    ];
  });

  test('are told with unit, flags, and states as booleans', async () => {
    const { items } = await list();
    expect(items).toHaveLength(5);
    expect(items.find(({ metric }) => metric === 'temperature')).toEqual({
      school: SCHOOL.south,
      device: AIR,
      sensor: '',
      metric: 'temperature',
      value: 28.5,
      unit: '°C',
      measuredAt: 1_000,
      receivedAt: 1_200,
      flags: ['clock', 'historic'],
    });
    expect(items.find(({ metric }) => metric === 'occupancy')).toMatchObject({ value: true, unit: null });
    expect(items.find(({ metric }) => metric === 'opening')).toMatchObject({ value: false });
  });

  test('come in pages, each once', async () => {
    const paged: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(`limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...brief(page));
      cursor = page.cursor;
    }
    expect(paged).toEqual([
      'hoa-mai occupancy',
      'hoa-mai opening',
      'hoa-mai co21',
      'hoa-mai co22',
      'phu-hoa temperature',
    ]);
  });

  test('come in pages also when names are as long as they may be', async () => {
    const device = deviceId.parse('ộ'.repeat(128));
    api.seen.readings = ['1', '2'].map((end) => reading({ device, sensor: 'ộ'.repeat(127) + end }));
    const { cursor } = await list('limit=1');
    expect((await list(`limit=1&cursor=${cursor}`)).items[0]?.sensor).toMatch(/2$/);
  });

  test.each([
    ['school=phu-hoa', ['phu-hoa temperature']],
    ['metric=co2', ['hoa-mai co21', 'hoa-mai co22']],
    ['metric=co2&sensor=2', ['hoa-mai co22']],
    ['sensor=', ['hoa-mai occupancy', 'hoa-mai opening', 'phu-hoa temperature']],
    [`device=${encodeURIComponent(AIR)}&school=phu-hoa`, ['phu-hoa temperature']],
    ['device=constructor', []],
  ])('%s', async (query, expected) => {
    expect(brief(await list(query))).toEqual(expected);
  });

  test('of a metric that does not exist are refused', async () => {
    for (const metric of ['vibes', 'constructor', '__proto__', ''])
      expect((await api.ask('GET', `/api/v1/readings/latest?metric=${metric}`)).status).toBe(400);
  });

  test('out of scope are not there', async () => {
    expect(brief(await list('', await api.tokenOf('leader', { area: AREA.south })))).toEqual(['phu-hoa temperature']);
  });
});

describe('history', () => {
  const HOUR = 3_600_000;
  const ask = (change: Readonly<Record<string, string>> = {}, token?: string) => {
    const query = { school: SCHOOL.north, device: AIR, metric: 'co2', from: '0', to: String(HOUR), ...change };
    return api.ask(
      'GET',
      `/api/v1/readings?${new URLSearchParams(query).toString()}`,
      token === undefined ? {} : { token },
    );
  };
  const pointsOf = async (change: Readonly<Record<string, string>>) => history.parse((await ask(change)).body);

  test('without `every` is raw, page after page, each point once', async () => {
    api.seen.points.raw = Array.from({ length: 7 }, (_, index) => [index * 100 + 0.123, index] as const);
    const values: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await pointsOf({ limit: '3', ...(cursor && { cursor }) });
      expect(page.unit).toBe('ppm');
      values.push(...page.points.map(([, value]) => value));
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
    expect(values).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(api.seen.rawQueries.map(({ from, limit }) => [from, limit])).toEqual([
      [0, 4],
      [300.123, 4],
      [600.123, 4],
    ]);
  });

  test('as many points as the page holds are no reason for another page', async () => {
    api.seen.points.raw = [
      [1, 1],
      [2, 2],
    ];
    expect(await pointsOf({ limit: '2' })).toEqual({
      unit: 'ppm',
      points: [
        [1, 1],
        [2, 2],
      ],
    });
  });

  test('in buckets asks the store for local days, by mean unless said otherwise', async () => {
    api.seen.points.buckets = [[0, 1.5]];
    expect(await pointsOf({ every: 'P1D', from: '2026-11-22', to: '2026-11-23T00:00:00+07:00' })).toEqual({
      unit: 'ppm',
      points: [],
    });
    await pointsOf({ every: 'PT15M', aggregate: 'max' });
    const [days, quarters] = api.seen.bucketQueries;
    expect(days).toMatchObject({
      everyMs: 24 * HOUR,
      aggregate: 'mean',
      from: Date.UTC(2026, 10, 21, 17),
      to: Date.UTC(2026, 10, 22, 17),
    });
    const localMidnight = Date.UTC(2026, 10, 21, 17);
    expect((localMidnight - (days?.originMs ?? 0)) % (24 * HOUR)).toBe(0);
    expect(quarters).toMatchObject({ everyMs: HOUR / 4, aggregate: 'max' });
  });

  test('weeks begin on Monday', async () => {
    await pointsOf({ every: 'P7D', from: '2026-11-22', to: '2026-12-22' });
    const monday = Date.UTC(2026, 10, 22, 17);
    expect((monday - (api.seen.bucketQueries[0]?.originMs ?? 0)) % (7 * 24 * HOUR)).toBe(0);
  });

  test('in buckets pages too when a limit is given', async () => {
    api.seen.points.buckets = Array.from({ length: 5 }, (_, index) => [index * 60_000, index] as const);
    const first = await pointsOf({ every: 'PT1M', limit: '3' });
    expect(first.points).toHaveLength(3);
    const second = await pointsOf({ every: 'PT1M', limit: '3', cursor: first.cursor ?? '' });
    expect([...first.points, ...second.points].map(([, value]) => value)).toEqual([0, 1, 2, 3, 4]);
    expect(api.seen.bucketQueries[0]?.originMs).toBe(api.seen.bucketQueries[1]?.originMs);
    expect(second.cursor).toBeUndefined();
  });

  test('a count has no unit', async () => {
    expect(await pointsOf({ every: 'PT1M', aggregate: 'count' })).toMatchObject({ unit: null });
  });

  test.each([
    [{ every: 'P1M' }, 'query.every', /months and years/],
    [{ every: 'P1Y' }, 'query.every', /months and years/],
    [{ every: 'P1M1D' }, 'query.every', /months and years/],
    [{ every: '1h' }, 'query.every', /ISO 8601 duration/],
    [{ every: 'P' }, 'query.every', /ISO 8601 duration/],
    [{ every: 'PT' }, 'query.every', /ISO 8601 duration/],
    [{ every: 'P1DT' }, 'query.every', /ISO 8601 duration/],
    [{ every: 'PT0S' }, 'query.every', /between PT1S/],
    [{ every: 'P367D' }, 'query.every', /between PT1S/],
    [{ every: '' }, 'query.every', /ISO 8601 duration/],
    [{ every: 'PT1S', to: String(24 * HOUR) }, 'query.every', /86401 buckets in this span; at most 50000/],
    [{ every: 'PT1M', aggregate: 'median' }, 'query.aggregate', /mean/],
    [{ aggregate: 'max' }, 'query.aggregate', /needs `every`/],
    [{ from: 'yesterday' }, 'query.from', /ISO 8601 time/],
    [{ to: '0' }, 'query.to', /later than from/],
    [{ from: String(2 * HOUR) }, 'query.to', /later than from/],
    [{ to: '1795305600000000' }, 'query.to', /days after from/],
    [{ metric: 'constructor' }, 'query.metric', /co2/],
    [{ limit: '50001' }, 'query.limit', /50000/],
    [{ cursor: 'x' }, 'query.cursor', /not a cursor/],
    [{ cursor: Buffer.from('["x"]').toString('base64url') }, 'query.cursor', /not a cursor/],
  ])('%j is refused', async (change, path, message) => {
    const answer = await ask(change);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect(answer.text).toMatch(message);
    expect([...api.seen.rawQueries, ...api.seen.bucketQueries]).toEqual([]);
  });

  test('each required part is asked for by name', async () => {
    const answer = await api.ask('GET', '/api/v1/readings');
    for (const name of ['school', 'device', 'metric', 'from', 'to']) expect(answer.text).toContain(`"query.${name}"`);
  });

  describe('of which sensor', () => {
    const sensorAsked = () => api.seen.rawQueries.at(-1)?.series.sensor;

    test('is the empty one when nothing is known or nothing else is there', async () => {
      await ask();
      expect(sensorAsked()).toBe('');
      api.seen.readings = [reading({})];
      await ask();
      expect(sensorAsked()).toBe('');
    });
    test('is the only one there is', async () => {
      api.seen.readings = [reading({ sensor: 'probe 1' }), reading({ metric: 'humidity', sensor: 'probe 2' })];
      await ask();
      expect(sensorAsked()).toBe('probe 1');
    });
    test('must be said when there are several', async () => {
      api.seen.readings = [reading({ sensor: 'probe 2' }), reading({ sensor: '' })];
      const answer = await ask();
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'query.sensor' }] } });
      expect(answer.text).toContain('“”, “probe 2”');
      await ask({ sensor: 'probe 2' });
      expect(sensorAsked()).toBe('probe 2');
      await ask({ sensor: '' });
      expect(sensorAsked()).toBe('');
    });
  });

  test('out of scope, or of no school, does not exist', async () => {
    expect((await ask({}, await api.tokenOf('leader', { area: AREA.south }))).status).toBe(404);
    expect((await ask({ school: 'constructor' })).status).toBe(404);
    expect(api.seen.rawQueries).toEqual([]);
  });

  test('says so when the store is away, and not why', async () => {
    api.seen.points.failure = new Error('connect ECONNREFUSED 10.1.2.3:8086');
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.text).not.toContain('10.1.2.3');
    expect(api.seen.faults).toHaveLength(1);
  });
});
