/** Short ways to write shipped rules. What is left out is the usual case. */
import { type AlarmSeverity, ruleId } from '../../../contracts/alarm.ts';
import type { MetricId } from '../../../contracts/metrics.ts';
import type { Rule, RuleLevel } from '../../../contracts/rule.ts';

export const MINUTE_MS = 60_000;

type Needed = Pick<Rule, 'words' | 'source' | 'levels' | 'origin'>;

export function shipped(id: string, rule: Needed & Partial<Omit<Rule, 'id' | 'version'>>): Rule {
  return {
    id: ruleId.parse(id),
    version: 1,
    enabled: true,
    direction: 'above',
    hold: { raiseMs: 0, clearMs: 0 },
    count: { of: 1, among: 1 },
    persists: false,
    waitMs: 0,
    occupancy: null,
    hours: null,
    where: {},
    overrides: [],
    ...rule,
  };
}

export const readingOf = (metric: MetricId): Rule['source'] => ({ of: 'reading', metric, perMinuteOverMs: null });
export const level = (severity: AlarmSeverity, raise: number, clear: number): RuleLevel => ({ severity, raise, clear });
export const minutes = (raise: number, clear: number): Rule['hold'] => ({
  raiseMs: raise * MINUTE_MS,
  clearMs: clear * MINUTE_MS,
});
