import { Link } from '@tanstack/react-router';
import { memo, useEffect, useRef } from 'react';
import type { AlarmId, RuleId } from '../../../contracts/alarm.ts';
import type { SchoolId } from '../../../contracts/ids.ts';
import type { Rule } from '../../../contracts/rule.ts';
import { type AlarmView, roomKey } from '../../data/alarms.ts';
import { useNow } from '../../data/live.tsx';
import { paths } from '../../paths.ts';
import { AlarmNotes, HandWords, Lasting, SeverityTag } from '../../widgets/alarms/AlarmMarks.tsx';
import { alarmWords, placeWords, ruleName } from '../../widgets/alarms/alarmWords.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './AlarmList.module.css';

/** The alarms, one line each; the one somebody stands on is marked and has the focus. */
export function AlarmList(props: {
  readonly alarms: readonly AlarmView[];
  readonly rules: ReadonlyMap<RuleId, Rule>;
  readonly schoolNames: ReadonlyMap<SchoolId, string>;
  readonly roomNames: ReadonlyMap<string, string>;
  readonly selected: AlarmId | undefined;
  readonly onSelect: (alarm: AlarmId) => void;
}) {
  const { t } = useWords();
  const onSelect = useRef(props.onSelect);
  onSelect.current = props.onSelect;
  const choose = useRef((alarm: AlarmId) => onSelect.current(alarm)).current;
  return (
    <ol className={styles.list} aria-label={t('alarm.list')}>
      {props.alarms.map((alarm) => (
        <AlarmLine
          key={alarm.id}
          alarm={alarm}
          rule={props.rules.get(alarm.rule)}
          school={alarm.school === null ? null : (props.schoolNames.get(alarm.school) ?? null)}
          room={
            alarm.school === null || alarm.room === null
              ? null
              : (props.roomNames.get(roomKey(alarm.school, alarm.room)) ?? null)
          }
          isSelected={alarm.id === props.selected}
          onSelect={choose}
        />
      ))}
    </ol>
  );
}

function Since({ at }: { readonly at: number }) {
  const { t } = useWords();
  const formats = useFormats();
  return <span className={styles.since}>{t('age.since', { moment: formats.moment(at, useNow()) })}</span>;
}

// a change of one alarm must not redraw the others
const AlarmLine = memo(function AlarmLine(props: {
  readonly alarm: AlarmView;
  readonly rule: Rule | undefined;
  readonly school: string | null;
  readonly room: string | null;
  readonly isSelected: boolean;
  readonly onSelect: (alarm: AlarmId) => void;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const { alarm, rule, isSelected } = props;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isSelected) button.current?.focus({ preventScroll: true });
    if (isSelected) button.current?.closest('li')?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  const words = alarmWords(alarm, rule, formats, t);
  const name = ruleName(alarm, rule, formats, t);
  const places = placeWords(alarm, props, t);
  return (
    <li className={styles.line} data-severity={alarm.severity} data-state={alarm.state} aria-current={isSelected}>
      <button
        ref={button}
        type="button"
        data-row
        className={styles.severity}
        aria-pressed={isSelected}
        onClick={() => props.onSelect(alarm.id)}
      >
        <SeverityTag severity={alarm.severity} />
        <span className="visually-hidden">{`: ${words}. ${places.join(', ')}`}</span>
      </button>
      <div className={styles.what}>
        <p className={styles.words}>
          <Link {...paths.alarm(alarm.id)}>{words}</Link>
          {name ? <span className={styles.rule}>{name}</span> : null}
        </p>
        <p className={styles.where}>{places.join(' · ')}</p>
        <p className={styles.notes}>
          <AlarmNotes alarm={alarm} />
        </p>
      </div>
      <div className={styles.when}>
        <p className={styles.lasting}>
          <Lasting alarm={alarm} />
        </p>
        <p>
          <Since at={alarm.raisedAt} /> · <HandWords alarm={alarm} />
        </p>
      </div>
    </li>
  );
});
