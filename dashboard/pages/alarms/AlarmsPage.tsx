import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import type { AlarmId } from '../../../contracts/alarm.ts';
import { boardOf, pickAlarms, standOn } from '../../data/alarmRows.ts';
import {
  CLEARED_SHOWN,
  clearedAlarmsQuery,
  openAlarmsQuery,
  useAlarmNews,
  useRoomNames,
  useRules,
} from '../../data/alarms.ts';
import { useLive, useNow } from '../../data/live.tsx';
import { useMay } from '../../data/permissions.ts';
import { schoolsQuery } from '../../data/queries.ts';
import { paths } from '../../paths.ts';
import { Action } from '../../ui/Action.tsx';
import { Bones } from '../../ui/Bones.tsx';
import { State } from '../../ui/State.tsx';
import { useTitle } from '../../ui/useTitle.ts';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import { AlarmActions } from './AlarmActions.tsx';
import { AlarmDialogs } from './AlarmDialogs.tsx';
import { AlarmFilters } from './AlarmFilters.tsx';
import { AlarmList } from './AlarmList.tsx';
import styles from './AlarmsPage.module.css';
import { useAlarmDesk } from './useAlarmDesk.ts';

const PAGE = 60;
const NONE = [] as const;

/** What is wrong now, the worst first, and what somebody does about it. */
export function AlarmsPage() {
  const { t } = useWords();
  useTitle(`${t('alarm.title')} · ${t('app.name')}`);
  const { state: view = 'open', severity, school, selected: asked } = useSearch({ from: '/desk/alarms' });
  const navigate = useNavigate({ from: '/alarms' });
  useAlarmNews();
  const line = useLive((state) => state.line);
  // shelves run out by the minute
  const minute = Math.floor(useNow() / 60_000) * 60_000;
  const open = useQuery(openAlarmsQuery);
  const cleared = useQuery({ ...clearedAlarmsQuery({ school, severity }), enabled: view === 'cleared' });
  const { data, error, refetch } = view === 'cleared' ? cleared : open;
  const { data: schools } = useQuery(schoolsQuery);
  const rules = useRules();
  const [pages, setPages] = useState(1);

  const found = useMemo(
    () => pickAlarms(data ?? NONE, { view, severity, school }, minute),
    [data, view, severity, school, minute],
  );
  const ids = useMemo(() => found.map(({ id }) => id), [found]);
  const before = useRef<readonly AlarmId[]>(ids);
  const selected = standOn(ids, asked, before.current);
  if (selected === asked) before.current = ids;
  const place = selected === undefined ? -1 : ids.indexOf(selected);
  const shown = useMemo(() => found.slice(0, Math.max(pages * PAGE, place + 1)), [found, pages, place]);
  const current = found[place];

  const schoolNames = useMemo(() => new Map((schools ?? []).map(({ id, name }) => [id, name])), [schools]);
  const inRooms = useMemo(
    () => [...new Set(shown.flatMap((alarm) => (alarm.school && alarm.room ? [alarm.school] : [])))],
    [shown],
  );
  const roomNames = useRoomNames(inRooms);
  const select = (alarm: AlarmId) =>
    void navigate({ search: (now) => ({ ...now, selected: alarm }), replace: true, resetScroll: false });
  const desk = useAlarmDesk({
    alarms: found,
    selected,
    onSelect: select,
    onOpen: (alarm) => void navigate(paths.alarm(alarm)),
  });
  const hint = !desk.mayOperate ? t('alarm.viewOnly') : current ? null : t('alarm.pickHint');
  const isFiltered = severity !== undefined || school !== undefined || view !== 'open';

  return (
    <>
      <Head onHelp={() => desk.command({ do: 'help' })} />
      <AlarmFilters schools={schools ?? NONE} />
      <div className={styles.panel} data-line={line}>
        {found.length > 0 || desk.said !== '' ? (
          <div className={styles.bar}>
            {desk.fault && desk.asked === null ? (
              <p className={styles.fault} role="alert">
                {desk.fault}
              </p>
            ) : (
              <p className={styles.said} role="status">
                {desk.said || hint}
              </p>
            )}
            {desk.mayOperate && current ? (
              <AlarmActions alarm={current} isPending={desk.isPending} onCommand={desk.command} />
            ) : null}
          </div>
        ) : null}
        {data || error ? null : <Bones lines={10} label={t('app.loading')} />}
        {error && !data ? <ProblemState error={error} onRetry={() => void refetch()} /> : null}
        {data && found.length === 0 && !isFiltered ? (
          <State title={t('alarm.emptyTitle')} step={t('alarm.emptyStep')} />
        ) : null}
        {data && found.length === 0 && isFiltered ? (
          <State title={t('alarm.noMatch')}>
            <Link {...paths.alarms()}>{t('alarm.clear')}</Link>
          </State>
        ) : null}
        {shown.length > 0 ? (
          <AlarmList
            alarms={shown}
            rules={rules}
            schoolNames={schoolNames}
            roomNames={roomNames}
            selected={selected}
            onSelect={select}
          />
        ) : null}
        {found.length > shown.length ? (
          <p className={styles.more}>
            <Action onClick={() => setPages(pages + 1)}>{t('app.more')}</Action>
          </p>
        ) : null}
        {view === 'cleared' && found.length >= CLEARED_SHOWN ? (
          <p className={styles.more}>{t('alarm.clearedMore', { shown: CLEARED_SHOWN })}</p>
        ) : null}
      </div>
      <AlarmDialogs desk={desk} />
    </>
  );
}

/** How many there are, whatever the list below is asked for. */
function Head({ onHelp }: { readonly onHelp: () => void }) {
  const { t } = useWords();
  const formats = useFormats();
  const mayView = useMay('view');
  const now = useNow();
  const { data } = useQuery(openAlarmsQuery);
  const { counts, unacknowledged } = boardOf(data ?? NONE, now);
  const total = counts.danger + counts.warning + counts.information;
  const shelved = (data ?? NONE).length - total;
  const words = (count: number) => ({ count, shown: formats.number(count) });
  return (
    <div className={styles.head}>
      <h1>{t('alarm.title')}</h1>
      <p className={styles.counts} role="status">
        {data ? <span>{t('alarm.shown', words(total))}</span> : null}
        {unacknowledged > 0 ? <b>{t('alarm.waiting', words(unacknowledged))}</b> : null}
        {shelved > 0 ? <span>{t('alarm.shelvedCount', words(shelved))}</span> : null}
      </p>
      <div className={styles.tools}>
        {mayView ? <Link {...paths.rules()}>{t('alarm.rulesLink')}</Link> : null}
        <span className={styles.help}>
          <Action onClick={onHelp} aria-keyshortcuts="?">
            {t('alarm.help')}
          </Action>
        </span>
      </div>
    </div>
  );
}
