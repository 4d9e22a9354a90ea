import { afterEach, describe, expect, test } from 'vitest';
import { deviceId, type SchoolId } from '../../contracts/ids.ts';
import type { SchoolCondition } from '../../contracts/live.ts';
import {
  A,
  AIR,
  B,
  createWorld,
  DOOR,
  deviceRecord,
  GATE,
  GATEWAY,
  MINUTE,
  MORNING,
  ROOM,
  reading,
  SCHOOLS,
  scan,
  type World,
} from './conditionFixture.ts';
import { MINOR_LINES_PER_TAKE } from './publish.ts';

let world: World;

function begin(options: Parameters<typeof createWorld>[0] = {}): World {
  world = createWorld(options);
  world.service.start();
  return world;
}
afterEach(() => world.service.stop());

function lineOf(school: SchoolId): SchoolCondition {
  const state = world.service.school(school);
  if (!state) throw new Error(`no school ${school}`);
  return state.condition;
}
const eventKinds = (): string[] => world.service.overview().events.map(({ kind }) => kind);
const sayCo2 = (value: number, over: Parameters<typeof reading>[3] = {}): void =>
  world.say({ readings: [reading(A, world.now(), value, over)] });
const sayGateway = (state: 'online' | 'offline'): void =>
  world.say({ gateways: [{ school: A, gateway: GATEWAY, state, at: world.now() }] });

