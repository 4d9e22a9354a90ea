import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceBody, gatewayBody } from '../contracts/http/devices.ts';
import { areaBody, roomBody, schoolBody } from '../contracts/http/places.ts';
import { freePort } from '../tests/support/system.ts';
import { buildDemo } from './demo/demo.ts';
import { enrolDemo } from './enrol.ts';

const TOKEN = 'a-token-for-this-test';
const demo = buildDemo(2, { schools: 3 });

/** The routes enrolment uses, with the contract's schemas: a body the centre would refuse is refused here. */
function answer(method: string, path: string, body: unknown): { status: number; body: unknown } {
  const [kind, owner, part, id, action] = path.replace('/api/v1/', '').split('/');
  const check = (schema: { safeParse(value: unknown): { success: boolean } }) => ({
    status: schema.safeParse(body).success ? 200 : 400,
    body: {},
  });
  if (method === 'PUT' && kind === 'areas') return check(areaBody);
  if (method === 'PUT' && part === undefined) return check(schoolBody);
  if (method === 'PUT' && part === 'rooms') return check(roomBody);
  if (method === 'PUT' && part === 'devices') return check(deviceBody);
  if (method !== 'POST' || part !== 'gateways') return { status: 404, body: {} };
  if (action === 'rotate') return { status: 200, body: { id, username: `${owner}/${id}`, password: 'rotated' } };
  const wanted = gatewayBody.parse(body).id;
  // The first school has its gateway already.
  if (owner === demo.schools[0]?.id) return { status: 409, body: {} };
  return { status: 201, body: { id: wanted, username: `${owner}/${wanted}`, password: 'new' } };
}

describe('enrolment through the API', () => {
  let server: Server;
  let calls: string[];
  let apiUrl: string;

  beforeEach(async () => {
    calls = [];
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => {
        calls.push(`${request.method} ${request.url}`);
        const allowed = request.headers.authorization === `Bearer ${TOKEN}`;
        const { status, body } = allowed
          ? answer(request.method ?? '', request.url ?? '', JSON.parse(text))
          : { status: 401, body: { title: 'no such token' } };
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    apiUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  test('puts everything and brings back one credential per school', async () => {
    const credentials = await enrolDemo({ demo, apiUrl, token: TOKEN });
    expect(credentials).toEqual(
      demo.schools.map(({ id }, index) => ({
        school: id,
        gateway: 'gw-1',
        username: `${id}/gw-1`,
        password: index === 0 ? 'rotated' : 'new',
      })),
    );
    const puts = calls.filter((call) => call.startsWith('PUT'));
    expect(puts).toHaveLength(demo.areas.length + demo.schools.length + demo.rooms.length + demo.devices.length);
    const at = (id: string) => calls.indexOf(`PUT /api/v1/areas/${id}`);
    for (const { id, parent } of demo.areas) expect(parent === null || at(parent) < at(id)).toBe(true);
  });

  test('nobody there: the sentence says where', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await expect(enrolDemo({ demo, apiUrl: nobody, token: TOKEN })).rejects.toThrow(`no answer from ${nobody}`);
  });

  test('a refusal names the request and the answer', async () => {
    await expect(enrolDemo({ demo, apiUrl, token: 'wrong' })).rejects.toThrow(
      /PUT \/api\/v1\/areas\/bd was answered 401.*no such token/,
    );
  });
});
