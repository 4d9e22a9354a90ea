import { ALARM_SEVERITIES } from '../../../contracts/alarm.ts';
import { Digits } from '../../ui/Digits.tsx';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { NOTHING } from '../../words/formats.ts';
import { useWords } from '../../words/words.ts';
import { TONE } from '../tone.ts';
import type { Counted } from './AlarmAnswer.tsx';
import styles from './SeverityCounts.module.css';

const WORST_FIRST = [...ALARM_SEVERITIES].reverse();

/** How many are open of each severity. null: nobody knows yet. */
export function SeverityCounts({ board }: { readonly board: Counted | null }) {
  const { t } = useWords();
  const formats = useFormats();
  return (
    <ul className={styles.counts} aria-label={t('alarmWall.counts')}>
      {WORST_FIRST.map((severity) => (
        <li key={severity} data-tone={TONE[severity]} data-none={!board?.counts[severity] || undefined}>
          <p className={styles.name}>
            <ToneMark tone={TONE[severity]} />
            {t(`condition.${severity}`)}
          </p>
          <p className={styles.figure}>
            <Digits text={board ? formats.number(board.counts[severity]) : NOTHING} />
          </p>
        </li>
      ))}
    </ul>
  );
}
