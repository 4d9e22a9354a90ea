import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loginResult, me } from '../../contracts/http/session.ts';
import { type ApiUnderTest, type Ask, PASSWORD, SCHOOL, startApi } from '../../tests/support/httpApi.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

const PERSON = { username: 'hieu-truong', password: PASSWORD };
const roomPath = `/api/v1/schools/${SCHOOL.north}/rooms/p1`;

const logIn = (body: unknown = PERSON, ask: Ask = {}) =>
  api.ask('POST', '/api/v1/session', { token: null, body, ...ask });

function setCookie(answer: Awaited<ReturnType<typeof logIn>>): string {
  return answer.headers['set-cookie']?.[0] ?? '';
}
const pairOf = (cookie: string) => cookie.split(';')[0] ?? '';

describe('log-in', () => {
  test('gives a session as cookie and as bearer token', async () => {
    const answer = await logIn();
    const { token, expiresAt, viewer } = loginResult.parse(answer.body);
    expect(viewer).toEqual({
      username: 'hieu-truong',
      displayName: 'Hiệu trưởng',
      role: 'school_head',
      scope: { area: null, school: SCHOOL.north },
    });
    expect(expiresAt).toBe(api.seen.now + 12 * 3_600_000);
    expect(setCookie(answer)).toMatch(
      /^ioc_session=[\w-]{43}; Max-Age=43200; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/,
    );
    const byCookie = await api.ask('GET', '/api/v1/me', { cookie: pairOf(setCookie(answer)) });
    expect(me.parse(byCookie.body).permissions).toContain('view_people');
    expect((await api.ask('GET', '/api/v1/me', { token })).body).toEqual(byCookie.body);
  });

  test('keeps only a hash of the secret', async () => {
    const { token } = loginResult.parse((await logIn()).body);
    expect(JSON.stringify(await api.parts.records.tokens.all())).not.toContain(token);
  });

  test('behind a proxy with https the cookie is bound to this host', async () => {
    const answer = await logIn(PERSON, { headers: { 'x-forwarded-proto': 'https' } });
    expect(setCookie(answer)).toMatch(/^__Host-ioc_session=.*; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/);
    const cookie = `other=1; ioc_session=stale; ${pairOf(setCookie(answer))}`;
    expect((await api.ask('GET', '/api/v1/me', { cookie })).status).toBe(200);
  });

  test.each([
    ['a wrong password', { ...PERSON, password: 'x' }],
    ['an unknown account', { ...PERSON, username: 'constructor' }],
    ['the account in other letters', { ...PERSON, username: 'Hieu-truong' }],
  ])('%s is refused with the same words', async (_name, body) => {
    const answer = await logIn(body);
    expect(answer.status).toBe(401);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).toMatchObject({ detail: 'The user name or the password is wrong.' });
  });

  test('a typed password in the place of the name is not written down', async () => {
    await logIn({ username: 'my secret', password: 'x' });
    const [event] = await api.parts.records.securityEvents.list({ limit: 1 });
    expect(event).toMatchObject({ kind: 'login-failed', detail: 'unknown account from 127.0.0.1' });
  });

  test('composed and decomposed letters are the same password', async () => {
    expect((await logIn({ ...PERSON, password: PASSWORD.normalize('NFD') })).status).toBe(200);
  });

  test('a disabled account can not log in, and its sessions end', async () => {
    const { token } = loginResult.parse((await logIn()).body);
    const user = await api.parts.records.users.get('hieu-truong');
    if (!user) throw new Error('the seeded user is missing');
    await api.parts.records.users.put({ ...user, disabledAt: api.seen.now });
    expect((await api.ask('GET', '/api/v1/me', { token })).status).toBe(401);
    expect((await logIn()).status).toBe(401);
  });

  test('a changed scope holds for the session at once', async () => {
    const { token } = loginResult.parse((await logIn()).body);
    const user = await api.parts.records.users.get('hieu-truong');
    if (!user) throw new Error('the seeded user is missing');
    await api.parts.records.users.put({ ...user, scopeSchool: SCHOOL.south });
    expect((await api.ask('GET', `/api/v1/schools/${SCHOOL.north}`, { token })).status).toBe(404);
    expect((await api.ask('GET', `/api/v1/schools/${SCHOOL.south}`, { token })).status).toBe(200);
  });

  test('the session ends by itself', async () => {
    const { token, expiresAt } = loginResult.parse((await logIn()).body);
    api.seen.now = expiresAt - 1;
    expect((await api.ask('GET', '/api/v1/me', { token })).status).toBe(200);
    api.seen.now = expiresAt;
    expect((await api.ask('GET', '/api/v1/me', { token })).status).toBe(401);
  });

  test('guessing one account is slowed down, from whichever address', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(
        (await logIn({ ...PERSON, password: 'x' }, { headers: { 'x-forwarded-for': `10.0.0.${attempt}` } })).status,
      ).toBe(401);
    const answer = await logIn(PERSON, { headers: { 'x-forwarded-for': '10.0.1.1' } });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
    const [event] = await api.parts.records.securityEvents.list({ limit: 1 });
    expect(event?.kind).toBe('login-throttled');
  });

  test('guessing many accounts from one network is slowed down', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 21; attempt += 1) {
      const headers = { 'x-forwarded-for': `2001:db8:1:2::${attempt.toString(16)}` };
      statuses.push((await logIn({ username: `u${attempt}`, password: 'x' }, { headers })).status);
    }
    expect(statuses).toEqual([...Array<number>(20).fill(401), 429]);
  });

  test('a right password gives the attempts back', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let attempt = 0; attempt < 2; attempt += 1) await logIn({ ...PERSON, password: 'x' });
      expect((await logIn()).status).toBe(200);
    }
  });
});

