/** The API on a free port with real records, for tests. Every answer is held against the schemas of the route table. */
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { hashPassword } from '../../api/access/passwords.ts';
import { secretHash } from '../../api/access/secrets.ts';
import { type Api, type ApiParts, createApi } from '../../api/api.ts';
import type { MissingPart } from '../../api/ports.ts';
import type { Route } from '../../api/route.ts';
import type { Role, Scope } from '../../contracts/access.ts';
import type { Device } from '../../contracts/device.ts';
import type { FeedBatch } from '../../contracts/feed.ts';
import { problem } from '../../contracts/http/common.ts';
import type { IngestStats } from '../../contracts/http/ingest.ts';
import { areaId, deviceId, gatewayId, roomId, schoolId } from '../../contracts/ids.ts';
import type { School } from '../../contracts/places.ts';
import type { Reading } from '../../contracts/reading.ts';
import { guessKind } from '../../devices/kinds/registry.ts';
import { createRegistry } from '../../devices/registry.ts';
import { createTerminalBook } from '../../ingest/doors/terminalBook.ts';
import { createFeed } from '../../ingest/feed.ts';
import { createMappingBook } from '../../ingest/mappingBook.ts';
import { createRawLog } from '../../ingest/rawLog.ts';
import { createAlarmService } from '../../operations/alarms/alarmService.ts';
import { createTryRule } from '../../operations/alarms/tryRule.ts';
import type { GatewayCredential } from '../../store/records/port.ts';
import { createSqliteRecords } from '../../store/records/sqlite.ts';
import type { BucketQuery, Point, RawQuery } from '../../store/telemetry/port.ts';

export const ADMIN_TOKEN = 'admin-token-of-at-least-32-characters';
export const NOW = Date.UTC(2026, 10, 22, 1, 0, 0);

/** Two wards under one province; one school in each, a third in a quarter of the first ward. */
export const AREA = {
  province: areaId.parse('binh-duong'),
  north: areaId.parse('bac'),
  quarter: areaId.parse('bac-1'),
  south: areaId.parse('nam'),
};
export const SCHOOL = {
  north: schoolId.parse('hoa-mai'),
  quarter: schoolId.parse('kim-dong'),
  south: schoolId.parse('phu-hoa'),
};
export const ROOM = roomId.parse('p101');
export const GATEWAY = gatewayId.parse('gw1');
export const DEVICE = deviceId.parse('lớp 1A/không khí');
export const PASSWORD = 'một mật khẩu đủ dài';

export interface Ask {
  /** Bearer token; null sends none. Absent: the admin token. */
  readonly token?: string | null;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
}

export interface ApiUnderTest {
  readonly parts: ApiParts;
  readonly routes: readonly Route[];
  readonly app: Api['app'];
  readonly authenticate: Api['authenticate'];
  readonly scopeOf: Api['scopeOf'];
  readonly port: number;
  readonly seen: Seen;
  /** The alarms behind the API hear it. */
  announce(batch: Partial<FeedBatch>): void;
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A token of a machine with this role and scope. */
  tokenOf(role: Role, scope?: Partial<Scope>): Promise<string>;
  stop(): Promise<void>;
}

/** What the API told others, and what the others will answer. */
export interface Seen {
  now: number;
  stats: IngestStats;
  missing: readonly MissingPart[];
  readings: readonly Reading[];
  readonly points: { raw: readonly Point[]; buckets: readonly Point[]; failure: Error | undefined };
  readonly rawQueries: RawQuery[];
  readonly bucketQueries: BucketQuery[];
  readonly credentials: GatewayCredential[];
  readonly removedGateways: string[];
  readonly replayed: number[][];
  readonly changedSchools: School[];
  readonly changedDevices: Device[];
  readonly faults: object[];
}

