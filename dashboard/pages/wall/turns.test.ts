import { describe, expect, test } from 'vitest';
import { alarmId } from '../../../contracts/alarm.ts';
import { INTERRUPT_MS, startTurns, type TurnEvent, type Turns, turn, turnMs } from './turns.ts';

const idOf = (number: number) => alarmId.parse(number.toString(16).padStart(24, '0'));
const EVERY_MS = 30_000;

function run(start: Turns, everyMs: number | null, events: readonly TurnEvent[]): Turns {
  return events.reduce((turns, event) => turn(turns, event, everyMs), start);
}
const time = (now: number): TurnEvent => ({ kind: 'time', now });
const dangers = (now: number, ...ids: number[]): TurnEvent => ({ kind: 'dangers', now, ids: ids.map(idOf) });

test.each([
  ['30s', 30_000],
  ['2m', 120_000],
  ['1s', 5_000],
  ['', null],
  ['soon', null],
  [undefined, null],
])('rotate=%s', (rotate, ms) => {
  expect(turnMs(rotate)).toBe(ms);
});

describe('a rotation', () => {
  const start = startTurns('overview', 0, EVERY_MS);
  test('goes round', () => {
    expect(run(start, EVERY_MS, [time(EVERY_MS - 1)]).scene).toBe('overview');
    expect(run(start, EVERY_MS, [time(EVERY_MS)]).scene).toBe('alarms');
    expect(run(start, EVERY_MS, [time(EVERY_MS), time(2 * EVERY_MS)]).scene).toBe('overview');
  });
  test('begins anew where somebody chose a scene', () => {
    const chosen = run(start, EVERY_MS, [{ kind: 'chosen', now: 20_000, scene: 'alarms' }]);
    expect(chosen.scene).toBe('alarms');
    expect(chosen.endsAt).toBe(20_000 + EVERY_MS);
  });
  test('without one a scene stays', () => {
    expect(run(startTurns('overview', 0, null), null, [time(1e9)]).scene).toBe('overview');
  });
});

describe('a danger', () => {
  test('that was there from the start does not interrupt', () => {
    expect(run(startTurns('overview', 0, null), null, [dangers(1, 1, 2)]).scene).toBe('overview');
  });
  test('that is new takes the wall for a while, then it goes back', () => {
    const start = startTurns('overview', 0, null);
    const taken = run(start, null, [dangers(1, 1), dangers(1_000, 1, 2)]);
    expect(taken.scene).toBe('alarms');
    expect(run(taken, null, [time(1_000 + INTERRUPT_MS - 1)]).scene).toBe('alarms');
    const back = run(taken, null, [time(1_000 + INTERRUPT_MS)]);
    expect(back).toMatchObject({ scene: 'overview', endsAt: null, backTo: null });
  });
  test('goes back into a rotation with a whole turn', () => {
    const start = startTurns('overview', 0, EVERY_MS);
    const back = run(start, EVERY_MS, [dangers(1), dangers(29_000, 7), time(29_000 + INTERRUPT_MS)]);
    expect(back).toMatchObject({ scene: 'overview', endsAt: 29_000 + INTERRUPT_MS + EVERY_MS });
  });
  test('another one meanwhile keeps the wall longer, and it still goes back', () => {
    const start = startTurns('overview', 0, null);
    const twice = run(start, null, [dangers(1), dangers(1_000, 1), dangers(15_000, 1, 2)]);
    expect(twice).toMatchObject({ scene: 'alarms', endsAt: 15_000 + INTERRUPT_MS, backTo: 'overview' });
    expect(run(twice, null, [time(15_000 + INTERRUPT_MS)]).scene).toBe('overview');
  });
  test('on the scene of alarms holds the rotation there', () => {
    const start = startTurns('alarms', 0, EVERY_MS);
    const held = run(start, EVERY_MS, [dangers(1), dangers(29_000, 1)]);
    expect(held).toMatchObject({ scene: 'alarms', endsAt: 29_000 + INTERRUPT_MS, backTo: null });
  });
  test('does not interrupt twice, nor when it leaves the board and comes back', () => {
    const start = startTurns('overview', 0, null);
    const events = [dangers(1), dangers(2, 1), time(30_000), dangers(30_001), dangers(30_002, 1)];
    expect(run(start, null, events).scene).toBe('overview');
  });
  test('is not forgotten when somebody changes the scene', () => {
    const start = startTurns('overview', 0, null);
    const events: TurnEvent[] = [dangers(1, 1), { kind: 'chosen', now: 2, scene: 'alarms' }];
    events.push({ kind: 'chosen', now: 3, scene: 'overview' }, dangers(4, 1));
    expect(run(start, null, events).scene).toBe('overview');
  });
});
