import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ruleId } from '../../contracts/alarm.ts';
import type { Device } from '../../contracts/device.ts';
import { deviceId, gatewayId, schoolId } from '../../contracts/ids.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { RecordsStore } from '../../store/records/port.ts';
import { createSqliteRecords } from '../../store/records/sqlite.ts';
import {
  AIR,
  createWorld,
  deviceRecord,
  GATEWAY,
  MINUTE,
  MORNING,
  ROOM,
  reading,
  SCHOOL,
  SMOKE,
  type World,
} from './alarmFixture.ts';

let folder: string;
let records: RecordsStore;
let world: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edu-ioc-alarms-'));
  records = createSqliteRecords({ path: join(folder, 'records.sqlite') });
  await records.start();
});
afterEach(async () => {
  await world.stop();
  await records.stop();
  await rm(folder, { recursive: true, force: true });
});

const all = () => world.alarms().list({ limit: 1_000 });
const everything = () => true;
const hear = (...readings: Reading[]) => world.say({ readings });
const online = (state: 'online' | 'offline', gateway = GATEWAY, school = SCHOOL) =>
  world.say({ gateways: [{ school, gateway, state, at: world.now() }] });

/** A value every minute, as a sensor sends them. */
function send(metric: 'co2', values: readonly number[]): void {
  for (const value of values) {
    world.pass(MINUTE);
    hear(reading(metric, world.now(), value));
  }
}

describe('from a reading to an alarm', () => {
  test('smoke is told at once, once, and cleared at its time', async () => {
    world = await createWorld({ records });
    const at = world.now();
    const burning = reading('smoke_alarm', at, 1);
    hear(burning, burning);
    hear(burning);
    expect(await all()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
        rule: 'smoke',
        ruleVersion: 1,
        severity: 'danger',
        school: SCHOOL,
        room: ROOM,
        device: SMOKE,
        sensor: '',
        gateway: null,
        metric: 'smoke_alarm',
        value: 1,
        level: 1,
        state: 'raised',
        raisedAt: at,
        acknowledgedAt: null,
        clearedAt: null,
        closedAt: null,
        closeReason: null,
        owner: null,
        shelvedUntil: null,
        suppressed: 0,
        flaps: 1,
      },
    ]);
    world.pass(MINUTE);
    hear(reading('smoke_alarm', world.now(), 0));
    expect(await all()).toEqual([expect.objectContaining({ state: 'cleared', clearedAt: at + MINUTE })]);
  });

  test('CO₂ has to stay high, gets worse and better in one alarm, and every step is kept', async () => {
    world = await createWorld({ records });
    send('co2', [1_500, 1_500, 1_500, 800, 1_500, 1_500, 1_500, 1_500]);
    world.pass(MINUTE);
    expect(await all()).toEqual([]);
    send('co2', [1_600, 1_700, 2_100, 2_100, 2_100, 2_100, 2_100, 2_100]);
    send('co2', [1_700, 1_700, 1_700, 1_700, 1_700, 1_700, 950]);
    send('co2', [899, 899, 899, 899, 899, 899]);
    world.pass(MINUTE);
    const [alarm, ...others] = await all();
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ rule: 'co2', severity: 'warning', state: 'cleared' });
    const found = alarm && (await world.alarms().get(alarm.id));
    expect(found?.history.map(({ what, severity, value }) => [what, severity, value])).toEqual([
      ['raised', 'warning', 1_600],
      ['escalated', 'danger', 2_100],
      ['stepped_down', 'warning', 1_700],
      ['cleared', 'warning', 899],
    ]);
  });

  test('in a room that is empty high CO₂ is no alarm; where nobody can tell, it is', async () => {
    world = await createWorld({ records });
    hear(reading('occupancy', world.now(), 0));
    send('co2', [1_500, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500]);
    world.pass(MINUTE);
    expect(await all()).toEqual([]);
    hear(reading('occupancy', world.now(), 1));
    send('co2', [1_500, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500]);
    world.pass(MINUTE);
    expect(await all()).toHaveLength(1);
  });

  test('out of service: a device in maintenance or retired has no alarm, and loses the one it has', async () => {
    world = await createWorld({ records });
    hear(reading('smoke_alarm', world.now(), 1));
    expect((await all())[0]?.state).toBe('raised');
    world.pass(MINUTE);
    world.put(deviceRecord(SCHOOL, SMOKE, { options: { maintenance: true } }));
    expect((await all())[0]).toMatchObject({ state: 'cleared', clearedAt: world.now() });
    world.pass(MINUTE);
    hear(reading('smoke_alarm', world.now(), 1));
    expect(await all()).toHaveLength(1);
  });
});

