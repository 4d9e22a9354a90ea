import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { alarmId } from '../../../contracts/alarm.ts';
import { type AlarmDetail, alarmQuery, roomKey, useAlarmNews, useRoomNames, useRules } from '../../data/alarms.ts';
import { statusOf } from '../../data/problem.ts';
import { schoolsQuery } from '../../data/queries.ts';
import { paths } from '../../paths.ts';
import { Action } from '../../ui/Action.tsx';
import { Bones } from '../../ui/Bones.tsx';
import { State } from '../../ui/State.tsx';
import { useTitle } from '../../ui/useTitle.ts';
import { AlarmNotes, HandWords, Lasting, SeverityTag } from '../../widgets/alarms/AlarmMarks.tsx';
import { alarmWords, placeWords } from '../../widgets/alarms/alarmWords.ts';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import { AlarmActions } from './AlarmActions.tsx';
import { AlarmChart } from './AlarmChart.tsx';
import { AlarmDialogs } from './AlarmDialogs.tsx';
import { AlarmHistory } from './AlarmHistory.tsx';
import styles from './AlarmPage.module.css';
import { AlarmPlace } from './AlarmPlace.tsx';
import { AlarmReason } from './AlarmReason.tsx';
import { useAlarmDesk } from './useAlarmDesk.ts';

/** One alarm: why, against what, what else is so there now, and who has done what. */
export function AlarmPage() {
  const params = useParams({ from: '/desk/alarms/$id' });
  const id = alarmId.safeParse(params.id);
  if (!id.success) return <NoSuchAlarm />;
  return <AskedAlarm key={id.data} id={id.data} />;
}

function NoSuchAlarm() {
  const { t } = useWords();
  return (
    <State title={t('alarm.notFoundTitle')} step={t('alarm.notFoundStep')}>
      <Link {...paths.alarms()}>{t('alarm.back')}</Link>
    </State>
  );
}

function AskedAlarm({ id }: { readonly id: AlarmDetail['id'] }) {
  const { t } = useWords();
  useAlarmNews();
  const { data: alarm, error, refetch } = useQuery(alarmQuery(id));
  if (statusOf(error) === 404) return <NoSuchAlarm />;
  if (error && !alarm) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (!alarm) return <Bones lines={10} label={t('app.loading')} />;
  return <KnownAlarm alarm={alarm} />;
}

function KnownAlarm({ alarm }: { readonly alarm: AlarmDetail }) {
  const { t } = useWords();
  const formats = useFormats();
  const navigate = useNavigate();
  const rule = useRules().get(alarm.rule);
  const { data: schools } = useQuery(schoolsQuery);
  const rooms = useRoomNames(alarm.school !== null && alarm.room !== null ? [alarm.school] : []);
  const { school, device, metric } = alarm;
  const names = {
    school: schools?.find(({ id }) => id === school)?.name ?? null,
    room: school === null || alarm.room === null ? null : (rooms.get(roomKey(school, alarm.room)) ?? null),
  };
  const words = alarmWords(alarm, rule, formats, t);
  useTitle(`${words} · ${t('app.name')}`);
  const one = useMemo(() => [alarm], [alarm]);
  const desk = useAlarmDesk({
    alarms: one,
    selected: alarm.id,
    onSelect: () => undefined,
    onOpen: () => void navigate(paths.alarm(alarm.id)),
  });
  const hasChart = school !== null && device !== null && metric !== null;
  const place = school === null ? null : <AlarmPlace alarm={alarm} school={school} />;
  return (
    <>
      <header className={styles.head}>
        <Link {...paths.alarms()} className={styles.back}>
          ← {t('alarm.back')}
        </Link>
        <h1 className={styles.title}>{words}</h1>
        <p className={styles.where}>{placeWords(alarm, names, t).join(' · ')}</p>
        <p className={styles.state}>
          <SeverityTag severity={alarm.severity} />
          <Lasting alarm={alarm} />
          <HandWords alarm={alarm} />
          <AlarmNotes alarm={alarm} />
        </p>
        <div className={styles.actions}>
          {desk.mayOperate ? (
            <AlarmActions alarm={alarm} isPending={desk.isPending} onCommand={desk.command} />
          ) : (
            <p className={styles.said}>{t('alarm.viewOnly')}</p>
          )}
          <span className={styles.help}>
            <Action onClick={() => desk.command({ do: 'help' })} aria-keyshortcuts="?">
              {t('alarm.help')}
            </Action>
          </span>
          {desk.fault && desk.asked === null ? (
            <p className={styles.fault} role="alert">
              {desk.fault}
            </p>
          ) : (
            <p className={styles.said} role="status">
              {desk.said}
            </p>
          )}
        </div>
      </header>
      <div className={styles.columns}>
        <div className={styles.column}>
          {hasChart ? <AlarmChart alarm={alarm} series={{ school, device, metric }} rule={rule} /> : place}
          <AlarmHistory alarm={alarm} />
        </div>
        <div className={styles.column}>
          <AlarmReason alarm={alarm} rule={rule} />
          {hasChart ? place : null}
        </div>
      </div>
      <AlarmDialogs desk={desk} />
    </>
  );
}
