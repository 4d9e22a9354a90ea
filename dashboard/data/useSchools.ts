/** The schools in the viewer's scope with their live state, as one value for list, map and wall. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { SchoolId } from '../../contracts/ids.ts';
import type { SchoolCondition } from '../../contracts/live.ts';
import { useLive } from './live.tsx';
import { overviewOf } from './liveStore.ts';
import { schoolsQuery } from './queries.ts';
import { joinRows, type SchoolRow } from './schoolRows.ts';

const NOBODY: ReadonlyMap<SchoolId, SchoolCondition> = new Map();

export interface Schools {
  /** null while nothing is known yet. */
  readonly rows: readonly SchoolRow[] | null;
  readonly error: Error | null;
  readonly retry: () => void;
}

export function useSchools(): Schools {
  const { data: schools, error, refetch } = useQuery(schoolsQuery);
  const live = useLive((state) => overviewOf(state)?.schools ?? null);
  // a school was added while we looked
  const isMissing = useMemo(() => {
    if (!schools || !live) return false;
    const known = new Set(schools.map(({ id }) => id));
    return [...live.keys()].some((id) => !known.has(id));
  }, [schools, live]);
  useEffect(() => {
    if (isMissing) void refetch();
  }, [isMissing, refetch]);
  const rows = useMemo(
    () => (schools && (live || schools.length === 0) ? joinRows(schools, live ?? NOBODY) : null),
    [schools, live],
  );
  return { rows, error: rows ? null : error, retry: () => void refetch() };
}
