/** Schools as registered, each with what the live wire says of it. */
import type { SchoolId } from '../../contracts/ids.ts';
import type { SchoolCondition } from '../../contracts/live.ts';
import type { School } from '../../contracts/places.ts';
import { byName, matches } from '../words/search.ts';
import { rankOf } from './conditions.ts';

export interface SchoolRow {
  readonly school: School;
  readonly state: SchoolCondition;
}

/** A school the wire does not mention: nothing is known of it, and that is what the screen must say. */
function unheard(school: SchoolId): SchoolCondition {
  return {
    school,
    condition: 'no_data',
    lastMeasuredAt: null,
    gateways: { online: 0, total: 0 },
    devices: { live: 0, late: 0, silent: 0, gateway_down: 0, maintenance: 0, never: 0 },
    arrivals: null,
    overLimit: [],
    overLimitCount: 0,
  };
}

export function joinRows(
  schools: readonly School[],
  live: ReadonlyMap<SchoolId, SchoolCondition>,
): readonly SchoolRow[] {
  return schools.map((school) => ({ school, state: live.get(school.id) ?? unheard(school.id) }));
}

/** Since when the school is as it is, epoch ms; null when nobody knows. */
export function sinceOf(state: SchoolCondition): number | null {
  if (state.condition === 'no_data') return state.lastMeasuredAt;
  return state.overLimit[0]?.since ?? null;
}

/** Those that need a person, worst first, then the longest waiting. */
export function worstRows(rows: readonly SchoolRow[]): readonly SchoolRow[] {
  return rows
    .filter(({ state }) => rankOf(state.condition) >= rankOf('no_data'))
    .sort(
      (one, other) =>
        rankOf(other.state.condition) - rankOf(one.state.condition) ||
        (sinceOf(one.state) ?? 0) - (sinceOf(other.state) ?? 0) ||
        byName(one.school.name, other.school.name),
    );
}

export interface RowFilter {
  readonly q?: string | undefined;
  readonly level?: string | undefined;
  readonly area?: string | undefined;
  readonly condition?: string | undefined;
}

/** The rows that pass, the worst first, then by name in Vietnamese order. */
export function filterRows(rows: readonly SchoolRow[], filter: RowFilter): readonly SchoolRow[] {
  const { q = '', level, area, condition } = filter;
  return rows
    .filter(
      ({ school, state }) =>
        (level === undefined || school.level === level) &&
        (area === undefined || school.area === area) &&
        (condition === undefined || state.condition === condition) &&
        matches(q, school.name, school.id),
    )
    .sort(
      (one, other) =>
        rankOf(other.state.condition) - rankOf(one.state.condition) || byName(one.school.name, other.school.name),
    );
}
