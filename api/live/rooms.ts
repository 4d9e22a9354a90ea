/**
 * What a room has been told, number by number. A newcomer's snapshot is exactly what the others have put together from
 * the changes so far, so the next changes fit it without a gap and without telling anything twice.
 */
import type { SchoolId } from '../../contracts/ids.ts';
import type {
  AlarmBoard,
  Changes,
  LiveRoom,
  OperationsEvent,
  OverviewState,
  SchoolChanges,
  SchoolCondition,
  SchoolState,
  Snapshot,
} from '../../contracts/live.ts';
import { LIVE_VERSION } from '../../contracts/live.ts';
import { type Applied, applyChanges, applySnapshot, type LiveView } from '../../contracts/liveFold.ts';
import type { ConditionChanges } from '../../operations/condition/ports.ts';
import type { SchoolScope } from '../ports.ts';

export type RoomMessage =
  | { readonly event: 'changes'; readonly message: Changes }
  /** Changes could not say it: everything anew, under the next number. */
  | { readonly event: 'snapshot'; readonly message: Snapshot };

export interface Room {
  /** Name among all rooms of all scopes; `wire` is what its screens call it. */
  readonly key: string;
  readonly wire: LiveRoom;
  /** The state under the last number, as of `at` by our clock (epoch ms). */
  snapshot(at: number): Snapshot;
  /** The next message, also when nothing changed. */
  advance(changes: ConditionChanges, at: number): RoomMessage;
}

export interface OverviewRoom extends Room {
  /** Who is in this room sees other schools from now on; the next changes say so. */
  setScope(scope: SchoolScope): void;
}

/** The part of the condition service that is asked here. */
export interface ConditionSource {
  overview(): OverviewState;
  school(id: SchoolId): SchoolState | undefined;
  takeChanges(): ConditionChanges;
}

/** The part of the alarm service that is asked here. */
export interface AlarmSource {
  /** Grows whenever a board may say something else. */
  boardVersion(): number;
  board(sees: (school: SchoolId | null) => boolean): AlarmBoard;
}

export function sees(scope: SchoolScope, school: SchoolId): boolean {
  return scope === 'everything' || scope.has(school);
}

/** We number our own messages: a gap here would be a mistake in this file. */
function stateOf<View extends LiveView>(applied: Applied<View>): View {
  if (applied.gap) throw new Error('a live room lost count of itself');
  return applied.state;
}

export function createOverviewRoom(parts: {
  readonly key: string;
  readonly scope: SchoolScope;
  readonly condition: Pick<ConditionSource, 'overview' | 'school'>;
  readonly alarms?: AlarmSource | undefined;
  /** Those that the changes so far have told: what is newer comes with the next ones. */
  readonly toldEvents: readonly OperationsEvent[];
  readonly at: number;
}): OverviewRoom {
  const { key, condition } = parts;
  let scope = parts.scope;
  let entering: SchoolId[] = [];
  let removed: SchoolId[] = [];

  const inScope = ({ school }: { readonly school: SchoolId }): boolean => sees(scope, school);
  let toldBoard = Number.NaN;
  /** Undefined: nothing new. What belongs to no school is for those whose scope has no limit. */
  function boardNews(): AlarmBoard | undefined {
    const version = parts.alarms?.boardVersion();
    if (!parts.alarms || version === undefined || version === toldBoard) return undefined;
    toldBoard = version;
    return parts.alarms.board((school) => (school === null ? scope === 'everything' : sees(scope, school)));
  }

  const { schools, rate } = condition.overview();
  const board = boardNews();
  let view = applySnapshot({
    version: LIVE_VERSION,
    room: 'overview',
    sequence: 0,
    at: parts.at,
    state: {
      schools: schools.filter(inScope),
      rate,
      events: parts.toldEvents.filter(inScope),
      ...(board && { alarms: board }),
    },
  });

  /** Walks whichever is shorter: a head of one school does not pay for the changes of a whole city. */
  function changedLines(changed: ConditionChanges['schools']): SchoolCondition[] {
    const lines = new Map<SchoolId, SchoolCondition>();
    for (const id of entering) {
      const line = changed.get(id) ?? condition.school(id)?.condition;
      if (line && sees(scope, id)) lines.set(id, line);
    }
    if (scope !== 'everything' && scope.size < changed.size) {
      for (const id of scope) {
        const line = changed.get(id);
        if (line) lines.set(id, line);
      }
    } else {
      for (const line of changed.values()) if (inScope(line)) lines.set(line.school, line);
    }
    return [...lines.values()];
  }

  return {
    key,
    wire: 'overview',
    setScope(next) {
      if (next === scope) return;
      scope = next;
      toldBoard = Number.NaN;
      removed = [...view.schools.keys()].filter((id) => !sees(scope, id));
      const all = scope === 'everything' ? condition.overview().schools.map(({ school }) => school) : scope;
      entering = [...all].filter((id) => !view.schools.has(id));
    },
    snapshot(at) {
      const { alarms } = view;
      const state = {
        schools: [...view.schools.values()],
        rate: view.rate,
        events: view.events,
        ...(alarms && { alarms }),
      };
      return {
        version: LIVE_VERSION,
        room: 'overview',
        sequence: view.sequence,
        at,
        state,
      } satisfies Snapshot<'overview'>;
    },
    advance({ schools: changed, rate: rateNow, events }, at) {
      const alarms = boardNews();
      const message: Changes<'overview'> = {
        room: 'overview',
        sequence: view.sequence + 1,
        at,
        changes: {
          schools: changedLines(changed),
          removed,
          rate: rateNow,
          events: events.filter(inScope),
          ...(alarms && { alarms }),
        },
      };
      view = stateOf(applyChanges(view, message));
      entering = [];
      removed = [];
      return { event: 'changes', message };
    },
  };
}

const NOTHING: SchoolChanges = { condition: null, devices: [], readings: [], gateways: [] };

/** Undefined: there is no such school. */
export function createSchoolRoom(parts: {
  readonly key: string;
  readonly school: SchoolId;
  readonly condition: Pick<ConditionSource, 'school'>;
  readonly at: number;
}): Room | undefined {
  const { key, school, condition } = parts;
  const wire = `school/${school}` as const;
  const first = condition.school(school);
  if (!first) return undefined;
  const snapshotOf = (state: SchoolState, sequence: number, at: number): Snapshot<typeof wire> => ({
    version: LIVE_VERSION,
    room: wire,
    sequence,
    at,
    state,
  });
  let view = applySnapshot(snapshotOf(first, 0, parts.at));

  return {
    key,
    wire,
    snapshot(at) {
      const { condition: line, devices, readings, gateways, sequence } = view;
      const state = {
        condition: line,
        devices: [...devices.values()],
        readings: [...readings.values()],
        gateways: [...gateways.values()],
      };
      return snapshotOf(state, sequence, at);
    },
    advance({ reduced, ofSchool }, at) {
      const sequence = view.sequence + 1;
      const anew = reduced.has(school) ? condition.school(school) : undefined;
      if (anew) {
        const message = snapshotOf(anew, sequence, at);
        view = applySnapshot(message);
        return { event: 'snapshot', message };
      }
      const message: Changes<typeof wire> = { room: wire, sequence, at, changes: ofSchool(school) ?? NOTHING };
      view = stateOf(applyChanges(view, message));
      return { event: 'changes', message };
    },
  };
}
