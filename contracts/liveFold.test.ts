import { describe, expect, test } from 'vitest';
import { deviceId, schoolId } from './ids.ts';
import type { Changes, OperationsEvent, SchoolCondition, Snapshot } from './live.ts';
import { type Applied, applyChanges, applySnapshot, type LiveView, MAX_LIVE_EVENTS } from './liveFold.ts';

const A = schoolId.parse('a');
const B = schoolId.parse('b');
const SENSOR = deviceId.parse('Phòng 1/cảm biến');
const rate = { messagesPerSecond: 0, readingsPerSecond: 0, pending: 0, quarantined: 0 };

const line = (school: typeof A, over: Partial<SchoolCondition> = {}): SchoolCondition => ({
  school,
  condition: 'normal',
  lastMeasuredAt: 1,
  gateways: { online: 1, total: 1 },
  devices: { live: 1, late: 0, silent: 0, gateway_down: 0, maintenance: 0, never: 0 },
  arrivals: null,
  overLimit: [],
  overLimitCount: 0,
  ...over,
});
const event = (id: string): OperationsEvent => ({
  id,
  at: 1,
  school: A,
  kind: 'gateway_up',
  condition: 'normal',
  device: null,
  metric: null,
  value: null,
  room: null,
  gateway: null,
});
const snapshot: Snapshot<'overview'> = {
  version: 1,
  room: 'overview',
  sequence: 7,
  at: 100,
  state: { schools: [line(A), line(B)], rate, events: [event('1')] },
};
const changes = (sequence: number, over: Partial<Changes<'overview'>['changes']> = {}): Changes<'overview'> => ({
  room: 'overview',
  sequence,
  at: 100 + sequence,
  changes: { schools: [], removed: [], rate, events: [], ...over },
});

function stateOf<View extends LiveView>(applied: Applied<View>): View {
  if (applied.gap) throw new Error('a gap');
  return applied.state;
}

describe('the overview', () => {
  test('lines are replaced, removed, and the rest stays the same object', () => {
    const before = applySnapshot(snapshot);
    const applied = stateOf(
      applyChanges(before, changes(8, { schools: [line(B, { condition: 'danger' })], removed: [A] })),
    );
    expect([...applied.schools.keys()]).toEqual([B]);
    expect(applied.schools.get(B)?.condition).toBe('danger');
    expect(before.schools.size).toBe(2);
    expect(applied).toMatchObject({ sequence: 8, at: 108 });

    const quiet = stateOf(applyChanges(applied, changes(9)));
    expect(quiet.schools).toBe(applied.schools);
    expect(quiet.events).toBe(applied.events);
  });

  test('an alarm board is replaced as a whole, and stays while nothing is said of it', () => {
    const board = (danger: number) => ({
      counts: { information: 0, warning: 0, danger },
      unacknowledged: 0,
      newest: [],
    });
    const without = applySnapshot(snapshot);
    expect(without.alarms).toBeUndefined();
    expect(stateOf(applyChanges(without, changes(8))).alarms).toBeUndefined();
    const before = applySnapshot({ ...snapshot, state: { ...snapshot.state, alarms: board(1) } });
    const quiet = stateOf(applyChanges(before, changes(8)));
    expect(quiet.alarms).toEqual(board(1));
    expect(stateOf(applyChanges(quiet, changes(9, { alarms: board(2) }))).alarms).toEqual(board(2));
  });

  test.each([6, 7, 9, 100, Number.NaN])('number %d after 7 is a gap', (sequence) => {
    expect(applyChanges(applySnapshot(snapshot), changes(sequence))).toEqual({ gap: true });
  });

  test('changes of another room are a gap', () => {
    const foreign: Changes<'school/a'> = {
      room: 'school/a',
      sequence: 8,
      at: 1,
      changes: { condition: null, devices: [], readings: [], gateways: [] },
    };
    expect(applyChanges(applySnapshot(snapshot), foreign)).toEqual({ gap: true });
  });

  test('an event is told once, newest first, and old ones are let go', () => {
    const applied = stateOf(applyChanges(applySnapshot(snapshot), changes(8, { events: [event('2'), event('1')] })));
    expect(applied.events.map(({ id }) => id)).toEqual(['2', '1']);
    const many = Array.from({ length: MAX_LIVE_EVENTS }, (_, n) => event(`many-${n}`));
    const full = stateOf(applyChanges(applied, changes(9, { events: many })));
    expect(full.events).toEqual(many);
  });
});

test('a school: devices, readings and gateways by their keys', () => {
  const reading = {
    device: SENSOR,
    sensor: '',
    metric: 'co2',
    value: 600,
    measuredAt: 1,
    receivedAt: 1,
    flags: 0,
  } as const;
  const before = applySnapshot({
    version: 1,
    room: 'school/a',
    sequence: 0,
    at: 1,
    state: { condition: line(A), devices: [], readings: [reading], gateways: [] },
  });
  const second = { ...reading, sensor: '2' };
  const applied = stateOf(
    applyChanges(before, {
      room: 'school/a',
      sequence: 1,
      at: 2,
      changes: { condition: null, devices: [], readings: [second, { ...reading, value: 700 }], gateways: [] },
    } satisfies Changes<'school/a'>),
  );
  expect([...applied.readings.values()].map(({ sensor, value }) => [sensor, value])).toEqual([
    ['', 700],
    ['2', 600],
  ]);
  expect(applied.condition).toBe(before.condition);
  expect(applied.devices).toBe(before.devices);
});
