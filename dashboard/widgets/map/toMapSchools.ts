import type { SchoolRow } from '../../data/schoolRows.ts';
import type { MapSchool } from './features.ts';

export function toMapSchools(rows: readonly SchoolRow[]): readonly MapSchool[] {
  return rows.map(({ school: { id, name, position, area }, state: { condition } }) => ({
    id,
    name,
    position,
    area,
    condition,
  }));
}
