import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alarmId } from '../../../contracts/alarm.ts';
import { commandOf, type Keyed, type KeyView, neighbour } from './alarmKeys.ts';

const idOf = (number: number) => alarmId.parse(number.toString(16).padStart(24, '0'));
const [A, B, C] = [idOf(1), idOf(2), idOf(3)];
const alarms = [A, B, C].map((id) => ({ id, acknowledgedAt: null, closedAt: null }));
const press = (key: string, part: Partial<Keyed> = {}): Keyed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...part,
});
const view = (part: Partial<KeyView> = {}): KeyView => ({
  alarms,
  selected: B,
  mayOperate: true,
  isBusy: false,
  ...part,
});

describe('moving', () => {
  test.each([
    ['j', B, C],
    ['k', B, A],
    ['j', C, C],
    ['k', A, A],
    ['j', undefined, A],
    ['k', undefined, A],
    ['j', idOf(99), A],
  ])('%s from %s to %s', (key, selected, to) => {
    expect(commandOf(press(key), view({ selected }))).toEqual({ do: 'select', alarm: to });
  });

  test('held down it goes on', () => {
    expect(commandOf(press('j', { repeat: true }), view())).toEqual({ do: 'select', alarm: C });
  });

  test('nowhere in an empty list', () => {
    expect(commandOf(press('j'), view({ alarms: [], selected: undefined }))).toBeNull();
  });

  test('never leaves the list, and j after k comes back from inside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.constantFrom<1 | -1>(1, -1)), (length, steps) => {
        const list = Array.from({ length }, (_, index) => ({ id: idOf(index), acknowledgedAt: null, closedAt: null }));
        let place = idOf(0);
        for (const step of steps) place = neighbour(list, place, step) ?? idOf(999);
        let expected = 0;
        for (const step of steps) expected = Math.min(Math.max(expected + step, 0), length - 1);
        expect(place).toBe(idOf(expected));
      }),
    );
  });
});

describe('doing', () => {
  test.each([
    ['a', 'acknowledge'],
    ['g', 'assign'],
    ['s', 'shelve'],
    ['c', 'comment'],
    ['x', 'close'],
    ['Enter', 'open'],
  ])('%s: %s', (key, what) => {
    expect(commandOf(press(key), view())).toEqual({ do: what, alarm: B });
    expect(commandOf(press(key), view({ selected: undefined }))).toBeNull();
  });

  test('not by a key that is held down', () => {
    for (const key of ['a', 's', 'c', 'x', 'g', 'Enter'])
      expect(commandOf(press(key, { repeat: true }), view())).toBeNull();
  });

  test('who may only look can move, open and ask for help', () => {
    const onlyLooks = view({ mayOperate: false });
    for (const key of ['a', 's', 'c', 'x', 'g']) expect(commandOf(press(key), onlyLooks)).toBeNull();
    expect(commandOf(press('Enter'), onlyLooks)).toEqual({ do: 'open', alarm: B });
    expect(commandOf(press('?'), onlyLooks)).toEqual({ do: 'help' });
  });

  test('what is acknowledged is not acknowledged again', () => {
    const taken = view({ alarms: alarms.map((alarm) => ({ ...alarm, acknowledgedAt: 1 })) });
    expect(commandOf(press('a'), taken)).toBeNull();
    expect(commandOf(press('x'), taken)).toEqual({ do: 'close', alarm: B });
  });

  test('what is closed can only be commented on', () => {
    const closed = view({ alarms: alarms.map((alarm) => ({ ...alarm, closedAt: 1 })) });
    for (const key of ['a', 's', 'x', 'g']) expect(commandOf(press(key), closed)).toBeNull();
    expect(commandOf(press('c'), closed)).toEqual({ do: 'comment', alarm: B });
  });
});

test('keys of the browser, of a dialog and of a field stay theirs', () => {
  for (const key of ['j', 'k', 'a', 's', 'c', 'x', 'g', 'Enter', '?']) {
    expect(commandOf(press(key), view({ isBusy: true }))).toBeNull();
    expect(commandOf(press(key, { ctrlKey: true }), view())).toBeNull();
    expect(commandOf(press(key, { metaKey: true }), view())).toBeNull();
    expect(commandOf(press(key, { altKey: true }), view())).toBeNull();
  }
  for (const key of ['J', 'b', 'Escape', 'Tab', 'constructor', '__proto__'])
    expect(commandOf(press(key), view())).toBeNull();
});