describe('a restart', () => {
  test.each(['stop', 'kill'] as const)('by %s at every reading gives the same alarms as none', async (how) => {
    world = await createWorld({ records });
    const values = [
      800, 1_200, 1_300, 1_400, 1_500, 1_600, 1_700, 2_300, 2_300, 2_300, 2_300, 2_300, 2_300, 800, 800, 800, 800, 800,
      800, 800, 1_200,
    ];
    const stored: Reading[] = [];
    for (const value of values) {
      world.pass(MINUTE);
      const next = reading('co2', world.now(), value);
      hear(next);
      stored.push(next);
      await world.alarms().settled();
      await world.restart(how, stored.slice(-1));
      // a stretch is announced again after a crash
      hear(...stored.slice(-2));
    }
    const [alarm, ...others] = await all();
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ raisedAt: MORNING + 7 * MINUTE, clearedAt: MORNING + 19 * MINUTE });
    const found = alarm && (await world.alarms().get(alarm.id));
    expect(found?.history.map(({ number, what }) => [number, what])).toEqual([
      [1, 'raised'],
      [2, 'escalated'],
      [3, 'cleared'],
    ]);
  });

  test('what was heard but not written when the power went is found in the stored readings', async () => {
    world = await createWorld({ records });
    world.pass(MINUTE);
    await world.alarms().settled();
    const burning = reading('smoke_alarm', world.now(), 1);
    hear(burning);
    await world.restart('kill', [burning]);
    expect(await all()).toEqual([expect.objectContaining({ rule: 'smoke', raisedAt: burning.measuredAt })]);
  });

  test('an alarm that was over and acknowledged does not come back to life', async () => {
    world = await createWorld({ records });
    const pulse = [reading('smoke_alarm', world.now(), 1), reading('smoke_alarm', world.now() + 1, 0)];
    world.jump(1);
    hear(...pulse);
    const [alarm] = await all();
    if (alarm) await world.alarms().act(alarm.id, { do: 'acknowledge', text: '' }, 'trực ban', everything);
    await world.restart('kill');
    hear(...pulse);
    expect(await all()).toEqual([expect.objectContaining({ state: 'cleared', acknowledgedAt: world.now() })]);
  });

  test('of a whole city raises no false alarm', async () => {
    const schools = Array.from({ length: 100 }, (_, index) => schoolId.parse(`s${index}`));
    const names = Array.from({ length: 40 }, (_, index) => deviceId.parse(`d${index}`));
    const devices = schools.flatMap((school) => names.map((id) => deviceRecord(school, id, { kind: 'classroom_air' })));
    world = await createWorld({ records, schools, devices });
    const speak = (): Reading[] =>
      devices.map(({ school, id }) => reading('co2', world.now(), 600, { school, device: id }));
    const stored = speak();
    hear(...stored);
    world.pass(MINUTE);
    await world.alarms().settled();
    await world.restart('stop', stored);
    // an hour passes before the devices are back, twice what makes one silent; our clock says so, they do not
    world.jump(60 * MINUTE);
    await world.restart('stop', stored);
    for (const school of schools) online('online', GATEWAY, school);
    world.pass(9 * MINUTE);
    hear(...speak());
    world.pass(9 * MINUTE);
    expect(await all()).toEqual([]);
    expect(world.alarms().counts().machines).toBe(0);
  }, 60_000);
});

