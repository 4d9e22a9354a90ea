import { describe, expect, test } from 'vitest';
import { schoolId } from '../../contracts/ids.ts';
import type { Changes, SchoolCondition, Snapshot } from '../../contracts/live.ts';
import { createLiveStore, overviewOf, SILENT_AFTER_MS } from './liveStore.ts';

const SCHOOL = schoolId.parse('tdm-01');
const RATE = { messagesPerSecond: 10, readingsPerSecond: 30, pending: 0, quarantined: 0 };

function line(condition: SchoolCondition['condition']): SchoolCondition {
  return {
    school: SCHOOL,
    condition,
    lastMeasuredAt: 1,
    gateways: { online: 1, total: 1 },
    devices: { live: 1, late: 0, silent: 0, gateway_down: 0, maintenance: 0, never: 0 },
    arrivals: null,
    overLimit: [],
    overLimitCount: 0,
  };
}

const snapshot = (sequence: number, at = 1_000): Snapshot<'overview'> => ({
  version: 1,
  room: 'overview',
  sequence,
  at,
  state: { schools: [line('normal')], rate: RATE, events: [] },
});
const changes = (sequence: number, at = 2_000): Changes<'overview'> => ({
  room: 'overview',
  sequence,
  at,
  changes: { schools: [line('danger')], removed: [], rate: RATE, events: [] },
});

function bench() {
  const frames: (() => void)[] = [];
  const time = { wall: 1_000, monotonic: 0 };
  const store = createLiveStore({
    schedule: (run) => frames.push(run),
    clock: () => time.wall,
    monotonic: () => time.monotonic,
  });
  let heard = 0;
  const undo = store.subscribe(() => {
    heard += 1;
  });
  return {
    store,
    time,
    undo,
    heard: () => heard,
    frame: () => {
      for (const run of frames.splice(0)) run();
    },
  };
}

describe('the live store', () => {
  test('tells its listeners once per frame, however much came in', () => {
    const { store, heard, frame } = bench();
    store.snapshot(snapshot(1));
    for (let sequence = 2; sequence <= 50; sequence += 1) expect(store.changes(changes(sequence))).toBe(true);
    expect(heard()).toBe(0);
    frame();
    expect(heard()).toBe(1);
    frame();
    expect(heard()).toBe(1);
  });

  test('is current before the frame', () => {
    const { store } = bench();
    store.snapshot(snapshot(1));
    store.changes(changes(2));
    expect(overviewOf(store.state())?.schools.get(SCHOOL)?.condition).toBe('danger');
  });

  test('a missing number asks for a new snapshot and changes nothing', () => {
    const { store } = bench();
    store.snapshot(snapshot(1));
    expect(store.changes(changes(3))).toBe(false);
    expect(overviewOf(store.state())?.schools.get(SCHOOL)?.condition).toBe('normal');
    store.snapshot(snapshot(7));
    expect(store.changes(changes(8))).toBe(true);
  });

  test('changes of a room nobody watches are no gap', () => {
    const { store } = bench();
    expect(store.changes(changes(5))).toBe(true);
    expect(overviewOf(store.state())).toBeNull();
  });

  test('a silent line turns stale, and live again with the next message', () => {
    const { store, time } = bench();
    store.snapshot(snapshot(1));
    time.monotonic = SILENT_AFTER_MS;
    store.checkLine();
    expect(store.state().line).toBe('live');
    time.monotonic = SILENT_AFTER_MS + 1;
    store.checkLine();
    expect(store.state()).toMatchObject({ line: 'stale', heardAt: 1_000 });
    store.changes(changes(2));
    expect(store.state().line).toBe('live');
  });

  test('before anything was heard it is connecting, not stale', () => {
    const { store, time } = bench();
    time.monotonic = 60_000;
    store.checkLine();
    expect(store.state().line).toBe('connecting');
  });

  test('a refused line says so until it is heard again', () => {
    const { store } = bench();
    store.refuseLine();
    expect(store.state().line).toBe('refused');
    store.snapshot(snapshot(1));
    expect(store.state().line).toBe('live');
  });

  test('follows the server’s clock, but not every tremble of the network', () => {
    const { store, time } = bench();
    store.snapshot(snapshot(1, 61_000));
    expect(store.state().clockOffsetMs).toBe(60_000);
    time.wall = 2_100;
    store.changes(changes(2, 62_000));
    expect(store.state().clockOffsetMs).toBe(60_000);
    time.wall = 3_000;
    store.changes(changes(3, 70_000));
    expect(store.state().clockOffsetMs).toBe(67_000);
  });

  test('who unsubscribed hears nothing', () => {
    const { store, heard, frame, undo } = bench();
    undo();
    store.snapshot(snapshot(1));
    frame();
    expect(heard()).toBe(0);
  });

  test('a forgotten room is gone, with its refusal', () => {
    const { store } = bench();
    store.snapshot(snapshot(1));
    store.refuse('overview', 'forbidden');
    store.forget('overview');
    expect(store.state().rooms.size).toBe(0);
    expect(store.state().refusals.size).toBe(0);
  });
});
