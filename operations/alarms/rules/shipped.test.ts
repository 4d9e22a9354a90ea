import { expect, test } from 'vitest';
import { rule } from '../../../contracts/rule.ts';
import { kinds } from '../../../devices/kinds/registry.ts';
import { isBeyond, isClear } from '../levels.ts';
import { SHIPPED_RULES, shippedById } from './shipped.ts';

test('ids are unique', () => expect(shippedById.size).toBe(SHIPPED_RULES.length));

test.each(SHIPPED_RULES)('$id is a rule a person could have written', (shipped) => {
  expect(rule.parse(shipped)).toEqual(shipped);
  expect(JSON.parse(JSON.stringify(shipped))).toEqual(shipped);
});

test.each(SHIPPED_RULES)('$id names kinds that there are', ({ where, overrides }) => {
  const known = kinds.map(({ id }) => id);
  for (const id of [where, ...overrides.map((each) => each.where)].flatMap((each) => each.kinds ?? []))
    expect(known).toContain(id);
});

test.each(SHIPPED_RULES)('$id does not clear where it raises', ({ direction, levels, overrides }) => {
  for (const level of [...levels, ...overrides.flatMap((each) => each.levels ?? [])]) {
    expect(isBeyond(direction, level, level.raise) && isClear(direction, level, level.raise)).toBe(false);
    expect(isBeyond(direction, level, level.clear) && isClear(direction, level, level.clear)).toBe(false);
  }
});

test.each(['gas_lel', 'gas_alarm', 'co', 'smoke', 'leak'])('%s is told at once and asks nobody who is there', (id) => {
  const found = SHIPPED_RULES.find((each) => each.id === id);
  expect(found).toMatchObject({ hold: { raiseMs: 0 }, waitMs: 0, occupancy: null, hours: null, count: { of: 1 } });
});