describe('less noise', () => {
  const devices: readonly Device[] = Array.from({ length: 40 }, (_, index) =>
    deviceRecord(SCHOOL, deviceId.parse(`d${index}`), { kind: 'classroom_air' }),
  );
  const speak = () => hear(...devices.map(({ id }) => reading('co2', world.now(), 600, { device: id })));

  test('one gateway down is one alarm with the devices behind it counted beneath; it ends when it is back', async () => {
    world = await createWorld({ records, devices });
    online('online');
    speak();
    world.pass(MINUTE);
    online('offline');
    world.pass(59_000);
    expect(await all()).toEqual([]);
    world.pass(60 * MINUTE);
    expect(await all()).toEqual([
      expect.objectContaining({
        rule: 'gateway_down',
        gateway: GATEWAY,
        suppressed: 40,
        state: 'raised',
        device: null,
      }),
    ]);
    online('online');
    speak();
    world.pass(3 * MINUTE);
    expect(await all()).toEqual([expect.objectContaining({ rule: 'gateway_down', state: 'cleared' })]);
  });

  test('a power cut takes all gateways of the school: still one alarm', async () => {
    const second = gatewayId.parse('gw2');
    const spread = devices.map((device, index) => ({ ...device, gateway: index % 2 === 0 ? GATEWAY : second }));
    world = await createWorld({ records, devices: spread, gateways: [GATEWAY, second] });
    online('online');
    online('online', second);
    speak();
    world.pass(MINUTE);
    online('offline', second);
    world.pass(1_000);
    online('offline');
    world.pass(5 * MINUTE);
    expect(await all()).toEqual([expect.objectContaining({ rule: 'gateway_down', gateway: second, suppressed: 41 })]);
  });

  test('a silent device is an alarm, and only while it is silent', async () => {
    world = await createWorld({ records, devices });
    online('online');
    speak();
    for (let minute = 0; minute < 40; minute += 5) {
      world.pass(5 * MINUTE);
      hear(...devices.slice(1).map(({ id }) => reading('co2', world.now(), 600, { device: id })));
    }
    expect(await all()).toEqual([
      expect.objectContaining({ rule: 'no_data', device: devices[0]?.id, state: 'raised' }),
    ]);
    speak();
    world.pass(MINUTE);
    expect(await all()).toEqual([expect.objectContaining({ rule: 'no_data', state: 'cleared' })]);
  });

  test('what comes and goes is counted within the hour', async () => {
    world = await createWorld({ records });
    const flaps: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      world.pass(5 * MINUTE);
      hear(reading('smoke_alarm', world.now(), 1));
      flaps.push((await all())[0]?.flaps ?? 0);
      world.pass(MINUTE);
      hear(reading('smoke_alarm', world.now(), 0));
    }
    expect(flaps).toEqual([1, 2, 3, 4, 5]);
    await world.restart('kill');
    world.pass(40 * MINUTE);
    hear(reading('smoke_alarm', world.now(), 1));
    expect((await all())[0]?.flaps).toBe(5);
    expect(world.alarms().board(everything).newest[0]?.isFlapping).toBe(true);
  });

  test('shelved: not on the board until then, also when it is raised anew and after a restart', async () => {
    world = await createWorld({ records });
    hear(reading('smoke_alarm', world.now(), 1));
    const [alarm] = await all();
    if (!alarm) throw new Error('no alarm');
    const until = world.now() + 60 * MINUTE;
    await world.alarms().act(alarm.id, { do: 'shelve', until, text: 'thợ đang sửa' }, 'trực ban', everything);
    expect(world.alarms().board(everything).newest).toEqual([]);
    world.pass(MINUTE);
    hear(reading('smoke_alarm', world.now(), 0));
    await world.alarms().settled();
    await world.restart('kill');
    world.pass(MINUTE);
    hear(reading('smoke_alarm', world.now(), 1));
    expect((await all())[0]).toMatchObject({ state: 'raised', shelvedUntil: until });
    expect(world.alarms().board(everything).counts.danger).toBe(0);
    world.pass(60 * MINUTE);
    expect(world.alarms().board(everything)).toMatchObject({ counts: { danger: 1 }, unacknowledged: 1 });
    expect((await all())[0]?.shelvedUntil).toBeNull();
  });
});

