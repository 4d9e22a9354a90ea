import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Device } from '../../contracts/device.ts';
import { deviceList, deviceView, gatewayCreated } from '../../contracts/http/devices.ts';
import { type DeviceId, deviceId, gatewayId } from '../../contracts/ids.ts';
import { type ApiUnderTest, AREA, DEVICE, NOW, ROOM, SCHOOL, startApi } from '../../tests/support/httpApi.ts';
import { secretHash } from '../access/secrets.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

const gateways = `/api/v1/schools/${SCHOOL.north}/gateways`;
const pathOf = (id: string, school: string = SCHOOL.north) =>
  `/api/v1/schools/${school}/devices/${encodeURIComponent(id)}`;

function discovered(id: DeviceId, change: Partial<Device> = {}): Device {
  return {
    id,
    school: SCHOOL.north,
    enrolment: 'discovered',
    kind: 'classroom-air',
    room: null,
    gateway: gatewayId.parse('gw'),
    codec: 'tasmota',
    model: 'S1',
    options: { topic: 'tele/s1' },
    firstSeenAt: 7,
    ...change,
  };
}

describe('gateways', () => {
  const create = (id: unknown) => api.ask('POST', gateways, { body: { id } });

  test('get a password that is shown once and kept as a hash', async () => {
    const answer = await create('gw-1');
    expect(answer).toMatchObject({ status: 201, headers: { location: `${gateways}/gw-1` } });
    const { id, username, password } = gatewayCreated.parse(answer.body);
    expect({ id, username }).toEqual({ id: 'gw-1', username: 'hoa-mai/gw-1' });
    expect(Buffer.from(password, 'base64url')).toHaveLength(32);
    const [stored] = await api.parts.records.gateways.credentials();
    expect(stored).toEqual({
      id,
      username,
      school: SCHOOL.north,
      createdAt: NOW,
      rotatedAt: null,
      secretHash: secretHash(password),
    });
    expect(api.seen.credentials).toEqual([stored]);

    const list = await api.ask('GET', gateways);
    expect(list.text).not.toContain(password);
    expect(list.text).not.toContain(secretHash(password));
    expect(list.body).toEqual({
      items: [
        {
          id,
          username,
          school: SCHOOL.north,
          createdAt: NOW,
          rotatedAt: null,
          state: 'online',
          since: NOW,
          skewMs: -250,
        },
      ],
    });
  });

  test('of one id exist once in a school, and once in each', async () => {
    await create('gw');
    expect(await create('gw')).toMatchObject({ status: 409, body: { errors: [{ path: 'body.id' }] } });
    expect((await api.ask('POST', `/api/v1/schools/${SCHOOL.south}/gateways`, { body: { id: 'gw' } })).status).toBe(
      201,
    );
    expect(api.seen.credentials.map(({ username }) => username)).toEqual(['hoa-mai/gw', 'phu-hoa/gw']);
  });

  test.each(['', 'a/b', '..', '#', '+', 'a b', 'đ', '__proto__', 7, null, ['a'], undefined])(
    'the id %j is refused',
    async (id) => {
      expect((await create(id)).status).toBe(400);
      expect(api.seen.credentials).toEqual([]);
    },
  );

  test('get a new password, and the intake hears of it', async () => {
    const first = gatewayCreated.parse((await create('gw')).body);
    api.seen.now = NOW + 5;
    const second = gatewayCreated.parse((await api.ask('POST', `${gateways}/gw/rotate`)).body);
    expect(second.username).toBe(first.username);
    expect(second.password).not.toBe(first.password);
    const [stored] = await api.parts.records.gateways.credentials();
    expect(stored).toMatchObject({ createdAt: NOW, rotatedAt: NOW + 5, secretHash: secretHash(second.password) });
    expect(api.seen.credentials.at(-1)).toMatchObject({ rotatedAt: NOW + 5, secretHash: secretHash(second.password) });
  });

  test('are removed, and the intake hears of it', async () => {
    await create('gw');
    expect(await api.ask('DELETE', `${gateways}/gw`)).toMatchObject({ status: 204, text: '' });
    expect(api.seen.removedGateways).toEqual(['hoa-mai/gw']);
    expect((await api.ask('GET', gateways)).body).toEqual({ items: [] });
  });

  test('that do not exist are neither rotated nor removed', async () => {
    expect((await api.ask('POST', `${gateways}/constructor/rotate`)).status).toBe(404);
    expect((await api.ask('DELETE', `${gateways}/constructor`)).status).toBe(404);
    expect([...api.seen.credentials, ...api.seen.removedGateways]).toEqual([]);
  });

  test('leave a trace of who did what, without a secret', async () => {
    const { password } = gatewayCreated.parse((await create('gw')).body);
    await api.ask('POST', `${gateways}/gw/rotate`);
    await api.ask('DELETE', `${gateways}/gw`);
    const events = await api.parts.records.securityEvents.list({ limit: 10 });
    expect(events.map(({ kind, gateway, detail }) => [kind, gateway, detail])).toEqual([
      ['gateway-deleted', 'gw', 'by admin token'],
      ['gateway-rotated', 'gw', 'by admin token'],
      ['gateway-created', 'gw', 'by admin token'],
    ]);
    expect(JSON.stringify(events)).not.toContain(password);
  });
});

