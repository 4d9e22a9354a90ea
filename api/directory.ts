/** The tree of areas and the schools, kept for a moment: thousands of rows are not read anew for each question. */
import type { AreaId, SchoolId } from '../contracts/ids.ts';
import type { Area, School } from '../contracts/places.ts';
import type { RecordsStore } from '../store/records/port.ts';
import type { Clock } from './ports.ts';

/** Other processes write to the same records: what they change is seen after this long at the latest. */
const MAX_AGE_MS = 2_000;

export interface Places {
  /** In the order of their ids. */
  readonly areas: ReadonlyMap<AreaId, Area>;
  /** In the order of their ids. */
  readonly schools: ReadonlyMap<SchoolId, School>;
}

export interface Directory {
  places(): Promise<Places>;
  /** Takes over what we just wrote, so that nobody waits for the next reading. */
  changed(change: { readonly areas?: readonly Area[]; readonly schools?: readonly School[] }): void;
}

/** Of two with one id the later one counts. */
function byId<Item extends { readonly id: string }>(items: readonly Item[]): Map<Item['id'], Item> {
  const last = new Map<Item['id'], Item>(items.map((item) => [item.id, item]));
  return new Map([...last].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

interface Reading {
  readonly at: number;
  readonly places: Promise<Places>;
}

export function createDirectory({
  records,
  clock,
}: {
  readonly records: Pick<RecordsStore, 'areas' | 'schools'>;
  readonly clock: Clock;
}): Directory {
  let kept: Reading | undefined;

  function keep(reading: Reading): Promise<Places> {
    kept = reading;
    // A failed reading is told to those who wait for it, and not kept.
    reading.places.catch(() => {
      if (kept === reading) kept = undefined;
    });
    return reading.places;
  }

  async function read(): Promise<Places> {
    const [areas, schools] = await Promise.all([records.areas.all(), records.schools.all()]);
    return { areas: byId(areas), schools: byId(schools) };
  }

  return {
    places() {
      const now = clock.now();
      if (!kept || Math.abs(now - kept.at) > MAX_AGE_MS) return keep({ at: now, places: read() });
      return kept.places;
    },
    changed({ areas = [], schools = [] }) {
      if (!kept) return;
      const before = kept.places;
      // After a reading that is still under way, since it may have begun before the write.
      void keep({
        at: kept.at,
        places: before.then((places) => ({
          areas: areas.length > 0 ? byId([...places.areas.values(), ...areas]) : places.areas,
          schools: schools.length > 0 ? byId([...places.schools.values(), ...schools]) : places.schools,
        })),
      });
    },
  };
}