describe('what people do', () => {
  async function raised() {
    world = await createWorld({ records });
    hear(reading('smoke_alarm', world.now(), 1));
    const [alarm] = await all();
    if (!alarm) throw new Error('no alarm');
    return alarm.id;
  }

  test('acknowledge, assign, comment, close: each a step with its author', async () => {
    const id = await raised();
    const { act, get } = world.alarms();
    await act(id, { do: 'acknowledge', text: 'đã thấy' }, 'lan', everything);
    await act(id, { do: 'assign', owner: 'bảo vệ' }, 'lan', everything);
    await act(id, { do: 'comment', text: 'đang tới' }, 'minh', everything);
    const closed = await act(id, { do: 'close', reason: 'false_alarm', text: 'khói hương' }, 'minh', everything);
    expect(closed).toMatchObject({ alarm: { state: 'cleared', closeReason: 'false_alarm', owner: 'bảo vệ' } });
    const found = await get(id);
    expect(found?.history.map(({ who, what, text }) => [who, what, text])).toEqual([
      [null, 'raised', ''],
      ['lan', 'acknowledged', 'đã thấy'],
      ['lan', 'assigned', 'bảo vệ'],
      ['minh', 'commented', 'đang tới'],
      ['minh', 'closed', 'khói hương'],
    ]);
    const again = await act(id, { do: 'acknowledge', text: '' }, 'lan', everything);
    expect(again).toEqual({ refused: 'conflict', detail: expect.stringContaining('closed already') as string });
    // still burning: closed is closed, until it was over once
    hear(reading('smoke_alarm', world.now() + 1, 1));
    expect(await all()).toHaveLength(1);
  });

  test('two people at once: one acknowledges, the other is told', async () => {
    const id = await raised();
    const both = await Promise.all(
      ['lan', 'minh'].map((who) => world.alarms().act(id, { do: 'acknowledge', text: '' }, who, everything)),
    );
    expect(both).toEqual([
      { alarm: expect.objectContaining({ state: 'acknowledged' }) as object },
      { refused: 'conflict', detail: expect.any(String) as string },
    ]);
  });

  test('out of sight it does not exist', async () => {
    const id = await raised();
    const acted = await world.alarms().act(id, { do: 'close', reason: 'fixed', text: '' }, 'lan', () => false);
    expect(acted).toEqual({ refused: 'not-found' });
    expect((await all())[0]?.state).toBe('raised');
  });

  test('while the database is away nobody is told that it was done, and nothing is lost', async () => {
    const id = await raised();
    await records.stop();
    const acted = await world.alarms().act(id, { do: 'acknowledge', text: '' }, 'lan', everything);
    expect(acted).toEqual({ refused: 'unavailable' });
    world.pass(MINUTE);
    hear(reading('smoke_alarm', world.now(), 0));
    await expect(world.alarms().settled()).rejects.toThrow('not started');
    await records.start();
    expect(await all()).toEqual([
      expect.objectContaining({ state: 'cleared', acknowledgedAt: MORNING, clearedAt: MORNING + MINUTE }),
    ]);
  });
});

describe('rules', () => {
  test('a new version holds from the next reading on, survives a restart, and has one author at a time', async () => {
    world = await createWorld({ records });
    const rule = world
      .alarms()
      .rules()
      .find(({ id }) => id === 'co2');
    if (!rule) throw new Error('no rule');
    const { id, version, ...body } = rule;
    const stricter = {
      ...body,
      hold: { raiseMs: 0, clearMs: 0 },
      waitMs: 0,
      levels: [{ severity: 'danger' as const, raise: 700, clear: 600 }],
    };
    const changed = await world.alarms().changeRule(id, version, stricter, 'quản trị');
    expect(changed).toMatchObject({ rule: { version: 2 } });
    expect(await world.alarms().changeRule(id, version, body, 'ai khác')).toEqual({
      conflict: expect.stringContaining('version 2') as string,
    });
    await world.restart('stop');
    hear(reading('co2', world.now(), 750));
    expect(await all()).toEqual([expect.objectContaining({ severity: 'danger', ruleVersion: 2, level: 700 })]);
    expect((await world.alarms().ruleVersions(id)).map((each) => [each.rule.version, each.changedBy])).toEqual([
      [1, ''],
      [2, 'quản trị'],
    ]);
    // a level that is no more can not stay raised
    const milder = [{ severity: 'warning' as const, raise: 740, clear: 700 }];
    await world.alarms().changeRule(id, 2, { ...stricter, levels: milder }, 'quản trị');
    expect((await all())[0]?.state).toBe('cleared');
    world.pass(MINUTE);
    hear(reading('co2', world.now(), 750));
    expect((await all())[0]).toMatchObject({ severity: 'warning', state: 'raised', ruleVersion: 3 });
    await world.alarms().changeRule(id, 3, { ...stricter, enabled: false }, 'quản trị');
    expect((await all())[0]?.state).toBe('cleared');
  });

  test('an override is for the devices it names', async () => {
    world = await createWorld({ records });
    const rule = world
      .alarms()
      .rules()
      .find(({ id }) => id === 'smoke');
    if (!rule) throw new Error('no rule');
    const { id: _id, version, ...body } = rule;
    const overrides = [{ where: { devices: [SMOKE] }, enabled: false }];
    await world.alarms().changeRule(ruleId.parse('smoke'), version, { ...body, overrides }, 'quản trị');
    hear(reading('smoke_alarm', world.now(), 1));
    hear(reading('smoke_alarm', world.now(), 1, { device: AIR }));
    expect(await all()).toEqual([expect.objectContaining({ device: AIR })]);
  });
});
