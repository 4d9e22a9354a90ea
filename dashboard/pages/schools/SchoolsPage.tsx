import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import type { SchoolId } from '../../../contracts/ids.ts';
import { areasQuery } from '../../data/queries.ts';
import { filterRows } from '../../data/schoolRows.ts';
import { useSchools } from '../../data/useSchools.ts';
import { paths } from '../../paths.ts';
import { Bones } from '../../ui/Bones.tsx';
import { State } from '../../ui/State.tsx';
import { useTitle } from '../../ui/useTitle.ts';
import { toMapSchools } from '../../widgets/map/toMapSchools.ts';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { useWords } from '../../words/words.ts';
import { SchoolFilters } from './SchoolFilters.tsx';
import { SchoolList } from './SchoolList.tsx';
import styles from './SchoolsPage.module.css';
import { SelectedSchool } from './SelectedSchool.tsx';

const SchoolMap = lazy(() => import('../../widgets/map/SchoolMap.tsx').then((part) => ({ default: part.SchoolMap })));
const NationalInset = lazy(() =>
  import('../../widgets/map/NationalInset.tsx').then((part) => ({ default: part.NationalInset })),
);

/** The country lies over the right side of the map. */
const COVER_REM = [0, 0, 12, 0] as const;

/** All schools: a list and a map of the same ones, with the same selection. */
export function SchoolsPage() {
  const { t } = useWords();
  useTitle(`${t('nav.schools')} · ${t('app.name')}`);
  const search = useSearch({ from: '/desk/schools' });
  const navigate = useNavigate({ from: '/schools' });
  const { rows, error, retry } = useSchools();
  const { data: areas } = useQuery(areasQuery);
  const { q, level, area, condition } = search;
  const shown = useMemo(() => filterRows(rows ?? [], { q, level, area, condition }), [rows, q, level, area, condition]);
  const mapSchools = useMemo(() => toMapSchools(shown), [shown]);
  const selected = shown.find(({ school }) => school.id === search.selected) ?? null;
  const select = (school: SchoolId) =>
    void navigate({
      search: (before) => ({ ...before, selected: before.selected === school ? undefined : school }),
      replace: true,
      resetScroll: false,
    });

  if (error) return <ProblemState error={error} onRetry={retry} />;
  if (rows?.length === 0)
    return (
      <State title={t('schools.emptyTitle')} step={t('schools.emptyStep')}>
        <Link {...paths.connect()}>{t('schools.emptyAction')}</Link>
      </State>
    );
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>{t('schools.title')}</h1>
        <p className={styles.count} role="status">
          {rows ? t('schools.shown', { shown: shown.length, total: rows.length }) : null}
        </p>
      </div>
      <SchoolFilters areas={areas ?? []} rows={rows ?? []} />
      <div className={styles.columns}>
        <section className={styles.list} aria-label={t('schools.list')}>
          {rows ? null : <Bones lines={12} label={t('app.loading')} />}
          {rows && shown.length === 0 ? (
            <State title={t('schools.noMatch')}>
              <Link {...paths.schools()}>{t('schools.clear')}</Link>
            </State>
          ) : null}
          <SchoolList rows={shown} selected={selected?.school.id ?? null} onSelect={select} />
        </section>
        <section className={styles.map} aria-label={t('schools.map')}>
          <Suspense fallback={null}>
            <div className={styles.canvas}>
              <SchoolMap
                schools={mapSchools}
                areas={areas ?? []}
                selected={selected?.school.id ?? null}
                onSelect={select}
                coverRem={COVER_REM}
              />
            </div>
            <div className={styles.inset}>
              <NationalInset view={null} />
            </div>
          </Suspense>
          {selected ? <SelectedSchool row={selected} /> : null}
        </section>
      </div>
    </div>
  );
}
