/** What holds for every route: errors, shapes, headers, description. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Router } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiUnderTest, SCHOOL, startApi } from '../tests/support/httpApi.ts';

let api: ApiUnderTest;
let dashboardFolder: string;
beforeAll(async () => {
  dashboardFolder = await mkdtemp(join(tmpdir(), 'edu-ioc-dashboard-'));
  await mkdir(join(dashboardFolder, 'assets'));
  await writeFile(join(dashboardFolder, 'index.html'), '<!doctype html><title>edu-ioc</title>');
  await writeFile(join(dashboardFolder, 'assets', 'index-1a2b3c.js'), 'export {};');
  const door = Router();
  door.post('/ingest/v1/{*topic}', (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => response.status(202).send(Buffer.concat(chunks)));
  });
  door.get('/ingest/broken', () => {
    throw new Error('secret of the inside');
  });
  api = await startApi({ dashboardFolder, doors: [door] });
});
afterAll(async () => {
  await api.stop();
  await rm(dashboardFolder, { recursive: true, force: true });
});

const room = `/api/v1/schools/${SCHOOL.north}/rooms/p9`;
const goodRoom = { name: 'Phòng 9', kind: 'lab' };
const errorsOf = (body: unknown) =>
  z.object({ errors: z.array(z.object({ path: z.string(), message: z.string() })) }).parse(body).errors;

describe('addresses', () => {
  test.each([
    ['GET', '/api/v1/nothing', 404],
    ['GET', '/api/v1', 404],
    ['POST', '/nothing', 404],
    ['GET', '/constructor', 404],
    ['GET', '/api/v1/schools/:school', 400],
    ['GET', '/api/v1/schools/..', 400],
    ['GET', '/api/v1/schools/%2e%2e', 400],
    ['GET', '/api/v1/schools/..%2f..%2fetc', 400],
    ['GET', '/api/v1/schools/%00', 400],
    ['GET', '/api/v1/schools/__proto__', 400],
    ['GET', '/api/v1/schools/constructor', 404],
    ['GET', '/api/v1/schools/0', 404],
    ['GET', '/api/v1/schools/%E0%A4%A', 400],
    ['GET', `/api/v1/schools/${'a'.repeat(65)}`, 400],
    ['GET', `/api/v1/schools/${SCHOOL.north}/../${SCHOOL.south}`, 404],
    ['GET', `/api/v1/schools/${SCHOOL.north}/devices/%00`, 400],
    ['GET', `/api/v1/schools/${SCHOOL.north}/devices/__proto__`, 404],
  ])('%s %s is a problem %i', async (method, path, status) => {
    expect((await api.ask(method, path)).status).toBe(status);
  });

  test('a known address under another method says which there are', async () => {
    const answer = await api.ask('PATCH', `/api/v1/schools/${SCHOOL.north}`);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, PUT');
  });

  test('HEAD is GET without a body', async () => {
    expect(await api.ask('HEAD', '/api/v1/schools')).toMatchObject({ status: 200, text: '' });
  });
});

describe('queries', () => {
  test.each([
    ['?colour=red', 'query.colour', /unknown parameter; there are limit, cursor, area, level/],
    ['?__proto__=1', 'query.__proto__', /unknown parameter/],
    ['?constructor=1', 'query.constructor', /unknown parameter/],
    ['?area=bac&area=nam', 'query.area', /more than once/],
    ['?area[]=bac', 'query.area[]', /unknown parameter/],
    ['?limit=0', 'query.limit', />=1/],
    ['?limit=1001', 'query.limit', /<=1000/],
    ['?limit=ten', 'query.limit', /number/],
    ['?limit=1.5', 'query.limit', /int/],
    ['?limit=', 'query.limit', />=1/],
    ['?level=university', 'query.level', /mam_non/],
    ['?area=', 'query.area', /area id/],
    ['?cursor=nonsense', 'query.cursor', /not a cursor/],
    [`?cursor=${Buffer.from('["a","b"]').toString('base64url')}`, 'query.cursor', /not a cursor/],
    ['?area=%00', 'query.area', /zero/],
  ])('/schools%s is refused at %s', async (query, path, message) => {
    const answer = await api.ask('GET', `/api/v1/schools${query}`);
    expect(answer.status).toBe(400);
    const [error] = errorsOf(answer.body);
    expect(error?.path).toBe(path);
    expect(error?.message).toMatch(message);
  });

  test('a route without parameters says so', async () => {
    const answer = await api.ask('GET', '/healthz?verbose=1');
    expect(errorsOf(answer.body)).toEqual([{ path: 'query.verbose', message: 'no parameter is taken here' }]);
  });
});

describe('bodies', () => {
  const json = { 'content-type': 'application/json' };
  const put = (body: unknown, headers: Record<string, string> = {}) => api.ask('PUT', room, { body, headers });

  test.each([
    ['broken JSON', '{"name":', 400],
    ['no object', '7', 400],
    ['an empty text', '', 400],
    ['null', 'null', 400],
    ['a list', '[]', 400],
    ['nested deeper than the stack', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 400],
    ['nested deeper than allowed', `{"name":${'['.repeat(40)}${']'.repeat(40)}}`, 400],
    ['larger than a megabyte', JSON.stringify({ ...goodRoom, name: 'x'.repeat(1024 * 1024) }), 413],
  ])('%s', async (_name, body, status) => {
    const answer = await put(body, json);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/SyntaxError|position|stack|node_modules/);
  });

  test('no body at all', async () => {
    expect((await api.ask('PUT', room)).status).toBe(415);
    const answer = await api.ask('PUT', room, { headers: json });
    expect(errorsOf(answer.body).map(({ path }) => path)).toEqual(['body.name', 'body.kind']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'text/json', ''])('sent as “%s”', async (type) => {
    const answer = await put(JSON.stringify(goodRoom), { 'content-type': type });
    expect(answer).toMatchObject({ status: 415, body: { detail: 'The body must be sent as application/json.' } });
  });

  test('compressed in a way nobody knows', async () => {
    expect((await put(goodRoom, { ...json, 'content-encoding': 'zip' })).status).toBe(415);
  });

  test.each(['__proto__', 'constructor', 'colour'])('a field “%s” that does not belong', async (name) => {
    const answer = await put(`{"name":"A","kind":"lab","${name}":{"kind":"lab"}}`, json);
    expect(answer.status).toBe(400);
    expect(errorsOf(answer.body)[0]?.path).toBe(`body.${name}`);
  });

  test('all that is wrong is said at once', async () => {
    const answer = await api.ask('PUT', '/api/v1/schools/-/rooms/-?x=1', { body: { kind: 'attic' } });
    const paths = errorsOf(answer.body).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['body.kind', 'body.name', 'path.room', 'path.school', 'query.x']);
  });

  test('are read only from those who may send one', async () => {
    const answer = await api.ask('PUT', room, { token: null, body: '{"broken', headers: json });
    expect(answer.status).toBe(401);
  });

  test('a sender who hangs up half way harms nobody', async () => {
    const socket = connect(api.port, '127.0.0.1');
    socket.write(
      `PUT ${room} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${api.parts.adminToken}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"name`,
    );
    await new Promise((resolve) => socket.write('"', resolve));
    socket.destroy();
    expect((await api.ask('GET', '/healthz')).status).toBe(200);
    expect(api.seen.faults).toEqual([]);
  });
});

describe('faults of ours', () => {
  test('are logged and not told', async () => {
    const answer = await api.ask('GET', '/ingest/broken');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret');
    expect(api.seen.faults.splice(0)).toMatchObject([{ err: { message: 'secret of the inside' }, method: 'GET' }]);
  });
});

describe('headers', () => {
  test('of every answer, problems included', async () => {
    for (const path of ['/healthz', '/nothing', '/docs', '/api/v1/schools']) {
      const { headers } = await api.ask('GET', path);
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['content-security-policy']).toContain("script-src 'self';");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['x-powered-by']).toBeUndefined();
    }
    expect((await api.ask('GET', '/api/v1/schools')).headers['cache-control']).toBe('no-store');
  });

  test('a refusal for want of a log-in names the way', async () => {
    const { headers } = await api.ask('GET', '/api/v1/me', { token: null });
    expect(headers['www-authenticate']).toBe('Bearer realm="edu-ioc"');
  });
});

describe('the description', () => {
  const document = z.looseObject({
    openapi: z.literal('3.1.0'),
    paths: z.record(
      z.string(),
      z.record(z.string(), z.looseObject({ security: z.array(z.unknown()), operationId: z.string() })),
    ),
  });

  test('is valid OpenAPI 3.1 and lists every route once', async () => {
    const { body } = await api.ask('GET', '/api/v1/openapi.json', { token: null });
    const described = document.parse(body);
    const { valid, errors } = await new Validator().validate(structuredClone(described));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    const listed = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(listed.toSorted()).toEqual(api.routes.map(({ method, path }) => `${method} ${path}`).toSorted());
    const names = Object.values(described.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test('says who may, and what comes back', async () => {
    const { body } = await api.ask('GET', '/api/v1/openapi.json');
    const { paths } = document.parse(body);
    expect(paths['/healthz']?.['get']?.security).toEqual([]);
    expect(paths['/api/v1/schools']?.['get']?.security).toHaveLength(2);
    expect(paths['/api/v1/schools/{school}']?.['put']).toMatchObject({
      responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/School' } } } } },
    });
  });

  test('what is mounted is the table, the viewer, the doors and the dashboard', () => {
    const templates = api.routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`);
    const besides = mountedOn(api.app).filter((address) => !templates.includes(address));
    expect(besides.toSorted()).toEqual([
      'get /docs',
      'get /docs/favicon-32x32.png',
      'get /docs/start.js',
      'get /docs/swagger-ui-bundle.js',
      'get /docs/swagger-ui.css',
      'get /ingest/broken',
      'get /{*path}',
      'post /ingest/v1/{*topic}',
    ]);
    expect(mountedOn(api.app)).toHaveLength(templates.length + besides.length);
  });

  test('each path names the parameters it has', () => {
    for (const { path, params } of api.routes)
      expect([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted()).toEqual(
        Object.keys(params.shape).toSorted(),
      );
  });

  test('is shown by a viewer that needs no way out', async () => {
    const page = await api.ask('GET', '/docs', { token: null });
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/https?:\/\/|<script>|onload/);
    for (const [, file = ''] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const asset = await api.ask('GET', file, { token: null });
      expect(asset.status, file).toBe(200);
      expect(asset.text.length, file).toBeGreaterThan(100);
    }
    expect((await api.ask('GET', '/docs/package.json')).status).toBe(404);
    expect((await api.ask('GET', '/docs/..%2fpackage.json')).status).toBe(404);
  });
});

describe('doors', () => {
  test('read their own bodies', async () => {
    const body = Buffer.alloc(2 * 1024 * 1024, 1);
    const answer = await api.ask('POST', '/ingest/v1/a/readings', {
      token: null,
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(202);
    expect(answer.text.length).toBe(body.byteLength);
  });
});

describe('the dashboard', () => {
  const navigation = { token: null, headers: { accept: 'text/html,application/xhtml+xml' } };

  test('hashed files are kept for ever, the page never', async () => {
    const file = await api.ask('GET', '/assets/index-1a2b3c.js', { token: null });
    expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    for (const path of ['/', '/truong/hoa-mai?tab=phong', '/index.html']) {
      const page = await api.ask('GET', path, navigation);
      expect(page.text, path).toContain('<title>edu-ioc</title>');
      expect(page.headers['cache-control'], path).toBe('no-cache');
    }
  });

  test('what is missing is missing, not the page', async () => {
    for (const path of ['/assets/gone.js', '/api/v1/gone', '/live/gone', '/docs/gone'])
      expect((await api.ask('GET', path, navigation)).status, path).toBe(404);
    expect((await api.ask('GET', '/truong', { token: null, headers: { accept: 'application/json' } })).status).toBe(
      404,
    );
    expect((await api.ask('POST', '/truong', navigation)).status).toBe(404);
    expect((await api.ask('GET', '/..%2f..%2fetc/passwd', { token: null })).status).toBeGreaterThanOrEqual(400);
  });

  test('that is not built is no page', async () => {
    const bare = await startApi({ dashboardFolder: join(dashboardFolder, 'nowhere') });
    expect((await bare.ask('GET', '/', navigation)).status).toBe(404);
    await bare.stop();
  });
});

/** Every method and path express knows, whichever router it lies in. */
function mountedOn(app: ApiUnderTest['app']): string[] {
  const layers = [...app.router.stack];
  const found: string[] = [];
  for (const { route, handle } of layers) {
    for (const { method } of route?.stack ?? []) found.push(`${method} ${route?.path}`);
    if ('stack' in handle) layers.push(...(handle as unknown as typeof app.router).stack);
  }
  return found;
}
