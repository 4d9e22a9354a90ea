/** Whatever comes in is stored or quarantined with its reason, never dropped and never in the way of the rest. */
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problem } from '../../contracts/http/common.ts';
import { quarantineList, replayResult } from '../../contracts/http/ingest.ts';
import { importReport } from '../../contracts/http/places.ts';
import { latestList } from '../../contracts/http/readings.ts';
import { type App, startApp, startRefused } from '../support/app.ts';
import { type Credentials, connectGateway, type Payload, publishAndWait } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { addGateway, expectBody, putSchool, readStats, settledStats } from '../support/provision.ts';

const SCHOOL = 'thcs-ban-mai';
const NEIGHBOUR = 'thcs-hoa-sen';
const MEGABYTE = 1_048_576;
/** What MQTT.js says of a CONNACK that is not 0. */
const REFUSED = /Connection refused/;

describe('a gateway that talks nonsense', () => {
  let app: App;
  let gateway: MqttClient;
  let credentials: Credentials;

  beforeAll(async () => {
    app = await startApp();
    for (const id of [SCHOOL, NEIGHBOUR]) await putSchool(app, { id });
    credentials = await addGateway(app, SCHOOL, 'gw');
    gateway = await connectGateway(app.mqtt, credentials);
  });
  afterAll(async () => {
    await gateway?.endAsync();
    await app?.stop();
  });

  async function quarantined() {
    return expectBody(await app.api('GET', '/api/v1/quarantine?limit=1000'), quarantineList).items;
  }

  const good = (co2: number): object[] => [{ n: 'co2', u: 'ppm', v: co2 }];

  const NONSENSE: readonly (readonly [what: string, topic: string, payload: Payload, reason: string])[] = [
    ['broken JSON', 'air1/readings', '[{"n":"co2","v":', 'bad-payload'],
    ['no JSON at all', 'air1/readings', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'bad-payload'],
    ['JSON of another shape', 'air1/readings', { co2: 800 }, 'bad-payload'],
    ['a wrong unit', 'air1/readings', [{ n: 'co2', u: 'Cel', v: 800 }], 'wrong-unit'],
    ['a value out of range', 'air1/readings', [{ n: 'temperature', u: 'Cel', v: 1_000 }], 'out-of-range'],
    ['an unknown metric', 'air1/readings', [{ n: 'happiness', v: 1 }], 'unknown-metric'],
    ['an unknown topic', 'what/is/this/topic', 'hello', 'unknown-format'],
    ['a prototype as metric', 'air1/readings', '[{"n":"__proto__","v":1}]', 'unknown-metric'],
    ['another school', `schools/${NEIGHBOUR}/air1/readings`, good(700), 'foreign-school'],
  ];

  test.each(NONSENSE)('%s is acknowledged and quarantined', async (_, topic, payload, reason) => {
    const before = await readStats(app);
    await publishAndWait(gateway, topic, payload);
    const after = await settledStats(app);
    expect(after).toMatchObject({ received: before.received + 1, stored: before.stored });
    expect(after.quarantined).toBe(before.quarantined + 1);
    const [newest] = await quarantined();
    expect(newest).toMatchObject({ school: SCHOOL, gateway: 'gw', transport: 'mqtt', reason });
    const sent = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
    expect(newest?.payload).toBe(Buffer.from(sent).toString('base64'));
  });

  test('nothing of it reached the neighbour, and what is good still comes through', async () => {
    await publishAndWait(gateway, 'air1/readings', good(812));
    await settledStats(app);
    const neighbour = await app.api('GET', `/api/v1/readings/latest?school=${NEIGHBOUR}`);
    expect(expectBody(neighbour, latestList).items).toEqual([]);
    const own = await app.api('GET', `/api/v1/readings/latest?school=${SCHOOL}&metric=co2`);
    expect(expectBody(own, latestList).items).toMatchObject([{ device: 'air1', value: 812, unit: 'ppm' }]);
  });

  test('the good records of a half-bad pack are stored', async () => {
    const mixed = [
      { n: 'co2', u: 'ppm', v: 640 },
      { n: 'humidity', u: '%RH', v: 4_000 },
    ];
    await publishAndWait(gateway, 'mixed/readings', mixed);
    await settledStats(app);
    const latest = await app.api('GET', `/api/v1/readings/latest?school=${SCHOOL}&device=mixed`);
    expect(expectBody(latest, latestList).items).toMatchObject([{ metric: 'co2', value: 640 }]);
    expect((await quarantined())[0]).toMatchObject({ reason: 'out-of-range' });
  });

  test('a message of a megabyte is refused at the door, its gateway comes back', async () => {
    const loud = await connectGateway(app.mqtt, credentials, { clientId: 'loud' });
    loud.on('error', () => undefined);
    const cut = new Promise<void>((resolve) => {
      loud.once('close', () => resolve());
    });
    loud.publish('air1/readings', Buffer.alloc(MEGABYTE, 0x20), { qos: 1 });
    await cut;
    loud.end(true);
    const again = await connectGateway(app.mqtt, credentials, { clientId: 'loud' });
    await publishAndWait(again, 'air1/readings', good(901));
    await again.endAsync();
    const http = await app.api('POST', '/ingest/v1/air1/readings', Buffer.alloc(MEGABYTE, 0x20), {
      token: null,
      headers: basic(credentials),
    });
    expect(http.status).toBe(413);
    await settledStats(app);
  });

  test('a replayed message is decoded again', async () => {
    const [entry] = await quarantined();
    if (!entry) throw new Error('the quarantine is empty');
    const answer = await app.api('POST', '/api/v1/quarantine/replay', { ids: [entry.id, 999_999] });
    expect(expectBody(answer, replayResult)).toEqual({ replayed: 1, missing: [999_999] });
    await settledStats(app);
  });

  test('a wrong password, an unknown gateway and no password are refused', async () => {
    const wrong: readonly Credentials[] = [
      { ...credentials, password: 'x'.repeat(43) },
      { username: 'nobody', password: credentials.password },
      { username: '', password: '' },
    ];
    for (const login of wrong) await expect(connectGateway(app.mqtt, login)).rejects.toThrow(REFUSED);
    const http = await app.api('POST', '/ingest/v1/air1/readings', good(800), {
      token: null,
      headers: basic(wrong[0]),
    });
    expect(http.status).toBe(401);
  });

  test('a subscription to the neighbour hears nothing', async () => {
    const heard: string[] = [];
    gateway.on('message', (topic) => heard.push(topic));
    await gateway.subscribeAsync([`schools/${NEIGHBOUR}/#`, '$SYS/#', '+/+/+/readings']).catch(() => undefined);
    const neighbour = await connectGateway(app.mqtt, await addGateway(app, NEIGHBOUR, 'gw'));
    await publishAndWait(neighbour, 'air9/readings', good(555));
    // The subscriber's own message comes after whatever the broker had for it.
    await gateway.subscribeAsync('air1/marker');
    await publishAndWait(gateway, 'air1/marker', 'end');
    await poll(() => heard.includes('air1/marker'), { deadlineMs: 5_000 });
    await neighbour.endAsync();
    expect(heard).toEqual(['air1/marker']);
  });

  test('deleting a gateway cuts its session and its password within 5 s', async () => {
    const doomed = await addGateway(app, SCHOOL, 'doomed');
    const client = await connectGateway(app.mqtt, doomed);
    client.on('error', () => undefined);
    const deleted = await app.api('DELETE', `/api/v1/schools/${SCHOOL}/gateways/doomed`);
    expect(deleted.status).toBe(204);
    await poll(() => !client.connected, { deadlineMs: 5_000 });
    client.end(true);
    await expect(connectGateway(app.mqtt, doomed)).rejects.toThrow(REFUSED);
  });

  test('a list of schools with five kinds of mistakes names each by row and column', async () => {
    const csv = [
      'id,name,level,area,longitude,latitude,students',
      'csv-good,Trường tốt,thcs,thu-dau-mot,106.66,10.97,500',
      'csv good,Mã có dấu cách,thcs,thu-dau-mot,106.66,10.97,500',
      'csv-level,Cấp lạ,cao_dang,thu-dau-mot,106.66,10.97,500',
      'csv-area,Khu vực lạ,thcs,nowhere,106.66,10.97,500',
      'csv-position,Kinh độ lạ,thcs,thu-dau-mot,999,10.97,500',
      'csv-students,Số học sinh lạ,thcs,thu-dau-mot,106.66,10.97,many',
    ].join('\n');
    const answer = await app.api('POST', '/api/v1/import/schools', csv, { headers: { 'content-type': 'text/csv' } });
    const report = importReport.parse(answer.body);
    expect(report).toMatchObject({ accepted: 1, refused: 5 });
    expect(report.rows.map(({ row, column }) => [row, column])).toEqual([
      [3, 'id'],
      [4, 'level'],
      [5, 'area'],
      [6, 'longitude'],
      [7, 'students'],
    ]);
    for (const { message } of report.rows) expect(message).not.toBe('');
  });

  test('the API says what was wrong, where, and what was expected', async () => {
    const position = await app.api('PUT', '/api/v1/schools/somewhere', {
      name: 'X',
      level: 'thcs',
      area: 'thu-dau-mot',
    });
    expect(position.status).toBe(400);
    expect(position.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problem.parse(position.body).errors?.map(({ path }) => path)).toContainEqual(
      expect.stringContaining('position'),
    );
    for (const [path, status] of [
      ['/api/v1/readings?school=a', 400],
      ['/api/v1/schools/no-such-school', 404],
      ['/api/v1/no-such-route', 404],
    ] as const)
      expect((await app.api('GET', path)).status, path).toBe(status);
    expect((await app.api('GET', '/api/v1/schools', undefined, { token: null })).status).toBe(401);
    expect((await app.api('GET', '/api/v1/schools', undefined, { token: 'x'.repeat(40) })).status).toBe(401);
    const asJson = { headers: { 'content-type': 'application/json' } };
    expect((await app.api('PUT', '/api/v1/areas/broken', '{"name":', asJson)).status).toBe(400);
    expect((await app.api('PUT', '/api/v1/areas/broken', 'name=X')).status).toBe(415);
  });
});