describe('condition of a school', () => {
  test('no data until somebody is heard, then normal, then warning, danger and normal again with hysteresis', () => {
    begin();
    expect(lineOf(A)).toMatchObject({ condition: 'no_data', lastMeasuredAt: null, devices: { never: 1 } });
    const course = [
      [600, 'normal'],
      [1_000, 'warning'],
      [950, 'warning'],
      [2_100, 'danger'],
      [1_700, 'warning'],
      [850, 'normal'],
    ] as const;
    for (const [value, condition] of course) {
      world.jump(1_000);
      sayCo2(value);
      expect(lineOf(A)).toMatchObject({ condition, lastMeasuredAt: world.now(), devices: { live: 1, never: 0 } });
    }
    expect(lineOf(B).condition).toBe('no_data');
    const told = world.service.overview().events.map(({ kind, condition, value }) => [kind, condition, value]);
    expect(told).toEqual([
      ['back_to_normal', 'normal', 850],
      ['over_limit', 'danger', 2_100],
      ['over_limit', 'warning', 1_000],
    ]);
  });

  test('an over-limit tells where, what and since when', () => {
    begin();
    sayCo2(1_200);
    world.jump(5_000);
    sayCo2(1_400);
    expect(lineOf(A).overLimit).toEqual([
      { room: ROOM, device: AIR, sensor: '', metric: 'co2', value: 1_400, condition: 'warning', since: MORNING },
    ]);
  });

  test('the five worst are listed, all are counted', () => {
    begin();
    const values = [1_100, 2_500, 1_200, 1_300, 1_400, 1_500, 600];
    world.say({
      readings: values.map((value, n) => reading(A, MORNING + n, value, { sensor: `${n}` })),
    });
    const { overLimit, overLimitCount } = lineOf(A);
    expect(overLimitCount).toBe(6);
    expect(overLimit.map(({ sensor }) => sensor)).toEqual(['1', '0', '2', '3', '4']);
  });

  test('an old value neither replaces a newer one nor raises anything; the same moment again does', () => {
    begin();
    sayCo2(600);
    sayCo2(3_000, { measuredAt: MORNING - 1 });
    expect(lineOf(A).condition).toBe('normal');
    sayCo2(3_000);
    expect(lineOf(A).condition).toBe('danger');
    expect([...world.service.all({ school: A })]).toHaveLength(1);
  });

  test('one message behind is late, three are silent; a warning lapses with silence, danger does not', () => {
    begin();
    sayCo2(1_500);
    world.pass(1.5 * MINUTE);
    expect(lineOf(A)).toMatchObject({ condition: 'warning', devices: { live: 1 } });
    world.pass(1_000);
    expect(lineOf(A)).toMatchObject({ condition: 'warning', devices: { late: 1 } });
    world.pass(1.5 * MINUTE);
    expect(lineOf(A)).toMatchObject({ condition: 'no_data', devices: { silent: 1 }, overLimitCount: 0 });
    expect(eventKinds()).toEqual(['school_silent', 'over_limit']);
    sayCo2(2_500);
    expect(lineOf(A).condition).toBe('danger');
    world.pass(4 * MINUTE);
    expect(lineOf(A)).toMatchObject({ condition: 'no_data', overLimitCount: 1 });
    expect(eventKinds()).toEqual(['school_silent', 'school_back', 'over_limit', 'school_silent', 'over_limit']);
  });

  test('late devices only: information, not normal', () => {
    begin();
    sayCo2(600);
    world.pass(2 * MINUTE);
    expect(lineOf(A).condition).toBe('information');
  });

  test('a gateway that goes down explains its devices, and gives them time when it is back', () => {
    begin({ devices: [deviceRecord(A, AIR), deviceRecord(A, DOOR, { gateway: null })] });
    sayGateway('online');
    expect(eventKinds()).toEqual([]);
    sayCo2(600);
    world.say({ readings: [reading(A, world.now(), 1, { device: DOOR, metric: 'opening' })] });
    expect(lineOf(A)).toMatchObject({ condition: 'normal', gateways: { online: 1, total: 1 } });
    world.pass(10_000);
    sayGateway('offline');
    expect(lineOf(A)).toMatchObject({
      condition: 'information',
      gateways: { online: 0, total: 1 },
      devices: { gateway_down: 1, live: 1 },
    });
    world.pass(60 * MINUTE);
    expect(lineOf(A).devices).toMatchObject({ gateway_down: 1 });
    sayGateway('online');
    expect(lineOf(A).devices).toMatchObject({ live: 2 });
    world.pass(4 * MINUTE);
    expect(lineOf(A).devices).toMatchObject({ silent: 1, live: 1 });
    expect(eventKinds()).toEqual(['gateway_up', 'gateway_down']);
  });

  test('a line that flickers does not keep a dead device alive', () => {
    begin();
    sayGateway('online');
    sayCo2(600);
    for (let n = 0; n < 8; n++) {
      world.pass(20_000);
      sayGateway('offline');
      world.pass(10_000);
      sayGateway('online');
    }
    expect(lineOf(A).devices).toMatchObject({ silent: 1 });
  });

  test('the last will of a device is silence at once, until it speaks later', () => {
    begin();
    sayCo2(600);
    world.say({ devices: [{ school: A, device: AIR, state: 'offline', at: world.now() }] });
    expect(lineOf(A).devices).toMatchObject({ silent: 1 });
    world.jump(1_000);
    sayCo2(600);
    expect(lineOf(A).devices).toMatchObject({ live: 1 });
    world.say({ devices: [{ school: A, device: AIR, state: 'offline', at: MORNING }] });
    expect(lineOf(A).devices).toMatchObject({ live: 1 });
  });

  test('a restart declares nobody dead', () => {
    begin({ readings: [reading(A, MORNING - 600 * MINUTE, 600)] });
    expect(lineOf(A)).toMatchObject({ condition: 'normal', devices: { live: 1 } });
    world.pass(3 * MINUTE);
    expect(lineOf(A).devices).toMatchObject({ late: 1 });
    world.pass(1_000);
    expect(lineOf(A)).toMatchObject({ condition: 'no_data', devices: { silent: 1 } });
  });

  test('what was over its limit before a restart still is, and is no news', () => {
    begin({ readings: [reading(A, MORNING - MINUTE, 2_500)] });
    expect(lineOf(A)).toMatchObject({ condition: 'danger', overLimit: [{ since: MORNING - MINUTE }] });
    expect(eventKinds()).toEqual([]);
  });
});

