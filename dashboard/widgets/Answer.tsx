import { type Tally, type Verdict, verdictOf, WORST_FIRST } from '../data/conditions.ts';
import { ToneMark } from '../ui/ToneMark.tsx';
import type { Tone } from '../ui/tones.ts';
import { useFormats } from '../words/FormatsProvider.tsx';
import { NOTHING } from '../words/formats.ts';
import { useWords } from '../words/words.ts';
import styles from './Answer.module.css';
import { TONE } from './tone.ts';

const VERDICT_TONE: Record<Verdict, Tone> = {
  no_schools: 'void',
  too_little: 'void',
  all_well: 'quiet',
  need_care: 'warn',
  danger: 'alert',
};

/** The answer to the question of the scene, and the biggest thing on it. An old answer says of when it is. */
export function Answer({ sums, staleSince }: { readonly sums: Tally; readonly staleSince: number | null }) {
  const { t } = useWords();
  const formats = useFormats();
  const verdict = verdictOf(sums);
  const tone = staleSince === null ? VERDICT_TONE[verdict] : 'void';
  const { danger, warning, no_data: noData } = sums.byCondition;
  const text: Record<Verdict, string> = {
    no_schools: t('wall.noSchools'),
    too_little: t('wall.tooLittle'),
    all_well: t('wall.allWell', { total: formats.number(sums.schools) }),
    need_care: t('wall.needCare', { schools: formats.number(warning + noData) }),
    danger: t('wall.needCare', { schools: formats.number(danger + warning + noData) }),
  };
  return (
    <div className={styles.answer}>
      <h1 className={styles.question}>
        {staleSince === null ? t('wall.question') : t('wall.questionStale', { clock: formats.clock(staleSince) })}
      </h1>
      <p className={styles.text} data-tone={tone} role="status">
        <ToneMark tone={tone} />
        {text[verdict]}
        {verdict === 'no_schools' || verdict === 'all_well' ? null : (
          <small>{t('wall.ofSchools', { total: formats.number(sums.schools) })}</small>
        )}
      </p>
    </div>
  );
}

/** How many schools stand how; the legend of the map at the same time. null: nobody knows yet. */
export function ConditionCounts({ sums }: { readonly sums: Tally | null }) {
  const { t } = useWords();
  const formats = useFormats();
  return (
    <ul className={styles.counts} aria-label={t('wall.legend')}>
      {WORST_FIRST.map((condition) => (
        <li key={condition} data-none={!sums?.byCondition[condition] || undefined}>
          <ToneMark tone={TONE[condition]} />
          <span>{t(`condition.${condition}`)}</span>
          <b>{sums ? formats.number(sums.byCondition[condition]) : NOTHING}</b>
        </li>
      ))}
    </ul>
  );
}
