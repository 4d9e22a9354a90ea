import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { quarantineList } from '../../contracts/http/ingest.ts';
import { gatewayId, type SchoolId } from '../../contracts/ids.ts';
import type { Refusal } from '../../contracts/message.ts';
import { type ApiUnderTest, AREA, SCHOOL, startApi } from '../../tests/support/httpApi.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

let sequence = 0;
async function quarantine(school: SchoolId, payload: Uint8Array, reason: Refusal = 'bad-payload'): Promise<void> {
  sequence += 1;
  await api.parts.records.quarantine.add([
    {
      school,
      gateway: gatewayId.parse('gw'),
      transport: 'mqtt',
      topic: 'lớp/\u0000readings',
      payload,
      receivedAt: 1_000.25,
      retained: false,
      reason,
      detail: 'not JSON',
      sequence,
    },
  ]);
}
const list = async (query = '', token?: string) =>
  quarantineList.parse(
    (await api.ask('GET', `/api/v1/quarantine?${query}`, token === undefined ? {} : { token })).body,
  );

test('counts are told as they are', async () => {
  expect((await api.ask('GET', '/api/v1/ingest/stats')).body).toEqual(api.seen.stats);
});

describe('the quarantine', () => {
  test('shows the raw bytes', async () => {
    // A view into a larger buffer: only its own bytes belong to it.
    const bytes = new Uint8Array([9, 9, 0, 255, 128, 9]).subarray(2, 5);
    await quarantine(SCHOOL.north, bytes);
    const [entry] = (await list()).items;
    expect(entry).toMatchObject({
      school: SCHOOL.north,
      gateway: 'gw',
      topic: 'lớp/\u0000readings',
      reason: 'bad-payload',
      receivedAt: 1_000,
      replayedAt: null,
    });
    expect([...Buffer.from(entry?.payload ?? '', 'base64')]).toEqual([0, 255, 128]);
  });

  test('is newest first, page after page, each once', async () => {
    for (let index = 0; index < 45; index += 1) await quarantine(SCHOOL.north, Buffer.from(String(index)));
    const ids: number[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(`limit=20${cursor && `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(20);
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(ids).toHaveLength(45);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect((await list('limit=100')).items.map(({ id }) => id)).toEqual(ids);
  });

  test('a page of large messages ends early instead of growing', async () => {
    for (let index = 0; index < 20; index += 1) await quarantine(SCHOOL.north, Buffer.alloc(256 * 1024, index));
    const page = await list('limit=1000');
    expect(page.items).toHaveLength(16);
    expect((await list(`cursor=${page.cursor}`)).items).toHaveLength(4);
  });

  test('is asked by school and reason', async () => {
    await quarantine(SCHOOL.north, Buffer.from('a'));
    await quarantine(SCHOOL.south, Buffer.from('b'), 'unknown-format');
    expect((await list(`school=${SCHOOL.south}`)).items.map(({ reason }) => reason)).toEqual(['unknown-format']);
    expect((await list('reason=bad-payload')).items.map(({ school }) => school)).toEqual([SCHOOL.north]);
    expect((await list('school=constructor')).items).toEqual([]);
    for (const query of ['reason=constructor', 'cursor=5', `cursor=${Buffer.from('["x"]').toString('base64url')}`])
      expect((await api.ask('GET', `/api/v1/quarantine?${query}`)).status).toBe(400);
  });
});

describe('replay', () => {
  const replay = (body: unknown, token?: string) =>
    api.ask('POST', '/api/v1/quarantine/replay', { body, ...(token && { token }) });

  test('sends what there is, each once, and names what there is not', async () => {
    await quarantine(SCHOOL.north, Buffer.from('a'));
    await quarantine(SCHOOL.south, Buffer.from('b'));
    const ids = (await list()).items.map(({ id }) => id);
    const [one = 0, two = 0] = ids;
    expect((await replay({ ids: [one, two, one, 987_654] })).body).toEqual({ replayed: 2, missing: [987_654] });
    expect(api.seen.replayed.map((sent) => new Set(sent))).toEqual([new Set([one, two])]);
    expect(api.seen.replayed[0]).toHaveLength(2);
  });

  test('what is out of scope is missing', async () => {
    await quarantine(SCHOOL.north, Buffer.from('a'));
    const [entry] = (await list()).items;
    const token = await api.tokenOf('technician', { area: AREA.south });
    expect((await replay({ ids: [entry?.id] }, token)).body).toEqual({ replayed: 0, missing: [entry?.id] });
    expect(api.seen.replayed).toEqual([]);
  });

  test.each([
    { ids: [] },
    { ids: ['1'] },
    { ids: [0] },
    { ids: [1.5] },
    { ids: 1 },
    {},
    { ids: Array(1_001).fill(1) },
    { ids: [1], all: true },
  ])('%j is refused', async (body) => {
    expect((await replay(body)).status).toBe(400);
  });
});
