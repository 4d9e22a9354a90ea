import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { RuleId } from '../../../contracts/alarm.ts';
import type { SchoolId } from '../../../contracts/ids.ts';
import type { Rule } from '../../../contracts/rule.ts';
import { type AlarmView, roomKey, useRoomNames } from '../../data/alarms.ts';
import { paths } from '../../paths.ts';
import { useRemPx } from '../../theme/theme.ts';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { useElementSize } from '../../ui/useElementSize.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import { TONE } from '../tone.ts';
import { AlarmNotes, HandWords, Lasting } from './AlarmMarks.tsx';
import { alarmWords, placeWords, ruleName } from './alarmWords.ts';
import styles from './WallAlarms.module.css';

const ROW_REM = 5.1;
const MORE_REM = 2.5;
const LEAST_ROWS = 3;

/** The open alarms as a wall shows them: few, big, the worst and oldest first, as many as fit. */
export function WallAlarms(props: {
  readonly alarms: readonly AlarmView[];
  readonly rules: ReadonlyMap<RuleId, Rule>;
  readonly names: ReadonlyMap<SchoolId, string>;
  readonly isLink: boolean;
  /** How many schools are watched; null: nobody knows yet. */
  readonly schools: number | null;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const remPx = useRemPx();
  const [frame, { height }] = useElementSize<HTMLDivElement>();
  const { alarms } = props;
  const roomFor = (heightPx: number) => Math.max(LEAST_ROWS, Math.floor(heightPx / (ROW_REM * remPx)));
  const fitting = alarms.length > roomFor(height) ? roomFor(height - MORE_REM * remPx) : alarms.length;
  const shown = useMemo(() => alarms.slice(0, fitting), [alarms, fitting]);
  const schools = useMemo(
    () => [...new Set(shown.flatMap(({ school, room }) => (school !== null && room !== null ? [school] : [])))],
    [shown],
  );
  const rooms = useRoomNames(schools);
  const more = alarms.length - shown.length;
  return (
    <div ref={frame} className={styles.frame}>
      {alarms.length === 0 ? <Quiet schools={props.schools} /> : null}
      <ol>
        {shown.map((alarm) => (
          <WallAlarm
            key={alarm.id}
            alarm={alarm}
            rule={props.rules.get(alarm.rule)}
            school={alarm.school === null ? null : (props.names.get(alarm.school) ?? null)}
            room={
              alarm.school === null || alarm.room === null
                ? null
                : (rooms.get(roomKey(alarm.school, alarm.room)) ?? null)
            }
            isLink={props.isLink}
          />
        ))}
      </ol>
      {more > 0 ? (
        <p className={styles.more}>{t('alarmWall.more', { count: more, shown: formats.number(more) })}</p>
      ) : null}
    </div>
  );
}

function WallAlarm(props: {
  readonly alarm: AlarmView;
  readonly rule: Rule | undefined;
  readonly school: string | null;
  readonly room: string | null;
  readonly isLink: boolean;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const { alarm, rule, school, room } = props;
  const words = alarmWords(alarm, rule, formats, t);
  const name = ruleName(alarm, rule, formats, t);
  return (
    <li className={styles.row} data-tone={TONE[alarm.severity]} data-state={alarm.state}>
      <p className={styles.severity}>
        <ToneMark tone={TONE[alarm.severity]} size="2.3rem" />
        <span>{t(`condition.${alarm.severity}`)}</span>
      </p>
      <div className={styles.what}>
        <p className={styles.words}>
          {props.isLink ? <Link {...paths.alarm(alarm.id)}>{words}</Link> : words}
          {name ? <small>{name}</small> : null}
        </p>
        <p className={styles.where}>
          {placeWords(alarm, { school, room }, t).join(' · ')} <AlarmNotes alarm={alarm} isShort />
        </p>
      </div>
      <div className={styles.when}>
        <p className={styles.lasting}>
          <Lasting alarm={alarm} />
        </p>
        <p className={styles.hand}>
          <HandWords alarm={alarm} />
        </p>
      </div>
    </li>
  );
}

/** Nothing to do is something to show: quiet, and clear that the screen is alive. */
function Quiet({ schools }: { readonly schools: number | null }) {
  const { t } = useWords();
  const formats = useFormats();
  return (
    <div className={styles.quiet}>
      <svg viewBox="0 0 120 120" aria-hidden="true">
        <circle cx="60" cy="60" r="56" />
        <circle cx="60" cy="60" r="38" />
        <circle cx="60" cy="60" r="20" />
        <path d="M60 2v22M60 96v22M2 60h22M96 60h22" />
        <path className={styles.tick} d="M49 60l8 8 15-16" />
      </svg>
      <p>
        {schools === null || schools === 0
          ? t('alarmWall.noneDetailPlain')
          : t('alarmWall.noneDetail', { schools: formats.number(schools) })}
      </p>
    </div>
  );
}
