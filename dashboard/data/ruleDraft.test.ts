import { expect, test } from 'vitest';
import { rule } from '../../contracts/rule.ts';
import { bodyOf, isChanged, isUsable, minutesOf, withHold, withLevel } from './ruleDraft.ts';

const CO2 = rule.parse({
  id: 'co2',
  version: 3,
  enabled: true,
  words: { vi: 'CO₂ cao', en: 'High CO₂' },
  source: { of: 'reading', metric: 'co2', perMinuteOverMs: null },
  direction: 'above',
  levels: [
    { severity: 'warning', raise: 1_000, clear: 900 },
    { severity: 'danger', raise: 2_000, clear: 1_800 },
  ],
  hold: { raiseMs: 300_000, clearMs: 300_000 },
  count: { of: 1, among: 1 },
  persists: false,
  waitMs: 30_000,
  occupancy: null,
  hours: null,
  where: {},
  overrides: [],
  origin: 'somebody',
});

test('what is written back is all but the address and the version', () => {
  const body = bodyOf(CO2);
  expect({ ...body, id: 'co2', version: 3 }).toEqual(CO2);
  expect(Object.keys(body)).not.toContain('id');
  expect(Object.keys(body)).not.toContain('version');
  expect(isChanged(CO2, body)).toBe(false);
});

test('one level changes, the others stay', () => {
  const body = withLevel(bodyOf(CO2), 'danger', { raise: 2_500 });
  expect(body.levels).toEqual([
    { severity: 'warning', raise: 1_000, clear: 900 },
    { severity: 'danger', raise: 2_500, clear: 1_800 },
  ]);
  expect(isChanged(CO2, body)).toBe(true);
});

test.each([
  ['a danger milder than the warning', withLevel(bodyOf(CO2), 'danger', { raise: 900, clear: 800 })],
  ['a clear level beyond the raise level', withLevel(bodyOf(CO2), 'warning', { clear: 1_100 })],
  ['a hold of more than a day', withHold(bodyOf(CO2), 'raiseMs', 1_441)],
])('%s can not be saved', (_name, body) => {
  expect(isUsable(body)).toBe(false);
});

test('holds are told in minutes', () => {
  const body = withHold(bodyOf(CO2), 'raiseMs', 0.5);
  expect(body.hold).toEqual({ raiseMs: 30_000, clearMs: 300_000 });
  expect(minutesOf(body.hold.raiseMs)).toBe(0.5);
  expect(isUsable(body)).toBe(true);
});