describe('log-out', () => {
  test('ends the session on the server and in the browser', async () => {
    const cookie = pairOf(setCookie(await logIn()));
    const answer = await api.ask('DELETE', '/api/v1/session', { cookie, headers: { 'sec-fetch-site': 'same-origin' } });
    expect(answer.status).toBe(204);
    expect(setCookie(answer)).toMatch(/^ioc_session=; .*Expires=Thu, 01 Jan 1970/);
    expect((await api.ask('GET', '/api/v1/me', { cookie })).status).toBe(401);
  });

  test('with the admin token of the settings changes nothing', async () => {
    expect((await api.ask('DELETE', '/api/v1/session')).status).toBe(204);
    expect((await api.ask('GET', '/api/v1/me')).status).toBe(200);
  });
});

describe('forged requests', () => {
  const body = { name: 'P1', kind: 'classroom' };

  async function cookieOfAdmin(): Promise<string> {
    const user = await api.parts.records.users.get('hieu-truong');
    if (!user) throw new Error('the seeded user is missing');
    await api.parts.records.users.put({ ...user, role: 'admin' });
    return pairOf(setCookie(await logIn()));
  }

  const SENT_WITH = {
    nothing: [{}, 403],
    'another site': [{ 'sec-fetch-site': 'cross-site' }, 403],
    'another host of this site': [{ 'sec-fetch-site': 'same-site' }, 403],
    'another site and our origin': [{ 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1' }, 403],
    'another origin': [{ origin: 'https://evil.example' }, 403],
    'an origin that is none': [{ origin: 'null' }, 403],
    'our own page': [{ 'sec-fetch-site': 'same-origin' }, 201],
  } as const;

  test('a cookie changes something only when our own page sends it', async () => {
    const cookie = await cookieOfAdmin();
    for (const [name, [headers, status]] of Object.entries(SENT_WITH))
      expect((await api.ask('PUT', roomPath, { cookie, headers, body })).status, name).toBe(status);
  });

  test('a cookie with our own origin, as browsers send without https', async () => {
    const cookie = await cookieOfAdmin();
    const headers = { origin: `http://127.0.0.1:${api.port}`, host: `127.0.0.1:${api.port}` };
    expect((await api.ask('PUT', roomPath, { cookie, headers, body })).status).toBe(201);
  });

  test('a bearer token needs no origin; reading with a cookie neither', async () => {
    const cookie = await cookieOfAdmin();
    expect((await api.ask('PUT', roomPath, { headers: { origin: 'https://evil.example' }, body })).status).toBe(201);
    expect((await api.ask('GET', roomPath, { cookie, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200);
  });

  test('another site can not log somebody in', async () => {
    expect((await logIn(PERSON, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await logIn(PERSON, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  });
});

describe('who somebody is', () => {
  test('a header that is no bearer token is nobody', async () => {
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer a b', 'bearer  ', ''])
      expect((await api.ask('GET', '/api/v1/me', { token: null, headers: { authorization } })).status).toBe(401);
  });

  test('a wrong bearer token is not helped by a right cookie', async () => {
    const cookie = pairOf(setCookie(await logIn()));
    const headers = { authorization: 'Bearer wrong' };
    expect((await api.ask('GET', '/api/v1/me', { cookie, headers })).status).toBe(401);
  });

  test('sockets are asked the same way', async () => {
    const { token } = loginResult.parse((await logIn()).body);
    const viewer = await api.authenticate({ cookie: `ioc_session=${token}` });
    expect(viewer?.role).toBe('school_head');
    expect(await api.authenticate({ authorization: `Bearer ${token}` })).toEqual(viewer);
    expect(await api.authenticate({})).toBeUndefined();
    if (!viewer) throw new Error('nobody');
    expect(await api.scopeOf(viewer)).toEqual(new Set([SCHOOL.north]));
    expect(await api.scopeOf({ ...viewer, scope: { area: null, school: null } })).toBe('everything');
  });

  test('the last use of a token is noted once a minute at most', async () => {
    const { token } = loginResult.parse((await logIn()).body);
    const lastUse = async () => (await api.parts.records.tokens.all())[0]?.lastUsedAt;
    const begun = api.seen.now;
    api.seen.now = begun + 59_999;
    await api.ask('GET', '/api/v1/me', { token });
    expect(await lastUse()).toBe(begun);
    api.seen.now = begun + 60_000;
    await api.ask('GET', '/api/v1/me', { token });
    await expect.poll(lastUse).toBe(begun + 60_000);
  });

  test('an unknown role in the records is nobody', async () => {
    const token = await api.tokenOf('leader');
    const [record] = await api.parts.records.tokens.all();
    if (!record) throw new Error('no token');
    await api.parts.records.tokens.put({ ...record, role: 'constructor' });
    expect((await api.ask('GET', '/api/v1/me', { token })).status).toBe(401);
  });
});

describe('the open wall of the demonstration', () => {
  let demo: ApiUnderTest;
  beforeEach(async () => {
    demo = await startApi({ openWall: true });
  });
  afterEach(() => demo.stop());

  test('lets everybody look, and nobody do', async () => {
    const nobody = { token: null };
    expect((await demo.ask('GET', '/api/v1/me', nobody)).body).toMatchObject({
      role: 'display',
      permissions: ['view'],
    });
    expect((await demo.ask('GET', '/api/v1/schools', nobody)).status).toBe(200);
    expect((await demo.ask('PUT', roomPath, { ...nobody, body: { name: 'x', kind: 'lab' } })).status).toBe(403);
    expect((await demo.ask('GET', '/api/v1/quarantine', nobody)).status).toBe(403);
    expect(await demo.authenticate({ cookie: 'ioc_session=stale' })).toMatchObject({ role: 'display' });
  });

  test('does not turn a wrong token into a wall', async () => {
    expect((await demo.ask('GET', '/api/v1/schools', { token: 'wrong' })).status).toBe(401);
  });
});
