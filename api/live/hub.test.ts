import { afterEach, describe, expect, test } from 'vitest';
import { A, createWorld, reading, type World } from '../../operations/condition/conditionFixture.ts';
import { CUT_AFTER_MS, createHub, type Hub, MAX_WAITING_MESSAGES } from './hub.ts';
import { viewerOf } from './liveHarness.ts';
import type { Line, LineHandlers } from './wire.ts';

interface FakeLine extends Line {
  readonly rooms: Set<string>;
  waiting: number;
  isCut: boolean;
}

let world: World;
let hub: Hub;
afterEach(() => {
  hub.stop();
  world.service.stop();
});

/** A wire that notes who was told what. */
function begin() {
  world = createWorld();
  world.service.start();
  const lines: FakeLine[] = [];
  const told: { readonly event: string; readonly to: readonly string[]; readonly message: unknown }[] = [];
  const wire = {
    tell: (to: readonly string[], event: string, message: unknown) => void told.push({ event, to, message }),
    isHeard: (room: string) => lines.some(({ rooms }) => rooms.has(room)),
  };
  hub = createHub({ wire, condition: world.service, now: world.now, gatherMs: 2 ** 30 });
  function join(id: string, area: string | null = null): FakeLine & { readonly does: LineHandlers } {
    const rooms = new Set<string>();
    const line: FakeLine = {
      id,
      rooms,
      waiting: 0,
      isCut: false,
      enter: (room) => void rooms.add(room),
      leave: (room) => void rooms.delete(room),
      waitingMessages: () => line.waiting,
      cut: () => {
        line.isCut = true;
      },
    };
    lines.push(line);
    const viewer = viewerOf(id, 'operator', area);
    const scope = area === null ? ('everything' as const) : new Set([A]);
    return Object.assign(line, { does: hub.join(line, { viewer, scope, credentials: {} }) });
  }
  function tick(): void {
    world.pass(1_000);
    told.length = 0;
    hub.tick(world.service.takeChanges(), world.now());
  }
  return { join, tick, told };
}

describe('createHub', () => {
  test('newcomers of one scope share one snapshot, and get changes only after it', () => {
    const { join, tick, told } = begin();
    const [one, two, head] = [join('one'), join('two'), join('head', 'east')];
    expect(one.rooms.size).toBe(0);
    tick();
    expect(told.map(({ event, to }) => [event, to])).toEqual([
      ['snapshot', ['one', 'two']],
      ['snapshot', ['head']],
    ]);
    expect(one.rooms).toEqual(two.rooms);
    expect(head.rooms).not.toEqual(one.rooms);
    tick();
    expect(told.map(({ event, to }) => [event, to])).toEqual([
      ['changes', [...one.rooms]],
      ['changes', [...head.rooms]],
    ]);
  });

  test('a snapshot between two ticks is what the others know, not what is newer', () => {
    const { join, tick, told } = begin();
    join('one');
    tick();
    world.say({ readings: [reading(A, world.now(), 2_500)] });
    const late = join('late');
    late.does.resync('overview');
    tick();
    const [changes, snapshot] = told;
    expect(changes).toMatchObject({
      event: 'changes',
      message: { sequence: 2, changes: { schools: [{ school: A }] } },
    });
    expect(snapshot).toMatchObject({ event: 'snapshot', to: ['late'], message: { sequence: 2 } });
  });

  test('who does not read is taken out of all rooms, and comes back with snapshots of all', () => {
    const { join, tick, told } = begin();
    const line = join('slow');
    line.does.watch(`school/${A}`);
    tick();
    expect(line.rooms.size).toBe(2);
    line.waiting = MAX_WAITING_MESSAGES;
    tick();
    expect(line.rooms.size).toBe(2);
    line.waiting = MAX_WAITING_MESSAGES + 1;
    tick();
    expect(line.rooms.size).toBe(0);
    expect(told).toEqual([]);
    line.waiting = 1;
    line.does.watch('overview');
    tick();
    expect(told).toEqual([]);
    expect(hub.counts()).toMatchObject({ lagging: 1, skippedChanges: 4 });
    line.waiting = 0;
    tick();
    expect(told.map(({ event }) => event)).toEqual(['snapshot', 'snapshot']);
    expect(hub.counts()).toMatchObject({ lagging: 0, cutSlow: 0 });
    expect(line.rooms.size).toBe(2);
  });

  test('who has not read for fifteen seconds is cut', () => {
    const { join, tick } = begin();
    const line = join('gone');
    tick();
    line.waiting = MAX_WAITING_MESSAGES + 1;
    for (let ms = 0; ms < CUT_AFTER_MS; ms += 1_000) tick();
    expect(line.isCut).toBe(false);
    tick();
    expect(line.isCut).toBe(true);
    line.does.closed();
    expect(hub.counts()).toMatchObject({ screens: 0, rooms: 0, lagging: 0, cutSlow: 1 });
  });
});