describe('enrolment', () => {
  const put = (id: string, body: unknown = {}) => api.ask('PUT', pathOf(id), { body });

  test('of a device nobody heard yet', async () => {
    const body = {
      kind: 'classroom-air',
      room: ROOM,
      codec: 'senml',
      model: 'X',
      options: { unit: 'ppm', constructor: 1 },
    };
    const answer = await put(DEVICE, body);
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(pathOf(DEVICE));
    const { liveness, lastMeasuredAt, ...device } = deviceView.parse(answer.body);
    expect({ liveness, lastMeasuredAt }).toEqual({ liveness: 'never', lastMeasuredAt: null });
    expect(device).toEqual({
      id: DEVICE,
      school: SCHOOL.north,
      enrolment: 'enrolled',
      gateway: null,
      firstSeenAt: null,
      ...body,
    });
    expect(api.parts.registry.get(SCHOOL.north, DEVICE)).toEqual(device);
    expect(await api.parts.records.devices.get(SCHOOL.north, DEVICE)).toEqual(device);
    expect(api.seen.changedDevices).toEqual([device]);
    expect(await put(DEVICE, body)).toMatchObject({ status: 200, body: answer.body });
    expect((await api.ask('GET', pathOf(DEVICE))).body).toEqual(answer.body);
  });

  test('of a discovered device keeps what it said of itself, and takes away what is null', async () => {
    const before = discovered(DEVICE);
    api.parts.registry.put(before);
    expect((await put(DEVICE, { room: ROOM })).body).toMatchObject({ ...before, enrolment: 'enrolled', room: ROOM });
    expect((await put(DEVICE, { kind: null, model: null })).body).toMatchObject({
      kind: null,
      model: null,
      codec: 'tasmota',
      room: ROOM,
    });
  });

  test('does not undo what was heard while it was written', async () => {
    const { put: store } = api.parts.records.devices;
    const slow = await startApi({
      records: {
        ...api.parts.records,
        devices: {
          ...api.parts.records.devices,
          async put(device) {
            await store(device);
            slow.parts.registry.put(discovered(DEVICE, { firstSeenAt: 99 }));
          },
        },
      },
    });
    const answer = await slow.ask('PUT', pathOf(DEVICE), { body: { room: ROOM } });
    expect(answer.body).toMatchObject({ enrolment: 'enrolled', room: ROOM, gateway: 'gw', firstSeenAt: 99 });
    await slow.stop();
  });

  test.each([
    [{ kind: 'submarine' }, 'body.kind'],
    [{ kind: 'constructor' }, 'body.kind'],
    [{ room: 'no-room' }, 'body.room'],
    [{ room: '../x' }, 'body.room'],
    [{ options: { big: 'x'.repeat(8_192) } }, 'body.options'],
    [{ options: [] }, 'body.options'],
    [{ enrolment: 'retired' }, 'body.enrolment'],
    [{ school: SCHOOL.south }, 'body.school'],
  ])('with %j is refused', async (body, path) => {
    expect(await put(DEVICE, body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect(api.seen.changedDevices).toEqual([]);
  });

  test('with options nested deeper than anything recursive can follow is refused', async () => {
    for (const depth of [40, 20_000]) {
      const body = `{"options":${'{"in":'.repeat(depth)}1${'}'.repeat(depth)}}`;
      const answer = await api.ask('PUT', pathOf(DEVICE), { body, headers: { 'content-type': 'application/json' } });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'body' }] } });
    }
  });

  test('in a room of another school is refused', async () => {
    await api.ask('PUT', `/api/v1/schools/${SCHOOL.south}/rooms/only-there`, { body: { name: 'R', kind: 'lab' } });
    expect(await put(DEVICE, { room: 'only-there' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.room' }] },
    });
  });

  test.each(['Phòng 1/đèn', '..', 'a?b#c', '%2F', 'constructor', '__proto__', `'"`, '🚪'])(
    'of a device named %j',
    async (id) => {
      expect((await put(id)).status).toBe(201);
      expect((await api.ask('GET', pathOf(id))).body).toMatchObject({ id });
      const { items } = deviceList.parse(
        (await api.ask('GET', `/api/v1/devices?device=${encodeURIComponent(id)}`)).body,
      );
      expect(items.map((device) => device.id)).toEqual([id]);
    },
  );
});

