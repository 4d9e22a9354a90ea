/** What the InfluxDB store does when the server is away, refuses lines or credentials, or loses its database. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deviceId, schoolId } from '../../../contracts/ids.ts';
import type { Reading } from '../../../contracts/reading.ts';
import type { Scan } from '../../../contracts/scan.ts';
import { type InfluxServer, startInfluxDb } from '../../../tests/support/influxdb.ts';
import { poll } from '../../../tests/support/poll.ts';
import { programOrSkip } from '../../../tests/support/system.ts';
import { TelemetryMisconfigured, type TelemetryStore, TelemetryUnavailable } from '../port.ts';
import { addressOf } from './influxQl.ts';
import { createInfluxStore, type InfluxStoreOptions } from './influxStore.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };
const series = { school: schoolId.parse('s'), device: deviceId.parse('d'), sensor: '', metric: 'co2' } as const;
const reading = (i: number, changes: Partial<Reading> = {}): Reading => ({
  ...series,
  value: i,
  measuredAt: NOON + i,
  receivedAt: NOON + i,
  flags: 0,
  ...changes,
});
const scan = (i: number): Scan => ({
  id: `scan-${i}`,
  school: series.school,
  gate: deviceId.parse('gate'),
  at: NOON,
  receivedAt: NOON + 1,
  credentialType: 'qr',
  credential: 'c',
  direction: 'in',
  flags: 0,
});

const influxd = programOrSkip('telemetry store and a troubled InfluxDB', 'influxd');

describe.skipIf(influxd === undefined)('a real InfluxDB 1.x', () => {
  let server: InfluxServer;
  let store: TelemetryStore;
  let bucket: string;
  let buckets = 0;

  beforeAll(async () => {
    server = await startInfluxDb(influxd ?? '');
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    buckets += 1;
    bucket = `trouble${buckets}`;
    store = createInfluxStore({ url: server.url, bucket, timeZone: 'UTC' });
    await store.start();
  });
  afterEach(() => store.stop());

  const raw = () => store.raw({ ...EVER, series, limit: 100_000 });
  const writeLines = (body: string) => fetch(addressOf(server.url, '/write', { db: bucket }), { method: 'POST', body });

  test('refuses lines that conflict with a field: they are named, the others are stored', async () => {
    await writeLines(`temperature,school=x value="warm" ${NOON}000000`);
    const good = Array.from({ length: 7_000 }, (_, i) => reading(i));
    const bad = Array.from({ length: 2_000 }, (_, i) => reading(i, { metric: 'temperature' }));
    const mixed = good.flatMap((one, i) => [one, ...bad.slice(i, i + 1)]);
    const refused = await store.write({ readings: mixed, scans: [scan(1)] });
    expect(new Set(refused.map(({ item }) => item))).toEqual(new Set(bad));
    expect(refused[0]?.detail).toMatch(/field type conflict.*"temperature"/);
    expect(await raw()).toHaveLength(good.length);
    expect(await store.storedScans([scan(1)])).toEqual([true]);
  });

  test('refuses single lines among many of one measurement', async () => {
    // The conflict is one of a shard, and a shard is a week: the older week has the other type.
    const week = 7 * 86_400_000;
    await writeLines(`co2,school=x value="bad air" ${NOON - week}000000`);
    const bad = [7, 1_234, 2_345].map((i) => reading(i, { measuredAt: NOON - week + i }));
    const good = Array.from({ length: 3_000 }, (_, i) => reading(i));
    const refused = await store.write({ readings: [...good.slice(0, 900), ...bad, ...good.slice(900)], scans: [] });
    expect(new Set(refused.map(({ item }) => item))).toEqual(new Set(bad));
    expect(await raw()).toHaveLength(good.length);
  });

  test('is away: write() rejects; it comes back: the same batch is stored, once', async () => {
    const batch = { readings: Array.from({ length: 50 }, (_, i) => reading(i)), scans: [scan(1), scan(2)] };
    await store.write({ readings: batch.readings.slice(0, 10), scans: batch.scans.slice(0, 1) });
    await server.halt();
    await expect(store.write(batch)).rejects.toThrow(TelemetryUnavailable);
    await expect(store.latest()).rejects.toThrow(TelemetryUnavailable);
    await expect(store.maintain({ now: NOON, keepRawFrom: null })).rejects.toThrow(TelemetryUnavailable);
    const late = createInfluxStore({ url: server.url, bucket, timeZone: 'UTC' });
    await expect(late.start()).rejects.toThrow(`InfluxDB at ${server.url} does not answer`);

    await server.resume();
    expect(await store.write(batch)).toEqual([]);
    expect(await store.write(batch)).toEqual([]);
    // Started while the server was away, and at work now that it is there.
    expect(await late.write(batch)).toEqual([]);
    await late.stop();
    expect(await raw()).toEqual(batch.readings.map(({ measuredAt, value }) => [measuredAt, value]));
    expect(await store.scans({ ...EVER, school: series.school, limit: 9 })).toHaveLength(2);
  });

  test('killed right after write() resolved has it all', async () => {
    const readings = Array.from({ length: 12_000 }, (_, i) => reading(i));
    await store.write({ readings, scans: [scan(1)] });
    await server.halt();
    await server.resume();
    expect(await raw()).toHaveLength(readings.length);
    expect(await store.storedScans([scan(1)])).toEqual([true]);
  });

  test('lost its database: the call rejects with a sentence, the next one makes it anew', async () => {
    await store.write({ readings: [reading(1)], scans: [] });
    await fetch(addressOf(server.url, '/query', { q: `DROP DATABASE "${bucket}"` }), { method: 'POST' });
    // For a moment the server itself takes writes to a database that it has dropped.
    await poll(async () => (await writeLines('co2 value=1')).status === 404, { deadlineMs: 10_000 });
    await expect(store.write({ readings: [reading(2)], scans: [] })).rejects.toThrow(TelemetryMisconfigured);
    expect(await store.write({ readings: [reading(2)], scans: [] })).toEqual([]);
    expect(await raw()).toEqual([[NOON + 2, 2]]);
  });

  test('cut off between a late reading and maintenance: the mark survives', async () => {
    await store.write({ readings: [reading(0)], scans: [] });
    await store.maintain({ now: NOON + 86_400_000, keepRawFrom: null });
    await store.write({ readings: [reading(60_000)], scans: [] });
    // Another process, which knows only what is stored.
    const next = createInfluxStore({ url: server.url, bucket, timeZone: 'UTC' });
    await next.start();
    const hours = { ...EVER, metric: 'co2', schools: 'all', bucket: 'hour' } as const;
    expect((await next.rollups(hours)).map(({ count }) => count)).toEqual([2]);
    await next.maintain({ now: NOON + 86_400_000, keepRawFrom: null });
    expect((await next.rollups(hours)).map(({ count }) => count)).toEqual([2]);
    await next.stop();
  });
});

/** Other versions and sick servers can not be started here; these speak their part of the protocol as documented. */
describe('a server that', () => {
  interface Heard {
    readonly request: string;
    readonly authorization: string | undefined;
    readonly body: string;
  }
  type Reply = { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> };
  let fake: Server;
  let heard: Heard[];
  let replyTo: (request: string, body: string) => Reply | undefined;
  let url: string;

  beforeEach(async () => {
    heard = [];
    fake = createServer((request, response) => {
      void textOf(request).then((body) => {
        const line = `${request.method} ${request.url}`;
        heard.push({ request: line, authorization: request.headers.authorization, body });
        const reply = replyTo(line, body);
        if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
      });
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const address = fake.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });
  afterEach(async () => {
    fake.closeAllConnections();
    await new Promise((resolve) => fake.close(resolve));
  });

  const ping = (version: string): Reply => ({ status: 204, headers: { 'x-influxdb-version': version } });
  const emptyAnswer: Reply = { status: 200, body: '{"results":[{"statement_id":0}]}\n' };
  const open = (options: Partial<InfluxStoreOptions> = {}) =>
    createInfluxStore({ url, bucket: 'b 1', timeZone: 'UTC', timeoutMs: 2_000, ...options });
  const firstWrite = () => heard.find(({ request }) => request.includes('/write'));

  test('is 2.x is given organisation, bucket and token, and a database name where one is missing', async () => {
    let mapped = false;
    replyTo = (request) => {
      if (request.includes('/ping')) return ping('v2.7.1');
      if (request.includes('/api/v2/buckets')) return { status: 200, body: '{"buckets":[{"id":"42","name":"b 1"}]}' };
      if (request.includes('/api/v2/dbrps')) mapped = true;
      if (request.includes('/query'))
        return mapped ? emptyAnswer : { status: 404, body: '{"code":"not found","message":"dbrp mapping not found"}' };
      return { status: 204 };
    };
    const store = open({ org: 'sở', token: 'secret' });
    await store.start();
    expect(await store.write({ readings: [reading(1)], scans: [] })).toEqual([]);
    await store.stop();
    const mapping = heard.find(({ request }) => request === 'POST /api/v2/dbrps');
    expect(JSON.parse(mapping?.body ?? '')).toMatchObject({ bucketID: '42', database: 'b 1', org: 'sở' });
    expect(firstWrite()).toEqual({
      request: 'POST /api/v2/write?org=s%E1%BB%9F&bucket=b+1&precision=ns',
      authorization: 'Token secret',
      body: `co2,device=d,school=s value=1,received=${NOON + 1}000i,flags=0i ${NOON + 1}000000`,
    });
  });

  test('is 2.x without such a bucket is a sentence', async () => {
    replyTo = (request) => (request.includes('/ping') ? ping('v2.7.1') : { status: 200, body: '{"buckets":[]}' });
    await expect(open({ org: 'o', token: 't' }).start()).rejects.toThrow('has no bucket "b 1" in "o"');
    await expect(open({ token: 't' }).start()).rejects.toThrow('IOC_INFLUX_ORG and IOC_INFLUX_TOKEN are needed');
  });

  test('is 3.x gets its database made and never a deletion', async () => {
    replyTo = (request) => {
      if (request.includes('/ping')) return { status: 200, body: '{"version":"3.4.2","revision":"x"}' };
      if (request.includes('/api/v3/')) return { status: 409, body: 'exists' };
      return request.includes('/query') ? emptyAnswer : { status: 204 };
    };
    const store = open({ token: 'secret' });
    await store.start();
    await store.write({ readings: [reading(1)], scans: [] });
    await store.maintain({ now: NOON + 86_400_000, keepRawFrom: NOON });
    await store.stop();
    expect(firstWrite()).toMatchObject({
      request: 'POST /api/v2/write?bucket=b+1&precision=ns',
      authorization: 'Bearer secret',
    });
    expect(heard.filter(({ body }) => body.includes('DELETE'))).toEqual([]);
  });

  test('wants another credential is a sentence that does not repeat ours', async () => {
    replyTo = (request) =>
      request.includes('/ping') ? ping('1.8.10') : { status: 401, body: '{"error":"authorization failed"}' };
    const failure = await open({ username: 'u', password: 'hunter2' }).start().catch(String);
    expect(failure).toContain('refuses our credential: authorization failed');
    expect(failure).not.toContain('hunter2');
    expect(heard.at(-1)?.authorization).toBe(`Basic ${Buffer.from('u:hunter2').toString('base64')}`);
    expect(heard.filter(({ request }) => request.includes('hunter2'))).toEqual([]);
  });

  test('is no InfluxDB, or one from the future, is a sentence', async () => {
    replyTo = () => ({ status: 200, body: '<html>' });
    await expect(open().start()).rejects.toThrow(`what answers at ${url} is no InfluxDB`);
    replyTo = () => ping('4.0.0');
    await expect(open().start()).rejects.toThrow('known are 1.x, 2.x and 3.x');
  });

  test.each([
    [503, '7', 7_000],
    [429, undefined, null],
    [500, 'soon', null],
  ])('answers %i with Retry-After %s', async (status, retryAfter, retryAfterMs) => {
    replyTo = (request) => {
      if (request.includes('/ping')) return ping('1.8.10');
      if (request.includes('/query')) return emptyAnswer;
      return { status, body: 'busy', ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }) };
    };
    const store = open();
    await store.start();
    const failure: unknown = await store.write({ readings: [reading(1)], scans: [] }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TelemetryUnavailable);
    expect(failure).toMatchObject({ retryAfterMs });
    expect(heard.filter(({ request }) => request.includes('/write'))).toHaveLength(1);
    await store.stop();
  });

  test('takes the request and never answers is given up', async () => {
    replyTo = (request) => {
      if (request.includes('/ping')) return ping('1.8.10');
      return request.includes('/query') ? emptyAnswer : undefined;
    };
    const store = open({ timeoutMs: 300 });
    await store.start();
    await expect(store.write({ readings: [reading(1)], scans: [] })).rejects.toThrow(TelemetryUnavailable);
    replyTo = () => undefined;
    await expect(store.latest()).rejects.toThrow(TelemetryUnavailable);
    await store.stop();
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
