/**
 * Fix and replay, through the real server: a format nobody knows is quarantined, a technician tries a mapping on it, makes
 * it, replays what was refused, and nothing is there twice. And what he sees of raw messages on the way.
 */
import { rm } from 'node:fs/promises';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quarantineList, replayResult } from '../../contracts/http/ingest.ts';
import { gatewayMessages } from '../../contracts/http/inspect.ts';
import { mappingPreview, mappingView } from '../../contracts/http/mappings.ts';
import { latestList } from '../../contracts/http/readings.ts';
import { type App, startApp, temporaryFolder } from '../support/app.ts';
import { readHistory } from '../support/history.ts';
import { type Credentials, connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { addGateway, expectBody, putSchool, settledStats } from '../support/provision.ts';

const SCHOOL = 'thcs-a';
const OTHER = 'thcs-b';
const START = Math.floor(Date.now() / 1_000) - 3_600;
/** Made by nobody we know: a number of seconds, and centidegrees. */
const topicOf = (room: string) => `xuong/${room}/do`;
const body = (n: number) => ({ luc: START + n * 60, gia_tri: { nhiet: 2_500 + n } });
const MAPPING = {
  topic: 'xuong/{device}/do',
  timePath: 'luc',
  values: [{ path: '$.gia_tri.nhiet', metric: 'temperature', unit: '°C', scale: 0.01 }],
};

let app: App;
let dataDir: string;
let client: MqttClient;
let other: MqttClient;
let credentials: Credentials;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  app = await startApp({ dataDir });
  await putSchool(app, { id: SCHOOL });
  await putSchool(app, { id: OTHER });
  credentials = await addGateway(app, SCHOOL, 'gw');
  client = await connectGateway(app.mqtt, credentials);
  other = await connectGateway(app.mqtt, await addGateway(app, OTHER, 'gw'));
});
afterAll(async () => {
  await client?.endAsync();
  await other?.endAsync();
  await app?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const path = (rest: string, school = SCHOOL) => `/api/v1/schools/${school}/${rest}`;
const quarantined = async (school: string) =>
  expectBody(await app.api('GET', `/api/v1/quarantine?school=${school}&limit=100`), quarantineList).items;
const latest = async (school: string) =>
  expectBody(await app.api('GET', `/api/v1/readings/latest?school=${school}`), latestList).items;
const inspect = async (gateway = 'gw') =>
  expectBody(await app.api('GET', path(`gateways/${gateway}/messages`)), gatewayMessages);
const replay = async (ids: readonly number[]) =>
  expectBody(await app.api('POST', '/api/v1/quarantine/replay', { ids }), replayResult);
const history = () =>
  readHistory(app, {
    school: SCHOOL,
    device: 'phong-may',
    metric: 'temperature',
    from: START * 1_000 - 1,
    to: START * 1_000 + 3_600_000,
  });

describe('a format nobody knows', () => {
  test('is acknowledged, quarantined, and shown with the reason', async () => {
    for (let n = 0; n < 5; n++) await publishAndWait(client, topicOf('phong-may'), body(n));
    await publishAndWait(other, topicOf('phong-may'), body(0));
    await settledStats(app);
    expect(await quarantined(SCHOOL)).toHaveLength(5);
    const { counters, items } = await inspect();
    expect(counters).toMatchObject({ messages: 5, readings: 0, refused: 5 });
    expect(items[0]).toMatchObject({
      topic: topicOf('phong-may'),
      payload: { as: 'text', content: JSON.stringify(body(4)), masked: false },
      decoded: { refused: [{ reason: 'unknown-format' }] },
    });
  });

  test('a mapping is tried on what came, of this school only, and stores nothing', async () => {
    const before = await settledStats(app);
    const answer = await app.api('POST', path('mappings/preview'), { mapping: MAPPING });
    const { items, looked } = expectBody(answer, mappingPreview);
    expect(looked).toBe(5);
    expect(
      items.map(({ decoded }) => decoded.readings.map(({ value, unit, device }) => [device, value, unit])),
    ).toEqual([4, 3, 2, 1, 0].map((n) => [['phong-may', (2_500 + n) / 100, '°C']]));
    const wrong = { ...MAPPING, values: [{ path: 'gia_tri.nhiet', metric: 'temperature' }] };
    const refused = expectBody(await app.api('POST', path('mappings/preview'), { mapping: wrong }), mappingPreview);
    expect(refused.items[0]?.decoded.refused).toMatchObject([{ reason: 'out-of-range' }]);
    const elsewhere = { ...MAPPING, topic: 'khac/#' };
    expect((await app.api('POST', path('mappings/preview'), { mapping: elsewhere })).body).toMatchObject({ items: [] });
    expect(await latest(SCHOOL)).toEqual([]);
    expect(await settledStats(app)).toEqual(before);
  });

  test.each([
    ['a metric that does not exist', { ...MAPPING, values: [{ path: 'x', metric: 'nhiet' }] }],
    ['a pattern that can not match', { ...MAPPING, topic: 'a/#/b' }],
    ['nothing to find', { ...MAPPING, values: [] }],
    ['another id than the path', { ...MAPPING, id: 'khac' }],
    ['a field nobody knows', { ...MAPPING, jsonpath: 'x' }],
  ])('%s is refused with a sentence', async (_, mapping) => {
    const { status, body: problem } = await app.api('PUT', path('mappings/xuong'), mapping);
    expect(status).toBe(400);
    expect(problem).toMatchObject({ errors: [{ message: expect.any(String) as string }] });
  });

  test('once made it counts at once; what was refused is replayed, and nothing is there twice', async () => {
    const made = await app.api('PUT', path('mappings/xuong'), MAPPING);
    expect(made.status).toBe(201);
    expect(expectBody(made, mappingView).mapping).toEqual({ ...MAPPING, id: 'xuong' });
    await publishAndWait(client, topicOf('phong-may'), body(5));
    await settledStats(app);
    expect(await latest(SCHOOL)).toMatchObject([
      { device: 'phong-may', value: 25.05, measuredAt: (START + 300) * 1_000 },
    ]);
    expect(await history()).toHaveLength(1);

    const ids = (await quarantined(SCHOOL)).map(({ id }) => id);
    const before = await settledStats(app);
    expect(await replay(ids)).toEqual({ replayed: 5, missing: [] });
    const after = await settledStats(app);
    expect(after.stored - before.stored).toBe(5);
    const expected = [0, 1, 2, 3, 4, 5].map((n) => [(START + n * 60) * 1_000, (2_500 + n) / 100]);
    expect(await history()).toEqual(expected);

    // Once more, from two windows at the same time.
    await Promise.all([replay(ids), replay(ids)]);
    const again = await settledStats(app);
    expect(again.stored).toBe(after.stored);
    expect(again.duplicate - after.duplicate).toBe(10);
    expect(await history()).toEqual(expected);
    expect(await quarantined(SCHOOL)).toHaveLength(5);
    expect((await inspect()).items[0]?.decoded.codec).toBe('mapping:xuong');
    expect(await latest(OTHER), 'a mapping is of one school').toEqual([]);
  });

  test('it survives a restart, also for what was acknowledged but not decoded, and ends when it is deleted', async () => {
    await publishAndWait(client, topicOf('phong-may'), body(6));
    await client.endAsync();
    await other.endAsync();
    await app.kill9();
    app = await startApp({ dataDir, env: { IOC_ADMIN_TOKEN: app.adminToken } });
    client = await connectGateway(app.mqtt, credentials);
    await publishAndWait(client, topicOf('phong-may'), body(7));
    await settledStats(app);
    expect(await history()).toHaveLength(8);
    expect((await app.api('DELETE', path('mappings/xuong'))).status).toBe(204);
    expect((await app.api('DELETE', path('mappings/xuong'))).status).toBe(404);
    await publishAndWait(client, topicOf('phong-may'), body(8));
    await settledStats(app);
    expect(await history()).toHaveLength(8);
    expect((await quarantined(SCHOOL))[0]).toMatchObject({ reason: 'unknown-format' });
  });
});

describe('raw messages as a technician sees them', () => {
  test('cards are masked in the payload and absent from the result', async () => {
    const scan = {
      id: 'e-1',
      at: new Date().toISOString(),
      credential: { type: 'rfid', value: '04A1B2C3D4E5' },
      direction: 'in',
    };
    await publishAndWait(client, 'cong/scans', scan);
    await publishAndWait(client, 'tele/cong-2/SENSOR', { RDM6300: { UID: '00434343' } });
    await settledStats(app);
    const answer = await inspect();
    expect(JSON.stringify(answer)).not.toMatch(/04A1B2C3D4E5|00434343/);
    expect(answer.items[1]).toMatchObject({
      payload: { masked: true },
      decoded: { codec: 'scans', scanCount: 1, scans: [{ gate: 'cong', direction: 'in', credentialType: 'rfid' }] },
    });
    expect(answer.counters.scans).toBe(2);
  });

  test('a terminal has its messages too; who is neither has none', async () => {
    const terminal = { vendor: 'zkteco', serial: 'SN-77' };
    expect((await app.api('PUT', path('terminals/cong-3'), terminal)).status).toBe(201);
    expect((await app.api('PUT', path('terminals/gw'), { ...terminal, serial: 'SN-78' })).status).toBe(409);
    expect((await app.api('PUT', path('terminals/x', OTHER), terminal)).status).toBe(409);
    const push = await app.api(
      'POST',
      '/iclock/cdata?SN=SN-77&table=ATTLOG',
      '9001777\t2026-11-22 06:40:21\t0\t15\t0\n',
      { token: null },
    );
    expect(push).toMatchObject({ status: 200, body: 'OK: 1' });
    await settledStats(app);
    const { items } = await inspect('cong-3');
    expect(items).toMatchObject([{ gateway: 'cong-3', transport: 'http', decoded: { codec: 'zkteco', scanCount: 1 } }]);
    expect(JSON.stringify(items)).not.toContain('9001777');
    expect((await app.api('GET', path('gateways/nobody/messages'))).status).toBe(404);
    expect((await app.api('GET', path('terminals'))).body).toMatchObject({
      items: [{ id: 'cong-3', serial: 'SN-77', lastSeenAt: expect.any(Number) as number }],
    });
    expect((await app.api('DELETE', path('terminals/cong-3'))).status).toBe(204);
    expect(
      (await app.api('POST', '/iclock/cdata?SN=SN-77&table=ATTLOG', '1\t2026-11-22 06:40:21\t0\t1\n', { token: null }))
        .status,
    ).toBe(403);
  });

  test('the token of a Hikvision terminal is shown once', async () => {
    const first = await app.api('PUT', path('terminals/cong-4'), { vendor: 'hikvision' });
    expect(first).toMatchObject({ status: 201, body: { token: expect.stringMatching(/^[\w-]{43}$/) as string } });
    const second = await app.api('PUT', path('terminals/cong-4'), { vendor: 'hikvision' });
    expect(second).toMatchObject({ status: 200, body: { token: null, path: null } });
    const { token } = first.body as { token: string }; // checked above
    expect(JSON.stringify((await app.api('GET', path('terminals'))).body)).not.toContain(token);
    const heartbeat = { eventType: 'heartBeat' };
    expect((await app.api('POST', `/ingest/hikvision/${token}`, heartbeat, { token: null })).status).toBe(200);
    expect((await app.api('POST', '/ingest/hikvision/x', heartbeat, { token: null })).status).toBe(403);
    expect(app.child.said()).not.toContain(token);
  });
});
