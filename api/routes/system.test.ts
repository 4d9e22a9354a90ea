import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ApiUnderTest, SCHOOL, startApi } from '../../tests/support/httpApi.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

test('alive, ready, installed', async () => {
  expect((await api.ask('GET', '/healthz', { token: null })).body).toEqual({ status: 'ok' });
  expect((await api.ask('GET', '/readyz', { token: null })).body).toEqual({ status: 'ready' });
  expect((await api.ask('GET', '/api/v1/installation', { token: null })).body).toMatchObject({
    timeZone: 'Asia/Ho_Chi_Minh',
    build: 'test',
  });
});

describe('not ready', () => {
  test('names what is missing', async () => {
    api.seen.missing = [{ part: 'telemetry', detail: 'InfluxDB does not answer' }];
    expect(await api.ask('GET', '/readyz', { token: null })).toMatchObject({
      status: 503,
      body: { detail: 'Not ready: telemetry.', errors: [{ path: 'telemetry', message: 'InfluxDB does not answer' }] },
    });
    expect((await api.ask('GET', '/healthz', { token: null })).status).toBe(200);
  });

  test('is also what it is when the question itself fails', async () => {
    const broken = await startApi({ readiness: () => Promise.reject(new Error('10.1.2.3 refused')) });
    const answer = await broken.ask('GET', '/readyz', { token: null });
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain('10.1.2.3');
    await broken.stop();
  });

  test('alive is answered without the records', async () => {
    const { records } = api.parts;
    const failing = { ...records.tokens, byHash: () => Promise.reject(new Error('disk')) };
    const broken = await startApi({ records: { ...records, tokens: failing } });
    expect((await broken.ask('GET', '/healthz', { token: 'any' })).status).toBe(200);
    expect((await broken.ask('GET', '/api/v1/schools', { token: 'any' })).status).toBe(500);
    expect(broken.seen.faults).toHaveLength(1);
    await broken.stop();
  });
});

describe('metrics', () => {
  test('count requests by template, never by address', async () => {
    await api.ask('GET', `/api/v1/schools/${SCHOOL.north}`);
    await api.ask('GET', '/api/v1/schools/elsewhere');
    await api.ask('GET', '/wp-admin.php');
    const lines = async () => (await api.ask('GET', '/metrics', { token: null })).text.split('\n');
    const school = 'method="get",route="/api/v1/schools/{school}"';
    // Counted once the answer is gone, a moment after the client has it.
    await expect.poll(lines).toContain(`http_requests_total{${school},status="200"} 1`);
    await expect.poll(lines).toContain(`http_requests_total{${school},status="404"} 1`);
    const text = (await lines()).join('\n');
    expect(text).toContain('route="unmatched",status="404"} 1');
    expect(text).not.toMatch(/hoa-mai|elsewhere|wp-admin/);
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds \d/);
  });

  test('tell the counts of the ingest as counters that may be summed', async () => {
    const { text, headers } = await api.ask('GET', '/metrics', { token: null });
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('ioc_ingest_messages_total{outcome="received"} 10');
    expect(text).toContain('ioc_ingest_pending_messages 1');
    api.seen.stats = { ...api.seen.stats, received: 12, stored: 9 };
    const again = (await api.ask('GET', '/metrics', { token: null })).text;
    expect(again).toContain('ioc_ingest_messages_total{outcome="received"} 12');
    expect(again).toContain('ioc_ingest_messages_total{outcome="stored"} 9');
  });
});
