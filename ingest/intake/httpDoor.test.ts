import { createServer, type Server } from 'node:http';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import { createHttpDoor } from './httpDoor.ts';
import { createRefusals } from './refusals.ts';

const identity = { school: schoolId.parse('a'), gateway: gatewayId.parse('gw') };
const refusals = createRefusals();
let isOverloaded = false;
let accepted: string[] = [];
let server: Server;
let url = '';

beforeEach(async () => {
  isOverloaded = false;
  accepted = [];
  const door = createHttpDoor({
    login: (_username, password) =>
      String(password) === 'right' ? { ok: true, identity } : { ok: false, reason: 'locked-out', delayMs: 1 },
    onRefusedLogin: () => undefined,
    isOverloaded: () => isOverloaded,
    refusals,
    accept(message, done) {
      accepted.push(message.topic);
      done(message.topic === 'broken' ? new Error('disk full') : undefined);
    },
    maxBytes: 100,
  });
  server = createServer(express().use(door));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/ingest/v1/`;
});
afterEach(() => void server.close());

const post = (topic: string, { password = 'right', body = 'x' } = {}) =>
  fetch(url + topic, {
    method: 'POST',
    body,
    headers: { authorization: `Basic ${Buffer.from(`a/gw:${password}`).toString('base64')}` },
  });

describe('HTTP door', () => {
  test('answers 202 when stored, 503 with Retry-After when not', async () => {
    expect((await post('air/readings')).status).toBe(202);
    const failed = await post('broken');
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '5']);
  });

  test('overloaded: come later, and nothing is taken in', async () => {
    isOverloaded = true;
    const refused = await post('air/readings');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(accepted).toEqual([]);
  });

  test('wrong passwords go through the same gate as on MQTT, before the body is read', async () => {
    expect((await post('air/readings', { password: 'wrong', body: 'x'.repeat(1_000) })).status).toBe(401);
    expect(refusals.all()['locked-out']).toBe(1);
    expect((await post('air/readings', { body: 'x'.repeat(1_000) })).status).toBe(413);
  });
});