describe('devices', () => {
  test('one that nobody enrolled is judged as what it seems to be', () => {
    begin({ devices: [] });
    sayCo2(1_200, { device: deviceId.parse('new') });
    expect(lineOf(A).condition).toBe('warning');
    expect(eventKinds()).toEqual(['over_limit']);
    expect(world.service.school(A)?.devices).toMatchObject([{ device: 'new', kind: 'air', liveness: 'live' }]);
    world.say({ registered: [deviceRecord(A, deviceId.parse('new'), { kind: 'door' })] });
    expect(lineOf(A).condition).toBe('normal');
  });

  test('maintenance and retirement take a device out of the picture', () => {
    begin();
    sayCo2(2_500);
    world.service.deviceChanged(deviceRecord(A, AIR, { options: { maintenance: true } }));
    expect(lineOf(A)).toMatchObject({ condition: 'no_data', devices: { maintenance: 1, live: 0 }, overLimitCount: 0 });
    world.service.deviceChanged(deviceRecord(A, AIR));
    expect(lineOf(A).condition).toBe('danger');
    world.service.takeChanges();
    world.service.deviceChanged(deviceRecord(A, AIR, { enrolment: 'retired' }));
    expect(lineOf(A)).toMatchObject({ condition: 'no_data', devices: { live: 0, maintenance: 0 }, overLimitCount: 0 });
    expect(world.service.school(A)).toMatchObject({ devices: [], readings: [] });
    expect([...world.service.takeChanges().reduced]).toEqual([A]);
    expect(eventKinds()).toEqual(['over_limit']);
  });

  test('the ports of the API', () => {
    begin({ devices: [deviceRecord(A, AIR), deviceRecord(B, AIR)] });
    world.say({
      readings: [
        reading(A, MORNING, 1, { sensor: 'b' }),
        reading(A, MORNING, 2, { sensor: 'a' }),
        reading(B, MORNING, 3),
        reading(B, MORNING, 4, { metric: 'humidity' }),
      ],
    });
    const { service } = world;
    const values = (filter: Parameters<typeof service.all>[0]): number[] =>
      [...service.all(filter)].map(({ value }) => value).sort((a, b) => a - b);
    expect(values({})).toEqual([1, 2, 3, 4]);
    expect(values({ school: A })).toEqual([1, 2]);
    expect(values({ device: AIR, metric: 'co2' })).toEqual([1, 2, 3]);
    expect(values({ school: A, sensor: 'a' })).toEqual([2]);
    expect(values({ school: A, device: DOOR })).toEqual([]);
    expect(service.sensorsOf(A, AIR, 'co2')).toEqual(['a', 'b']);
    expect(service.sensorsOf(A, DOOR, 'co2')).toEqual([]);
    expect(service.livenessOf(A, AIR)).toEqual({ liveness: 'live', lastMeasuredAt: MORNING });
    expect(service.livenessOf(A, DOOR)).toEqual({ liveness: 'never', lastMeasuredAt: null });
    expect(service.gatewayState(A, GATEWAY)).toEqual({ state: 'never', since: null, skewMs: null });
  });

  test('the clock of a gateway is read from its most punctual message', () => {
    begin();
    sayGateway('online');
    for (const [ahead, delay] of [
      [90_000, 400],
      [90_000, 50],
      [90_000, 3_000],
    ] as const) {
      world.jump(1_000);
      sayCo2(600, { measuredAt: world.now() + ahead - delay });
    }
    expect(world.service.gatewayState(A, GATEWAY)).toEqual({ state: 'online', since: MORNING, skewMs: 89_950 });
    world.say({ clocks: [{ school: A, gateway: GATEWAY, skewMs: 3_600_000, at: world.now() }] });
    expect(world.service.gatewayState(A, GATEWAY).skewMs).toBe(3_600_000);
  });
});

describe('arrivals', () => {
  test('are counted inwards from local midnight, once each', () => {
    begin({ scans: [scan(A, 'early', MORNING - 3_600_000), scan(A, 'yesterday', MORNING - 8 * 3_600_000)] });
    expect(lineOf(A).arrivals).toBe(1);
    expect(lineOf(B).arrivals).toBeNull();
    const passages = [
      scan(A, '1', MORNING),
      scan(A, '1', MORNING),
      scan(A, '2', MORNING, null),
      scan(A, '3', MORNING, 'out'),
    ];
    world.say({ scans: [...passages, scan(A, 'early', MORNING - 3_600_000)] });
    expect(lineOf(A)).toMatchObject({ arrivals: 3, condition: 'normal', lastMeasuredAt: MORNING });
    expect(world.service.livenessOf(A, GATE).liveness).toBe('live');
    world.pass(17 * 3_600_000);
    expect(lineOf(A).arrivals).toBeNull();
  });
});

