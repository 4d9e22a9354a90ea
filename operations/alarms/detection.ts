/** What of a rule the state machine asks about, for one subject: overrides applied, selectors and words left out. */
import type { Rule } from '../../contracts/rule.ts';

export interface Detection
  extends Pick<Rule, 'direction' | 'levels' | 'hold' | 'count' | 'persists' | 'waitMs' | 'occupancy'> {
  /** Change per minute over this window instead of the value itself; null: the value. */
  readonly perMinuteOverMs: number | null;
}

export function detectionOf(rule: Rule, changes: Partial<Pick<Rule, 'levels' | 'hold'>> = {}): Detection {
  const { direction, levels, hold, count, persists, waitMs, occupancy, source } = rule;
  return {
    direction,
    levels: changes.levels ?? levels,
    hold: changes.hold ?? hold,
    count,
    persists,
    waitMs,
    occupancy,
    perMinuteOverMs: source.of === 'reading' ? source.perMinuteOverMs : null,
  };
}
