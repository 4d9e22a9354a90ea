/**
 * What the live wire has told so far. Knows no React and no socket: messages go in, listeners hear of a new state at
 * most once per animation frame. State is always current; only the news of it waits for the frame.
 */
import type { SchoolId } from '../../contracts/ids.ts';
import type { Changes, LiveRoom, Snapshot, WatchAnswer } from '../../contracts/live.ts';
import {
  type Applied,
  applyChanges,
  applySnapshot,
  type LiveView,
  type OverviewView,
  type SchoolView,
} from '../../contracts/liveFold.ts';

/** connecting: nothing heard yet; stale: the line is silent; refused: we may not watch. */
export type Line = 'connecting' | 'live' | 'stale' | 'refused';

export type WatchProblem = Extract<WatchAnswer, { readonly ok: false }>['problem'];

export interface LiveState {
  readonly line: Line;
  /** Server time of the newest message. */
  readonly heardAt: number | null;
  /** Server clock minus ours. */
  readonly clockOffsetMs: number;
  readonly rooms: ReadonlyMap<LiveRoom, LiveView>;
  /** Rooms the server would not let us watch, and why. */
  readonly refusals: ReadonlyMap<LiveRoom, WatchProblem>;
}

/** Two ticks missed and a little: after this the figures are called stale. */
export const SILENT_AFTER_MS = 3_000;
/** Network jitter moves the measured offset a little with each message; ages must not tremble with it. */
const OFFSET_STEP_MS = 250;

export interface LiveStore {
  state(): LiveState;
  /** Returns its own undo. */
  subscribe(listener: () => void): () => void;
  snapshot(message: Snapshot): void;
  /** False when a number is missing: the caller must ask for a new snapshot. */
  changes(message: Changes): boolean;
  forget(room: LiveRoom): void;
  refuse(room: LiveRoom, problem: WatchProblem): void;
  refuseLine(): void;
  /** Called a few times a second: declares the line stale when nothing arrives. */
  checkLine(): void;
}

export function createLiveStore(options: {
  /** Runs the callback once, soon: requestAnimationFrame in the browser. */
  readonly schedule: (run: () => void) => void;
  /** Epoch ms of our own clock. */
  readonly clock: () => number;
  /** Milliseconds that never jump, for measuring silence. */
  readonly monotonic: () => number;
}): LiveStore {
  const listeners = new Set<() => void>();
  let scheduled = false;
  let lastHeard: number | null = null;
  let state: LiveState = {
    line: 'connecting',
    heardAt: null,
    clockOffsetMs: 0,
    rooms: new Map(),
    refusals: new Map(),
  };

  function announce(): void {
    if (scheduled) return;
    scheduled = true;
    options.schedule(() => {
      scheduled = false;
      for (const listener of listeners) listener();
    });
  }

  function set(part: Partial<LiveState>): void {
    state = { ...state, ...part };
    announce();
  }

  function heard(at: number): void {
    lastHeard = options.monotonic();
    const offset = at - options.clock();
    const moved = Math.abs(offset - state.clockOffsetMs) > OFFSET_STEP_MS || state.heardAt === null;
    set({ line: 'live', heardAt: at, clockOffsetMs: moved ? offset : state.clockOffsetMs });
  }

  function setRoom(room: LiveRoom, next: LiveView | null): void {
    const rooms = new Map(state.rooms);
    if (next) rooms.set(room, next);
    else rooms.delete(room);
    set({ rooms });
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    snapshot(message) {
      heard(message.at);
      setRoom(message.room, applySnapshot(message));
    },
    changes(message) {
      heard(message.at);
      const before = state.rooms.get(message.room);
      // not watched any more, or the snapshot is still on its way
      if (!before) return true;
      const next = follow(before, message);
      if (next.gap) return false;
      setRoom(message.room, next.state);
      return true;
    },
    forget(room) {
      const refusals = new Map(state.refusals);
      refusals.delete(room);
      set({ refusals });
      setRoom(room, null);
    },
    refuse: (room, problem) => set({ refusals: new Map(state.refusals).set(room, problem) }),
    refuseLine: () => set({ line: 'refused' }),
    checkLine() {
      if (lastHeard === null || state.line !== 'live') return;
      if (options.monotonic() - lastHeard > SILENT_AFTER_MS) set({ line: 'stale' });
    },
  };
}

function follow(view: LiveView, message: Changes): Applied<LiveView> {
  return view.room === 'overview' ? applyChanges(view, message) : applyChanges(view, message);
}

export function overviewOf(state: LiveState): OverviewView | null {
  const view = state.rooms.get('overview');
  return view?.room === 'overview' ? view : null;
}

export function schoolOf(state: LiveState, school: SchoolId): SchoolView | null {
  const view = state.rooms.get(`school/${school}`);
  return view && view.room !== 'overview' ? view : null;
}
