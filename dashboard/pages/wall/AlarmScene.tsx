import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { boardOf, pickAlarms } from '../../data/alarmRows.ts';
import { openAlarmsQuery, useAlarmNews, useRules } from '../../data/alarms.ts';
import { useLive, useNow } from '../../data/live.tsx';
import { overviewOf } from '../../data/liveStore.ts';
import { statusOf } from '../../data/problem.ts';
import { schoolsQuery } from '../../data/queries.ts';
import { paths } from '../../paths.ts';
import { State } from '../../ui/State.tsx';
import { useTitle } from '../../ui/useTitle.ts';
import { AlarmAnswer } from '../../widgets/alarms/AlarmAnswer.tsx';
import { AlarmToday } from '../../widgets/alarms/AlarmToday.tsx';
import { SeverityCounts } from '../../widgets/alarms/SeverityCounts.tsx';
import { WallAlarms } from '../../widgets/alarms/WallAlarms.tsx';
import { EventStrip } from '../../widgets/EventStrip.tsx';
import { LineBanner } from '../../widgets/LineBanner.tsx';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { Rate } from '../../widgets/Rate.tsx';
import { SimulatedMark } from '../../widgets/SimulatedMark.tsx';
import { WallClock } from '../../widgets/WallClock.tsx';
import { useWords } from '../../words/words.ts';
import styles from './AlarmScene.module.css';
import { useReloadOnNewBuild, useWakeLock } from './useKiosk.ts';

const NO_EVENTS = [] as const;
const MINUTE_MS = 60_000;

/** Cảnh báo & công việc: what needs somebody now? */
export function AlarmScene() {
  const { kiosk } = useSearch({ from: '/wall/alarms' });
  const { t } = useWords();
  useTitle(`${t('alarmWall.title')} · ${t('app.name')}`);
  useReloadOnNewBuild();
  useWakeLock(kiosk === 1);
  useAlarmNews();
  const line = useLive((state) => state.line);
  const staleSince = useLive((state) => (state.line === 'stale' ? state.heardAt : null));
  const live = useLive((state) => overviewOf(state)?.alarms ?? null);
  const events = useLive((state) => overviewOf(state)?.events ?? NO_EVENTS);
  const minute = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const { data, error, refetch } = useQuery(openAlarmsQuery);
  const { data: schools } = useQuery(schoolsQuery);
  const rules = useRules();
  const alarms = useMemo(() => (data ? pickAlarms(data, { view: 'open' }, minute) : null), [data, minute]);
  const asked = useMemo(() => (data ? boardOf(data, minute) : null), [data, minute]);
  const board = live ?? asked;
  const names = useMemo(() => new Map((schools ?? []).map(({ id, name }) => [id, name])), [schools]);
  const status = statusOf(error);
  const isForbidden = line === 'refused' || status === 401 || status === 403;

  return (
    <main className={styles.wall} data-kiosk={kiosk} data-line={line}>
      <header className={styles.head}>
        <AlarmAnswer board={board} staleSince={staleSince} />
        <div className={styles.marks}>
          <SimulatedMark />
          {kiosk ? null : (
            <nav className={styles.tools} aria-label={t('nav.main')}>
              <Link {...paths.wall()} search={true}>
                {t('wall.title')}
              </Link>
              <Link {...paths.alarms()}>{t('wall.desk')}</Link>
            </nav>
          )}
        </div>
        <WallClock />
      </header>
      <section className={styles.list} aria-label={t('alarmWall.list')}>
        {alarms && !isForbidden ? (
          <WallAlarms alarms={alarms} rules={rules} names={names} isLink={!kiosk} schools={schools?.length ?? null} />
        ) : null}
        {!alarms && isForbidden ? (
          <div className={styles.over}>
            <State title={t('wall.noPermissionTitle')} step={t('wall.noPermissionStep')}>
              {kiosk ? null : <Link {...paths.login('/wall/alarms')}>{t('app.logIn')}</Link>}
            </State>
          </div>
        ) : null}
        {!alarms && error && !isForbidden ? (
          <div className={styles.over}>
            <ProblemState error={error} onRetry={() => void refetch()} />
          </div>
        ) : null}
      </section>
      <aside className={styles.side}>
        <SeverityCounts board={board} />
        <AlarmToday rules={rules} isOn={!isForbidden} />
      </aside>
      <footer className={styles.foot}>
        {line === 'live' || line === 'connecting' ? <EventStrip events={events} names={names} /> : <LineBanner />}
        <Rate />
      </footer>
    </main>
  );
}
