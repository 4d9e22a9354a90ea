/** Raise and clear levels. Bands are half open, as in devices/judge.ts: 1,000 ppm raises, 999.9 does not. */
import type { Rule, RuleLevel } from '../../contracts/rule.ts';

type Direction = Rule['direction'];

export function isBeyond(direction: Direction, { raise }: Pick<RuleLevel, 'raise'>, value: number): boolean {
  return direction === 'above' ? value >= raise : value < raise;
}

export function isClear(direction: Direction, { clear }: Pick<RuleLevel, 'clear'>, value: number): boolean {
  return direction === 'above' ? value <= clear : value >= clear;
}