describe('settings that can not be used stop the start with a sentence', () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['an unknown setting', { IOC_HTTP_PROT: '8080' }, /IOC_HTTP_PROT is not a setting/],
    ['a port that is none', { IOC_MQTT_PORT: '70000' }, /IOC_MQTT_PORT/],
    ['a port in words', { IOC_HTTP_PORT: 'http' }, /IOC_HTTP_PORT/],
    ['a short token', { IOC_ADMIN_TOKEN: 'short' }, /IOC_ADMIN_TOKEN.*32/],
    ['a sample token', { IOC_ADMIN_TOKEN: 'change-me-change-me-change-me-change-me' }, /IOC_ADMIN_TOKEN/],
    ['an unknown time zone', { IOC_TIMEZONE: 'Asia/Atlantis' }, /IOC_TIMEZONE/],
    ['a file that is missing', { IOC_INFLUX_TOKEN_FILE: '/no/such/file' }, /IOC_INFLUX_TOKEN_FILE/],
    ['half an InfluxDB', { IOC_INFLUX_URL: 'http://127.0.0.1:1' }, /IOC_INFLUX_BUCKET/],
    ['TLS without a certificate', { IOC_MQTT_TLS_PORT: '0' }, /IOC_TLS_CERT/],
    ['conformance for everybody', { IOC_PROFILE: 'conformance', IOC_MQTT_HOST: '0.0.0.0' }, /loopback/],
  ])('%s', async (_, env, sentence) => {
    const { code, said } = await startRefused(env);
    expect(code).toBe(1);
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/^\s+at /m);
  });
});

const basic = ({ username, password }: Credentials = { username: '', password: '' }) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});
