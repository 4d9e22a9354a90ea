/** Screens and rooms: who watches what, who waits for a snapshot, who does not keep up. Knows no socket library. */
import { schoolId } from '../../contracts/ids.ts';
import type { OperationsEvent, WatchAnswer } from '../../contracts/live.ts';
import { MAX_LIVE_EVENTS } from '../../contracts/liveFold.ts';
import type { ConditionChanges } from '../../operations/condition/ports.ts';
import type { SchoolScope } from '../ports.ts';
import { type Admitted, userKey } from './door.ts';
import {
  type AlarmSource,
  type ConditionSource,
  createOverviewRoom,
  createSchoolRoom,
  type OverviewRoom,
  type Room,
  sees,
} from './rooms.ts';
import type { Line, LineHandlers, Wire } from './wire.ts';

/** A wall shows one school at a time, a desk a few. */
export const MAX_ROOMS_PER_SCREEN = 20;
/** Between two ticks. A screen says a word or two a minute. */
export const MAX_WORDS_PER_TICK = 100;
/** So many seconds behind, and a screen gets no more changes until it has read what it has. */
export const MAX_WAITING_MESSAGES = 4;
/** One that still has not read by then is gone or hostile. */
export const CUT_AFTER_MS = 15_000;

export interface Screen {
  readonly line: Line;
  admitted: Admitted;
  /** waiting: gets a snapshot next, and only then changes. */
  readonly rooms: Map<Room, 'waiting' | 'joined'>;
  /** Rooms it had a snapshot of since the last tick: more come with the tick, however often it asks. */
  readonly served: Set<Room>;
  words: number;
  laggingSince: number | null;
}

export interface HubCounts {
  readonly screens: number;
  readonly rooms: number;
  readonly lagging: number;
  /** Messages that were not sent to screens that did not keep up, since start. */
  readonly skippedChanges: number;
  readonly cutSlow: number;
  readonly cutTalkative: number;
}

export interface Hub {
  readonly screens: ReadonlySet<Screen>;
  join(line: Line, admitted: Admitted): LineHandlers;
  /** One message to every room, then the snapshots that newcomers wait for. */
  tick(changes: ConditionChanges, now: number): void;
  /** The viewer's rights or the tree of places changed. */
  setAdmitted(screen: Screen, admitted: Admitted): void;
  /** How many sockets the account has. */
  socketsOf(user: string): number;
  counts(): HubCounts;
  stop(): void;
}

type WireRoom = { readonly kind: 'overview' } | { readonly kind: 'school'; readonly id: string };

function parseRoom(room: unknown): WireRoom | undefined {
  if (room === 'overview') return { kind: 'overview' };
  if (typeof room !== 'string' || !room.startsWith('school/')) return undefined;
  return { kind: 'school', id: room.slice('school/'.length) };
}

/** Viewers of one scope share a room: it is worked out and written down once for all of them. */
function overviewKey({ viewer: { scope } }: Admitted): string {
  return `overview ${JSON.stringify([scope.area, scope.school])}`;
}

