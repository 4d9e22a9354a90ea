import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { SchoolId } from '../../../contracts/ids.ts';
import { tally } from '../../data/conditions.ts';
import { useLive } from '../../data/live.tsx';
import { overviewOf } from '../../data/liveStore.ts';
import { statusOf } from '../../data/problem.ts';
import { areasQuery } from '../../data/queries.ts';
import type { SchoolRow } from '../../data/schoolRows.ts';
import { useSchools } from '../../data/useSchools.ts';
import { paths } from '../../paths.ts';
import { useRemPx } from '../../theme/theme.ts';
import { State } from '../../ui/State.tsx';
import { useTitle } from '../../ui/useTitle.ts';
import { Answer, ConditionCounts } from '../../widgets/Answer.tsx';
import { EventStrip } from '../../widgets/EventStrip.tsx';
import { LineBanner } from '../../widgets/LineBanner.tsx';
import type { Box } from '../../widgets/map/projection.ts';
import { toMapSchools } from '../../widgets/map/toMapSchools.ts';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { Rate } from '../../widgets/Rate.tsx';
import { SimulatedMark } from '../../widgets/SimulatedMark.tsx';
import { WallClock } from '../../widgets/WallClock.tsx';
import { WallFigures } from '../../widgets/WallFigures.tsx';
import { WorstSchools } from '../../widgets/WorstSchools.tsx';
import { useWords } from '../../words/words.ts';
import styles from './OverviewScene.module.css';
import { useReloadOnNewBuild, useWakeLock } from './useKiosk.ts';

const SchoolMap = lazy(() => import('../../widgets/map/SchoolMap.tsx').then((part) => ({ default: part.SchoolMap })));
const NationalInset = lazy(() =>
  import('../../widgets/map/NationalInset.tsx').then((part) => ({ default: part.NationalInset })),
);

const NO_ROWS: readonly SchoolRow[] = [];
const NO_EVENTS = [] as const;

/** Toàn cảnh: are the schools all right today? */
export function OverviewScene() {
  const { kiosk } = useSearch({ from: '/wall/overview' });
  const { t } = useWords();
  const navigate = useNavigate();
  const remPx = useRemPx();
  const { rows, error, retry } = useSchools();
  const { data: areas } = useQuery(areasQuery);
  const line = useLive((state) => state.line);
  const staleSince = useLive((state) => (state.line === 'stale' ? state.heardAt : null));
  const events = useLive((state) => overviewOf(state)?.events ?? NO_EVENTS);
  const alarms = useLive((state) => overviewOf(state)?.alarms ?? null);
  const [view, setView] = useState<Box | null>(null);
  useTitle(`${t('wall.title')} · ${t('app.name')}`);
  useReloadOnNewBuild();
  useWakeLock(kiosk === 1);

  const known = rows ?? NO_ROWS;
  const sums = useMemo(() => (rows ? tally(rows.map(({ state }) => state)) : null), [rows]);
  const mapSchools = useMemo(() => toMapSchools(known), [known]);
  const names = useMemo(() => new Map(known.map(({ school }) => [school.id, school.name])), [known]);
  const open = (school: SchoolId) => void navigate(paths.school(school));
  const isForbidden = line === 'refused' || statusOf(error) === 401 || statusOf(error) === 403;

  return (
    <main className={styles.wall} data-kiosk={kiosk} data-line={line}>
      <header className={styles.head}>
        {sums ? <Answer sums={sums} staleSince={staleSince} /> : <Waiting />}
        <div className={styles.marks}>
          <SimulatedMark />
          {kiosk ? null : (
            <nav className={styles.tools}>
              <Link {...paths.wallAlarms()} search={true}>
                {t('alarmWall.title')}
              </Link>
              <Link {...paths.schools()}>{t('wall.desk')}</Link>
            </nav>
          )}
        </div>
        <WallClock />
      </header>

      <section className={styles.map} aria-label={t('wall.mapLabel')}>
        <Suspense fallback={null}>
          <SchoolMap
            schools={mapSchools}
            areas={areas ?? []}
            selected={null}
            onSelect={kiosk ? () => undefined : open}
            onView={setView}
            interactive={!kiosk}
          />
        </Suspense>
        {rows?.length === 0 ? (
          <div className={styles.over}>
            <State title={t('wall.emptyTitle')} step={t('wall.emptyStep')}>
              {kiosk ? null : <Link {...paths.connect()}>{t('schools.emptyAction')}</Link>}
            </State>
          </div>
        ) : null}
        {!rows && isForbidden ? (
          <div className={styles.over}>
            <State title={t('wall.noPermissionTitle')} step={t('wall.noPermissionStep')}>
              {kiosk ? null : <Link {...paths.login('/wall/overview')}>{t('app.logIn')}</Link>}
            </State>
          </div>
        ) : null}
        {!rows && error && !isForbidden ? (
          <div className={styles.over}>
            <ProblemState error={error} onRetry={retry} />
          </div>
        ) : null}
      </section>

      <div className={styles.margin}>
        <ConditionCounts sums={sums} />
        <p className={styles.approximate}>{t('wall.sectors')}</p>
        <Suspense fallback={null}>
          <div className={styles.inset}>
            <NationalInset view={rows && rows.length > 0 ? view : null} />
          </div>
        </Suspense>
      </div>

      <aside className={styles.side}>
        <WallFigures sums={sums} alarms={alarms} />
        <WorstSchools rows={rows} remPx={remPx} />
      </aside>

      <footer className={styles.foot}>
        {line === 'live' || line === 'connecting' ? <EventStrip events={events} names={names} /> : <LineBanner />}
        <Rate />
      </footer>
    </main>
  );
}

/** Before anything is known: the question stands, and the answer is on its way. */
function Waiting() {
  const { t } = useWords();
  return (
    <div>
      <h1 className={styles.question}>{t('wall.question')}</h1>
      <p className={styles.waiting}>{t('line.connecting')}</p>
    </div>
  );
}