describe('the list of devices', () => {
  beforeEach(() => {
    const { put } = api.parts.registry;
    for (const school of [SCHOOL.south, SCHOOL.north])
      for (const name of ['c', 'a', 'b'])
        put(discovered(deviceId.parse(name), { school, kind: name === 'a' ? null : 'classroom-air' }));
    put(discovered(deviceId.parse('d'), { enrolment: 'retired' }));
    const reading = {
      school: SCHOOL.south,
      device: deviceId.parse('b'),
      sensor: '',
      metric: 'co2',
      value: 1,
      flags: 0,
    } as const;
    api.seen.readings = [{ ...reading, measuredAt: 5, receivedAt: 6 }];
  });
  const list = async (query = '', token?: string) =>
    deviceList.parse((await api.ask('GET', `/api/v1/devices?${query}`, token === undefined ? {} : { token })).body);
  const names = ({ items }: { items: readonly Device[] }) => items.map(({ school, id }) => `${school}/${id}`);

  test('is ordered by school and id, page after page', async () => {
    const all = names(await list());
    expect(all).toEqual(['hoa-mai/a', 'hoa-mai/b', 'hoa-mai/c', 'hoa-mai/d', 'phu-hoa/a', 'phu-hoa/b', 'phu-hoa/c']);
    const paged: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(`limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...names(page));
      cursor = page.cursor;
    }
    expect(paged).toEqual(all);
  });

  test.each([
    ['school=phu-hoa', ['phu-hoa/a', 'phu-hoa/b', 'phu-hoa/c']],
    ['device=c', ['hoa-mai/c', 'phu-hoa/c']],
    ['liveness=live', ['phu-hoa/b']],
    ['enrolment=retired', ['hoa-mai/d']],
    ['kind=classroom-air&school=phu-hoa', ['phu-hoa/b', 'phu-hoa/c']],
    ['school=constructor', []],
  ])('%s', async (query, expected) => {
    expect(names(await list(query))).toEqual(expected);
  });

  test('holds what is in scope', async () => {
    expect(names(await list('', await api.tokenOf('teacher', { area: AREA.south })))).toEqual([
      'phu-hoa/a',
      'phu-hoa/b',
      'phu-hoa/c',
    ]);
  });
});