export function createHub(parts: {
  readonly wire: Pick<Wire, 'tell' | 'isHeard'>;
  readonly condition: ConditionSource;
  readonly alarms?: AlarmSource;
  readonly now: () => number;
  /** Newcomers of so many ms share one snapshot: after a restart they all come at once. */
  readonly gatherMs: number;
}): Hub {
  const { wire, condition, now, gatherMs } = parts;
  const screens = new Set<Screen>();
  const rooms = new Map<string, { readonly room: Room; readonly members: Set<Screen> }>();
  const overviews = new Map<string, OverviewRoom>();
  let toldEvents: readonly OperationsEvent[] = [];
  let gathering: NodeJS.Timeout | undefined;
  const counted = { skippedChanges: 0, cutSlow: 0, cutTalkative: 0 };

  function overviewRoom(admitted: Admitted): Room {
    const key = overviewKey(admitted);
    const known = overviews.get(key);
    if (known) return known;
    const room = createOverviewRoom({
      key,
      scope: admitted.scope,
      condition,
      alarms: parts.alarms,
      toldEvents,
      at: now(),
    });
    overviews.set(key, room);
    return room;
  }

  function schoolRoom(id: string, scope: SchoolScope): Room | undefined {
    const school = schoolId.safeParse(id);
    if (!school.success || !sees(scope, school.data)) return undefined;
    const key = `school ${school.data}`;
    return rooms.get(key)?.room ?? createSchoolRoom({ key, school: school.data, condition, at: now() });
  }

  /** The room as this screen knows it, if it is in it. */
  function roomOf(screen: Screen, name: unknown): Room | undefined {
    for (const room of screen.rooms.keys()) if (room.wire === name) return room;
    return undefined;
  }

  function enter(screen: Screen, room: Room): void {
    const entry = rooms.get(room.key) ?? { room, members: new Set() };
    rooms.set(room.key, entry);
    entry.members.add(screen);
    screen.rooms.set(room, 'waiting');
    screen.line.leave(room.key);
    gathering ??= setTimeout(giveSnapshots, gatherMs);
  }

  function leave(screen: Screen, room: Room): void {
    screen.rooms.delete(room);
    screen.served.delete(room);
    screen.line.leave(room.key);
    const members = rooms.get(room.key)?.members;
    members?.delete(screen);
    if (members?.size !== 0) return;
    rooms.delete(room.key);
    overviews.delete(room.key);
  }

  function giveSnapshots(): void {
    clearTimeout(gathering);
    gathering = undefined;
    const at = now();
    for (const { room, members } of rooms.values()) {
      const newcomers = [...members].filter(
        (screen) => screen.rooms.get(room) === 'waiting' && screen.laggingSince === null && !screen.served.has(room),
      );
      if (newcomers.length === 0) continue;
      wire.tell(
        newcomers.map(({ line }) => line.id),
        'snapshot',
        room.snapshot(at),
      );
      for (const screen of newcomers) {
        screen.rooms.set(room, 'joined');
        screen.served.add(room);
        screen.line.enter(room.key);
      }
    }
  }

  /** Takes those who do not read out of their rooms, and back in when they do; memory is bounded by that. */
  function watchLag(screen: Screen, at: number): void {
    const waiting = screen.line.waitingMessages();
    if (screen.laggingSince === null) {
      if (waiting <= MAX_WAITING_MESSAGES) return;
      screen.laggingSince = at;
      for (const room of screen.rooms.keys()) {
        screen.rooms.set(room, 'waiting');
        screen.line.leave(room.key);
      }
    } else if (waiting === 0) {
      screen.laggingSince = null;
      return;
    } else if (at - screen.laggingSince >= CUT_AFTER_MS) {
      counted.cutSlow++;
      screen.line.cut();
      return;
    }
    counted.skippedChanges += screen.rooms.size;
  }

  function watch(screen: Screen, name: unknown): WatchAnswer {
    const wanted = parseRoom(name);
    if (!wanted) return { ok: false, problem: 'bad-request' };
    const { admitted } = screen;
    const room = wanted.kind === 'overview' ? overviewRoom(admitted) : schoolRoom(wanted.id, admitted.scope);
    // a school that may not be seen does not exist
    if (!room) return { ok: false, problem: 'not-found' };
    if (!screen.rooms.has(room) && screen.rooms.size >= MAX_ROOMS_PER_SCREEN)
      return { ok: false, problem: 'forbidden' };
    enter(screen, room);
    return { ok: true };
  }

  return {
    screens,
    join(line, admitted) {
      const screen: Screen = { line, admitted, rooms: new Map(), served: new Set(), words: 0, laggingSince: null };
      screens.add(screen);
      enter(screen, overviewRoom(admitted));
      return {
        watch: (name) => watch(screen, name),
        unwatch(name) {
          const room = roomOf(screen, name);
          if (room) leave(screen, room);
        },
        resync(name) {
          const room = roomOf(screen, name);
          if (room) enter(screen, room);
        },
        mayTalk() {
          if (++screen.words <= MAX_WORDS_PER_TICK) return true;
          if (screen.words === MAX_WORDS_PER_TICK + 1) counted.cutTalkative++;
          line.cut();
          return false;
        },
        closed() {
          for (const room of [...screen.rooms.keys()]) leave(screen, room);
          screens.delete(screen);
        },
      };
    },

    tick(changes, at) {
      toldEvents = [...changes.events, ...toldEvents].slice(0, MAX_LIVE_EVENTS);
      for (const screen of [...screens]) {
        screen.words = 0;
        screen.served.clear();
        watchLag(screen, at);
      }
      for (const { room } of rooms.values()) {
        const next = room.advance(changes, at);
        if (!wire.isHeard(room.key)) continue;
        if (next.event === 'changes') wire.tell([room.key], 'changes', next.message);
        else wire.tell([room.key], 'snapshot', next.message);
      }
      giveSnapshots();
    },

    setAdmitted(screen, admitted) {
      const before = overviewKey(screen.admitted);
      screen.admitted = admitted;
      const key = overviewKey(admitted);
      if (key === before) {
        overviews.get(key)?.setScope(admitted.scope);
      } else {
        const room = roomOf(screen, 'overview');
        if (room) {
          leave(screen, room);
          enter(screen, overviewRoom(admitted));
        }
      }
      for (const room of [...screen.rooms.keys()]) {
        const watched = parseRoom(room.wire);
        if (watched?.kind === 'school' && !schoolRoom(watched.id, admitted.scope)) leave(screen, room);
      }
    },

    socketsOf(user) {
      let sockets = 0;
      for (const { admitted } of screens) if (userKey(admitted) === user) sockets++;
      return sockets;
    },
    counts() {
      let lagging = 0;
      for (const { laggingSince } of screens) if (laggingSince !== null) lagging++;
      return { screens: screens.size, rooms: rooms.size, lagging, ...counted };
    },
    stop() {
      clearTimeout(gathering);
      gathering = undefined;
    },
  };
}
