import { type Alarm, FLAPPING_FROM } from '../../../contracts/alarm.ts';
import { useNow } from '../../data/live.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import { durationWords } from '../Age.tsx';
import { TONE } from '../tone.ts';
import styles from './AlarmMarks.module.css';
import { flappingWords, suppressedWords } from './alarmWords.ts';

export function SeverityTag({ severity }: Pick<Alarm, 'severity'>) {
  const { t } = useWords();
  return <Tag tone={TONE[severity]} word={t(`condition.${severity}`)} />;
}

/** What hangs on it and how restless it is; nothing where there is nothing to say. */
export function AlarmNotes({
  alarm,
  isShort = false,
}: {
  readonly alarm: Pick<Alarm, 'suppressed' | 'flaps'>;
  readonly isShort?: boolean;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const suppressed = suppressedWords(alarm, formats, t);
  const flapping = flappingWords(alarm, t);
  return (
    <>
      {suppressed ? <span className={styles.note}>{suppressed}</span> : null}
      {flapping ? (
        <span className={styles.note} data-flapping={alarm.flaps >= FLAPPING_FROM || undefined}>
          {isShort ? t('alarm.flappingShort') : flapping}
        </span>
      ) : null}
    </>
  );
}

/** How long it has lasted, or did. */
export function Lasting({ alarm }: { readonly alarm: Pick<Alarm, 'raisedAt' | 'clearedAt'> }) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  return (
    <time dateTime={new Date(alarm.raisedAt).toISOString()} title={formats.dateTime(alarm.raisedAt)}>
      {durationWords((alarm.clearedAt ?? now) - alarm.raisedAt, t)}
    </time>
  );
}

/** In whose hands it is: raised and nobody's is the loud case. */
export function HandWords({
  alarm,
}: {
  readonly alarm: Pick<Alarm, 'state' | 'owner' | 'shelvedUntil' | 'closeReason'>;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  const { state, owner, shelvedUntil, closeReason } = alarm;
  const isAside = shelvedUntil !== null && shelvedUntil > now && state !== 'cleared';
  const first = closeReason
    ? t('alarm.closedAs', { reason: t(`alarm.reason.${closeReason}`) })
    : t(`alarm.state.${state}`);
  const rest = [isAside ? t('alarm.shelvedUntil', { moment: formats.moment(shelvedUntil, now) }) : null, owner];
  return (
    <span className={styles.hand} data-state={state}>
      {[<b key="state">{first}</b>, ...rest.filter((part) => part !== null).map((part) => ` · ${part}`)]}
    </span>
  );
}
