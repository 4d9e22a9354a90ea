/** What overview rooms tell of alarms: each scope its own board, and only when there is something new. */
import { expect, test } from 'vitest';
import { type SchoolId, schoolId } from '../../contracts/ids.ts';
import type { AlarmBoard, OverviewState } from '../../contracts/live.ts';
import type { ConditionChanges } from '../../operations/condition/ports.ts';
import { createOverviewRoom } from './rooms.ts';

const [A, B] = [schoolId.parse('a'), schoolId.parse('b')];
const rate = { messagesPerSecond: 0, readingsPerSecond: 0, pending: 0, quarantined: 0 };
const overview: OverviewState = { schools: [], rate, events: [] };
const nothing: ConditionChanges = {
  schools: new Map(),
  rate,
  events: [],
  placesChanged: false,
  reduced: new Set(),
  ofSchool: () => undefined,
};

function world() {
  const schools: (SchoolId | null)[] = [A, A, B, null];
  let version = 1;
  return {
    raise(school: SchoolId | null) {
      schools.push(school);
      version += 1;
    },
    source: {
      boardVersion: () => version,
      board: (sees: (school: SchoolId | null) => boolean): AlarmBoard => {
        const danger = schools.filter(sees).length;
        return { counts: { information: 0, warning: 0, danger }, unacknowledged: 0, newest: [] };
      },
    },
  };
}

function roomOf(scope: 'everything' | ReadonlySet<SchoolId>, alarms: ReturnType<typeof world>['source'] | undefined) {
  const condition = { overview: () => overview, school: () => undefined };
  const room = createOverviewRoom({ key: 'k', scope, condition, alarms, toldEvents: [], at: 0 });
  const dangerIn = (message: object): number | undefined => (message as { alarms?: AlarmBoard }).alarms?.counts.danger;
  return {
    room,
    snapshot: () => dangerIn(room.snapshot(0).state),
    next() {
      const { message } = room.advance(nothing, 1);
      return dangerIn('changes' in message ? message.changes : message.state);
    },
  };
}

test('a board is in the snapshot, and in changes only when it changed', () => {
  const { raise, source } = world();
  const wall = roomOf('everything', source);
  expect(wall.snapshot()).toBe(4);
  expect(wall.next()).toBeUndefined();
  raise(B);
  expect(wall.next()).toBe(5);
  expect(wall.next()).toBeUndefined();
  expect(wall.snapshot()).toBe(5);
});

test('a viewer of one school counts its own, and nothing that belongs to no school', () => {
  const { raise, source } = world();
  const head = roomOf(new Set([A]), source);
  expect(head.snapshot()).toBe(2);
  raise(null);
  expect(head.next()).toBe(2);
  head.room.setScope(new Set([A, B]));
  expect(head.next()).toBe(3);
});

test('without alarms the overview is what it always was', () => {
  const wall = roomOf('everything', undefined);
  expect(wall.room.snapshot(0).state).toEqual(overview);
  expect(wall.next()).toBeUndefined();
});