export async function startApi(changes: Partial<ApiParts> = {}): Promise<ApiUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'edu-ioc-api-'));
  const records = createSqliteRecords({ path: join(folder, 'records.sqlite') });
  await records.start();
  await seed(records);
  const seen = newSeen();
  const { alarms, feed, ...whole } = partsWith(records, seen);
  await alarms.start();
  const parts: ApiParts = { ...whole, alarms, ...changes };
  const { app, authenticate, routes, scopeOf } = createApi(parts);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;

  return {
    parts,
    routes,
    app,
    authenticate,
    scopeOf,
    port,
    seen,
    announce(batch) {
      const nothing = { readings: [], scans: [], gateways: [], devices: [], registered: [], refused: [] };
      feed.announce({ ...nothing, ...batch });
    },
    async ask(method, path, ask = {}) {
      const answer = await send(port, method, path, ask);
      if (method !== 'HEAD') holdAgainst(routes, method, path, answer);
      return answer;
    },
    async tokenOf(role, { area = null, school = null } = {}) {
      const secret = `${role}-${area ?? ''}-${school ?? ''}-${seen.now}`;
      await records.tokens.put({
        id: secret,
        hash: secretHash(secret),
        kind: 'token',
        username: null,
        name: role,
        role,
        scopeArea: area,
        scopeSchool: school,
        createdAt: seen.now,
        expiresAt: null,
        lastUsedAt: null,
      });
      return secret;
    },
    async stop() {
      await alarms.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await records.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function newSeen(): Seen {
  return {
    now: NOW,
    stats: { received: 10, stored: 7, duplicate: 1, quarantined: 1, pending: 1 },
    missing: [],
    readings: [],
    points: { raw: [], buckets: [], failure: undefined },
    rawQueries: [],
    bucketQueries: [],
    credentials: [],
    removedGateways: [],
    replayed: [],
    changedSchools: [],
    changedDevices: [],
    faults: [],
  };
}

function partsWith(records: ApiParts['records'], seen: Seen) {
  const registry = createRegistry();
  const timeZone = 'Asia/Ho_Chi_Minh';
  const feed = createFeed({
    onFault(error) {
      throw error;
    },
  });
  const { telemetry, latest } = answers(seen);
  const alarms = createAlarmService({
    records,
    registry,
    guessKind,
    watch: latest,
    feed,
    clock: { now: () => seen.now },
    timeZone,
    initial: { readings: [], gateways: [] },
    diskFreePercent: async () => 50,
    log: { info: () => undefined, warn: () => undefined, error: (fields) => seen.faults.push(fields) },
  });
  const tryRule = createTryRule({
    telemetry,
    registry,
    guessKind,
    sensorsOf: latest.sensorsOf,
    places: () => Promise.all([records.areas.all(), records.schools.all(), records.rooms.all()]),
    timeZone,
  });
  return { ...partsAround(records, seen), telemetry, latest, registry, alarms, tryRule, feed };
}

function answers(seen: Seen): Pick<ApiParts, 'telemetry' | 'latest'> {
  return {
    telemetry: {
      async raw(query) {
        seen.rawQueries.push(query);
        if (seen.points.failure) throw seen.points.failure;
        return seen.points.raw.filter(([at]) => at >= query.from && at < query.to).slice(0, query.limit);
      },
      async buckets(query) {
        seen.bucketQueries.push(query);
        return seen.points.buckets.filter(([at]) => at + query.everyMs > query.from && at < query.to);
      },
    },
    latest: {
      all: ({ school, device, metric, sensor }) =>
        seen.readings.filter(
          (reading) =>
            (school === undefined || reading.school === school) &&
            (device === undefined || reading.device === device) &&
            (metric === undefined || reading.metric === metric) &&
            (sensor === undefined || reading.sensor === sensor),
        ),
      sensorsOf: (school, device, metric) =>
        seen.readings
          .filter((reading) => reading.school === school && reading.device === device && reading.metric === metric)
          .map(({ sensor }) => sensor),
      livenessOf: (school, device) => {
        const reading = seen.readings.find((each) => each.school === school && each.device === device);
        return reading
          ? { liveness: 'live', lastMeasuredAt: reading.measuredAt }
          : { liveness: 'never', lastMeasuredAt: null };
      },
      gatewayState: () => ({ state: 'online', since: NOW, skewMs: -250 }),
    },
  };
}

function partsAround(
  records: ApiParts['records'],
  seen: Seen,
): Omit<ApiParts, 'telemetry' | 'latest' | 'registry' | 'alarms' | 'tryRule'> {
  return {
    records,
    gatewayAccess: {
      put: (credential) => seen.credentials.push(credential),
      remove: (school, id) => seen.removedGateways.push(`${school}/${id}`),
    },
    monitor: {
      stats: () => seen.stats,
      async replay(ids) {
        seen.replayed.push([...ids]);
        return { replayed: ids.length, missing: [] };
      },
    },
    terminalAccess: createTerminalBook(),
    mappingAccess: { ...createMappingBook(), preview: async () => ({ items: [], looked: 0 }) },
    messages: { messagesOf: createRawLog({ now: () => seen.now }).of },
    adminToken: ADMIN_TOKEN,
    timeZone: 'Asia/Ho_Chi_Minh',
    installation: () => ({
      timeZone: 'Asia/Ho_Chi_Minh',
      simulated: false,
      build: 'test',
      demoAccounts: null,
      openWall: false,
      mqtt: { host: '127.0.0.1', port: 1883, tlsPort: null, webSocketPath: '/mqtt' },
    }),
    openWall: false,
    clock: { now: () => seen.now },
    isKnownKind: (kind) => kind === 'classroom-air',
    onSchoolChanged: (school) => seen.changedSchools.push(school),
    onDeviceChanged: (device) => seen.changedDevices.push(device),
    doors: [],
    dashboardFolder: undefined,
    readiness: async () => seen.missing,
    log: { info: () => undefined, warn: () => undefined, error: (fields) => seen.faults.push(fields) },
  };
}

/** Slow by design, so once for all APIs of a test file. */
let passwordHash: Promise<string> | undefined;

async function seed(records: ApiParts['records']): Promise<void> {
  const span = { validFrom: null, validTo: null };
  await records.areas.putMany([
    { id: AREA.province, name: 'Bình Dương', kind: 'province', parent: null, ...span },
    { id: AREA.north, name: 'Bắc', kind: 'ward', parent: AREA.province, ...span },
    { id: AREA.quarter, name: 'Khu phố 1', kind: 'quarter', parent: AREA.north, ...span },
    {
      id: AREA.south,
      name: 'Nam',
      kind: 'ward',
      parent: AREA.province,
      validFrom: '2020-01-01',
      validTo: '2025-07-01',
    },
  ]);
  const common = { level: 'thcs', position: [106.65, 10.98], students: 800, simulated: false } as const;
  const position: [number, number] = [106.65, 10.98];
  await records.schools.putMany([
    { ...common, position, id: SCHOOL.north, name: 'Hoa Mai', area: AREA.north },
    { ...common, position, id: SCHOOL.quarter, name: 'Kim Đồng', area: AREA.quarter, level: 'mam_non' },
    { ...common, position, id: SCHOOL.south, name: 'Phú Hòa', area: AREA.south },
  ]);
  for (const school of Object.values(SCHOOL))
    await records.rooms.put({ id: ROOM, school, name: 'Phòng 101', kind: 'classroom' });
  passwordHash ??= hashPassword(PASSWORD);
  await records.users.put({
    username: 'hieu-truong',
    displayName: 'Hiệu trưởng',
    role: 'school_head',
    scopeArea: null,
    scopeSchool: SCHOOL.north,
    passwordHash: await passwordHash,
    createdAt: NOW,
    disabledAt: null,
  });
}

/** Not fetch: the address goes out as it is written, and any header may be set. */
function send(
  port: number,
  method: string,
  path: string,
  { token = ADMIN_TOKEN, cookie, headers = {}, body }: Ask,
): Promise<Answer> {
  const isText = typeof body === 'string' || body instanceof Uint8Array;
  const payload =
    body === undefined ? undefined : isText ? Buffer.from(body as string) : Buffer.from(JSON.stringify(body));
  const all: Record<string, string> = {
    ...(token !== null && cookie === undefined && { authorization: `Bearer ${token}` }),
    ...(cookie !== undefined && { cookie }),
    ...(payload && { 'content-length': String(payload.byteLength) }),
    ...(payload && !isText && { 'content-type': 'application/json' }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path, headers: all, timeout: 10_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed });
        });
      },
    );
    request.once('error', reject);
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.end(payload);
  });
}

/** An answer no screen could read is a failure, whatever the test was about. */
function holdAgainst(routes: readonly Route[], method: string, path: string, answer: Answer): void {
  if (answer.status >= 400) {
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(problem.strict().parse(answer.body).status).toBe(answer.status);
    return;
  }
  const route = routeOf(routes, method, path);
  if (!route || answer.status >= 300) return;
  expect(route.statuses).toContain(answer.status);
  const said = answer.status === 204 ? undefined : (answer.body ?? answer.text);
  expect(route.answer.safeParse(said).error).toBeUndefined();
}

function routeOf(routes: readonly Route[], method: string, path: string): Route | undefined {
  const [address = ''] = path.split('?');
  return routes.find((route) => {
    const pattern = route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
    return route.method === method.toLowerCase() && new RegExp(`^${pattern}$`).test(address);
  });
}
