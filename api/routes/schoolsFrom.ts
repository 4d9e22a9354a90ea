/** Lists of things in schools walk school by school, so that a page costs what it shows and not all there is. */
import type { SchoolId } from '../../contracts/ids.ts';
import type { School } from '../../contracts/places.ts';
import type { Sight } from '../access/sight.ts';

/** In the order of ids, from the one at which the page before ended. A school out of sight is no school. */
export function schoolsFrom(sight: Sight, only: SchoolId | undefined, from: string | undefined): readonly School[] {
  const found = only === undefined ? undefined : sight.school(only);
  const schools = only === undefined ? sight.schools : found ? [found] : [];
  return from === undefined ? schools : schools.filter(({ id }) => id >= from);
}