describe('events', () => {
  test('knocking at another school is one event in ten minutes, and the strip keeps the newest fifty', () => {
    begin();
    const refused = (reason: 'foreign-school' | 'bad-payload') => ({
      refused: [{ school: A, gateway: GATEWAY, topic: 'schools/other/x', reason, at: world.now() }],
    });
    world.say(refused('bad-payload'));
    for (let n = 0; n < 100; n++) world.say(refused('foreign-school'));
    expect(eventKinds()).toEqual(['security']);
    world.jump(10 * MINUTE);
    world.say(refused('foreign-school'));
    for (let n = 0; n < 60; n++) sayGateway(n % 2 === 0 ? 'online' : 'offline');
    expect(eventKinds()).toHaveLength(2);
    for (let n = 0; n < 60; n++) {
      world.jump(1);
      sayGateway(n % 2 === 0 ? 'offline' : 'online');
    }
    const { events } = world.service.overview();
    expect(events).toHaveLength(50);
    expect(new Set(events.map(({ id }) => id)).size).toBe(50);
    expect(events[0]?.kind).toBe('gateway_up');
    expect(world.service.takeChanges().events).toHaveLength(50);
    expect(world.service.takeChanges().events).toEqual([]);
  });
});

describe('takeChanges', () => {
  test('first everything, then only what changed, whole', () => {
    begin();
    expect([...world.service.takeChanges().schools.keys()]).toEqual(SCHOOLS);
    expect(world.service.takeChanges().schools.size).toBe(0);
    sayCo2(600);
    const changes = world.service.takeChanges();
    expect([...changes.schools]).toEqual([[A, lineOf(A)]]);
    expect(changes.ofSchool(A)).toMatchObject({
      condition: { condition: 'normal' },
      devices: [{ device: AIR, liveness: 'live' }],
      readings: [{ value: 600 }],
      gateways: [],
    });
    expect(changes.ofSchool(B)).toBeUndefined();
    expect(world.service.takeChanges().ofSchool(A)).toBeUndefined();
  });

  test('a new school, and a gateway that is gone', () => {
    begin();
    world.service.takeChanges();
    world.service.schoolAdded({ id: 'new' as SchoolId });
    world.service.gatewayAdded(B, 'second' as typeof GATEWAY);
    const added = world.service.takeChanges();
    expect(added.placesChanged).toBe(true);
    expect([...added.schools.keys()]).toEqual(['new', B]);
    expect(added.ofSchool(B)?.gateways).toEqual([{ gateway: 'second', state: 'never', since: null }]);
    world.service.gatewayRemoved(B, 'second' as typeof GATEWAY);
    world.say({ gateways: [{ school: B, gateway: 'second' as typeof GATEWAY, state: 'offline', at: world.now() }] });
    const removed = world.service.takeChanges();
    expect([...removed.reduced]).toEqual([B]);
    expect(removed.schools.get(B)?.gateways).toEqual({ online: 0, total: 1 });
    expect(removed.placesChanged).toBe(false);
  });

  test('where thousands only grow older they take turns; a change of state never waits', () => {
    const schools = Array.from({ length: 1_000 }, (_, n) => `s${n}` as SchoolId);
    begin({ schools });
    world.say({ readings: schools.map((school) => reading(school, MORNING, 600)) });
    expect(world.service.takeChanges().schools.size).toBe(1_000);
    const sent = new Set<SchoolId>();
    const conditions: (string | undefined)[] = [];
    for (let n = 1; n <= 5; n++) {
      world.jump(1_000);
      world.say({
        readings: schools.map((school, at) => reading(school, world.now(), at === 999 ? 500 + n * 500 : 600)),
      });
      const { schools: lines } = world.service.takeChanges();
      expect(lines.size).toBeLessThanOrEqual(MINOR_LINES_PER_TAKE + 1);
      for (const school of lines.keys()) sent.add(school);
      conditions.push(lines.get(schools[999] as SchoolId)?.condition);
    }
    expect(sent.size).toBe(1_000);
    expect([conditions[0], conditions[2]]).toEqual(['warning', 'danger']);
  });
});
