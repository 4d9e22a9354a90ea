/** Where a subject is and what it is, for selectors. Pure. */
import type { AreaId, DeviceId, RoomId, SchoolId } from '../../contracts/ids.ts';
import type { Area, Room, RoomKind, School } from '../../contracts/places.ts';
import type { Rule, RuleSelector } from '../../contracts/rule.ts';
import { type Detection, detectionOf } from './detection.ts';

export interface PlaceBook {
  /** The area of the school and all above it. */
  areasOf(school: SchoolId): readonly AreaId[];
  roomKindOf(school: SchoolId, room: RoomId): RoomKind | undefined;
}

export function createPlaceBook(
  areas: readonly Area[],
  schools: readonly Pick<School, 'id' | 'area'>[],
  rooms: readonly Room[],
): PlaceBook {
  const parents = new Map(areas.map(({ id, parent }) => [id, parent]));
  const home = new Map(schools.map(({ id, area }) => [id, area]));
  const kinds = new Map(rooms.map(({ school, id, kind }) => [`${school}\n${id}`, kind]));
  return {
    areasOf(school) {
      const chain = new Set<AreaId>();
      // a parent that goes round in a circle ends the walk
      for (let area = home.get(school) ?? null; area !== null && !chain.has(area); area = parents.get(area) ?? null)
        chain.add(area);
      return [...chain];
    },
    roomKindOf: (school, room) => kinds.get(`${school}\n${room}`),
  };
}

export interface Whereabouts {
  readonly school: SchoolId | null;
  readonly areas: readonly AreaId[];
  readonly roomKind: RoomKind | undefined;
  readonly kind: string | undefined;
  readonly device: DeviceId | null;
}

export function fits(where: RuleSelector, at: Whereabouts): boolean {
  return (
    (where.kinds === undefined || (at.kind !== undefined && where.kinds.includes(at.kind))) &&
    (where.roomKinds === undefined || (at.roomKind !== undefined && where.roomKinds.includes(at.roomKind))) &&
    (where.schools === undefined || (at.school !== null && where.schools.includes(at.school))) &&
    (where.areas === undefined || at.areas.some((area) => where.areas?.includes(area))) &&
    (where.devices === undefined || (at.device !== null && where.devices.includes(at.device)))
  );
}

/** The rule as it holds here, or undefined where it does not. The last override that fits decides each of its parts. */
export function detectionFor(rule: Rule, at: Whereabouts): Detection | undefined {
  if (!fits(rule.where, at)) return undefined;
  let { enabled, levels, hold } = rule;
  for (const override of rule.overrides) {
    if (!fits(override.where, at)) continue;
    enabled = override.enabled ?? enabled;
    levels = override.levels ?? levels;
    hold = override.hold ?? hold;
  }
  return enabled ? detectionOf(rule, { levels, hold }) : undefined;
}
