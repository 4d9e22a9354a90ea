import { describe, expect, test } from 'vitest';
import { alarmId, ruleId } from '../../contracts/alarm.ts';
import { schoolId } from '../../contracts/ids.ts';
import { ALARM_VIEWS, boardOf, byUrgency, dayOf, pickAlarms, standOn, worstOf } from './alarmRows.ts';

const HOUR_MS = 3_600_000;
const NOW = 1_000_000_000;
const idOf = (number: number) => alarmId.parse(number.toString(16).padStart(24, '0'));
let made = 0;
type Listed = Parameters<typeof byUrgency>[0];

function alarm(part: Partial<Listed>): Listed {
  made += 1;
  return {
    id: idOf(made),
    state: 'raised',
    severity: 'warning',
    school: schoolId.parse('s'),
    raisedAt: NOW - HOUR_MS,
    shelvedUntil: null,
    ...part,
  };
}

describe('the order of the list', () => {
  test('the worst first, then what nobody has taken, then what waits longest', () => {
    const late = alarm({ raisedAt: NOW - 1 });
    const taken = alarm({ state: 'acknowledged', raisedAt: NOW - 9 * HOUR_MS });
    const early = alarm({ raisedAt: NOW - 2 * HOUR_MS });
    const danger = alarm({ severity: 'danger', state: 'acknowledged', raisedAt: NOW });
    const note = alarm({ severity: 'information', raisedAt: NOW - 99 * HOUR_MS });
    expect(pickAlarms([note, late, taken, danger, early], { view: 'open' }, NOW)).toEqual([
      danger,
      early,
      late,
      taken,
      note,
    ]);
  });

  test('does not depend on the order they came in, even for equals', () => {
    const equals = [alarm({}), alarm({}), alarm({})];
    expect([...equals].reverse().sort(byUrgency)).toEqual(equals);
  });
});

describe('what is in which view', () => {
  const raised = alarm({});
  const acknowledged = alarm({ state: 'acknowledged' });
  const aside = alarm({ shelvedUntil: NOW + 1 });
  const backAgain = alarm({ shelvedUntil: NOW });
  const cleared = alarm({ state: 'cleared', shelvedUntil: NOW + 1 });
  const all = [raised, acknowledged, aside, backAgain, cleared];

  test.each([
    ['open', [raised, backAgain, acknowledged]],
    ['raised', [raised, backAgain]],
    ['acknowledged', [acknowledged]],
    ['shelved', [aside]],
    ['cleared', [cleared]],
  ] as const)('%s', (view, expected) => {
    expect(pickAlarms(all, { view }, NOW)).toEqual(expected);
  });

  test('every open one is in exactly one of raised, acknowledged and shelved', () => {
    const parts = ALARM_VIEWS.filter((view) => view !== 'open');
    for (const one of all) expect(parts.filter((view) => pickAlarms([one], { view }, NOW).length > 0)).toHaveLength(1);
  });

  test('filters by school and severity; those of no school are in no school', () => {
    const centre = alarm({ school: null, severity: 'danger' });
    expect(pickAlarms([raised, centre], { view: 'open', school: 's' }, NOW)).toEqual([raised]);
    expect(pickAlarms([raised, centre], { view: 'open', severity: 'danger' }, NOW)).toEqual([centre]);
  });

  test('counts leave out what is put aside or over', () => {
    expect(boardOf(all, NOW)).toEqual({ counts: { information: 0, warning: 3, danger: 0 }, unacknowledged: 2 });
  });
});

test.each([
  [{ information: 3, warning: 2, danger: 1 }, 'danger'],
  [{ information: 3, warning: 2, danger: 0 }, 'warning'],
  [{ information: 3, warning: 0, danger: 0 }, 'information'],
  [{ information: 0, warning: 0, danger: 0 }, null],
] as const)('the worst of %j is %s', (counts, worst) => {
  expect(worstOf(counts)).toBe(worst);
});

describe('where somebody stands after the list has changed', () => {
  const [a, b, c] = [idOf(1), idOf(2), idOf(3)];
  test.each([
    ['still there: the same', [a, b, c], b, [a, b, c], b],
    ['gone: what took its place', [a, c], b, [a, b, c], c],
    ['gone from the end: the last', [a, b], c, [a, b, c], b],
    ['gone with all others: nowhere', [], b, [a, b, c], undefined],
    ['never there: nowhere', [a, b], 'nonsense', [a, b], undefined],
    ['nowhere asked: nowhere', [a, b], undefined, [a, b], undefined],
  ] as const)('%s', (_name, ids, asked, before, expected) => {
    expect(standOn(ids, asked, before)).toBe(expected);
  });
});

describe('how the day goes', () => {
  const [co2, heat] = [ruleId.parse('co2'), ruleId.parse('heat')];
  const raised = (rule: typeof co2, atHour: number) => ({ rule, raisedAt: NOW + atHour * HOUR_MS });

  test('counts per hour since midnight and per rule, most first; yesterday does not count', () => {
    const alarms = [raised(co2, -0.1), raised(co2, 0), raised(heat, 0.99), raised(heat, 2.5)];
    expect(dayOf(alarms, { from: NOW, now: NOW + 2.6 * HOUR_MS })).toEqual({
      total: 3,
      perHour: [2, 0, 1],
      rules: [
        [heat, 2],
        [co2, 1],
      ],
    });
  });

  test('a day that has just begun has one hour', () => {
    expect(dayOf([], { from: NOW, now: NOW }).perHour).toEqual([0]);
  });
});
