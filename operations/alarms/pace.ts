/** In a demonstration a school day passes in minutes: what a rule waits for passes as fast. */
import type { Rule } from '../../contracts/rule.ts';

export function paced(rule: Rule, pace: number): Rule {
  if (pace === 1) return rule;
  const shorter = ({ raiseMs, clearMs }: Rule['hold']) => ({ raiseMs: raiseMs / pace, clearMs: clearMs / pace });
  const { hold, waitMs, occupancy, overrides } = rule;
  return {
    ...rule,
    hold: shorter(hold),
    waitMs: waitMs / pace,
    occupancy: occupancy && { ...occupancy, emptyAfterMs: occupancy.emptyAfterMs / pace },
    overrides: overrides.map((each) => (each.hold ? { ...each, hold: shorter(each.hold) } : each)),
  };
}
