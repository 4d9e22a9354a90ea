/** Short ways to write limits. */
import type { Limit } from '../kind.ts';

type Severity = Limit['condition'];

export const above = (condition: Severity, raise: number, clear: number, source: string): Limit => ({
  direction: 'above',
  condition,
  raise,
  clear,
  source,
});

export const below = (condition: Severity, raise: number, clear: number, source: string): Limit => ({
  direction: 'below',
  condition,
  raise,
  clear,
  source,
});

/** A state is 0 or 1: it is raised at 1 and clear at 0. */
export const whenTrue = (condition: Severity, source: string): readonly Limit[] => [above(condition, 1, 0, source)];
