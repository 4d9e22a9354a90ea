import { useMemo } from 'react';
import { useNow } from '../data/live.tsx';
import { type SchoolRow, sinceOf, worstRows } from '../data/schoolRows.ts';
import { ToneMark } from '../ui/ToneMark.tsx';
import { useElementSize } from '../ui/useElementSize.ts';
import { useFormats } from '../words/FormatsProvider.tsx';
import { useWords } from '../words/words.ts';
import { durationWords } from './Age.tsx';
import { reasonWords } from './reasonWords.ts';
import { TONE } from './tone.ts';
import styles from './WorstSchools.module.css';

const ROW_REM = 3.4;
const MORE_REM = 2.2;
const LEAST_ROWS = 3;

/** The schools that need a person, worst first, as many as fit. */
export function WorstSchools({ rows, remPx }: { readonly rows: readonly SchoolRow[] | null; readonly remPx: number }) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  const [frame, { height }] = useElementSize<HTMLDivElement>();
  const worst = useMemo(() => worstRows(rows ?? []), [rows]);
  const roomFor = (heightPx: number) => Math.max(LEAST_ROWS, Math.floor(heightPx / (ROW_REM * remPx)));
  // when not all fit, a last line tells how many more there are
  const shown = worst.length > roomFor(height) ? worst.slice(0, roomFor(height - MORE_REM * remPx)) : worst;
  return (
    <section className={styles.worst} aria-labelledby="worst-title">
      <h2 id="worst-title" className={styles.title}>
        {t('wall.worst')}
      </h2>
      <div ref={frame} className={styles.frame}>
        {worst.length === 0 ? (
          <p className={styles.none}>{rows && rows.length > 0 ? t('wall.worstNone') : t('age.never')}</p>
        ) : null}
        <ol>
          {shown.map(({ school, state }) => {
            const since = sinceOf(state);
            return (
              <li key={school.id} className={styles.row} style={{ height: `${ROW_REM}rem` }}>
                <ToneMark tone={TONE[state.condition]} size="1.7rem" />
                <div className={styles.words}>
                  <p className={styles.name}>{school.name}</p>
                  <p className={styles.reason} data-tone={TONE[state.condition]}>
                    {reasonWords(state, formats, t)}
                  </p>
                </div>
                <p className={styles.since}>{since === null ? null : durationWords(now - since, t)}</p>
              </li>
            );
          })}
        </ol>
        {worst.length > shown.length ? (
          <p className={styles.more}>{t('wall.worstMore', { schools: formats.number(worst.length - shown.length) })}</p>
        ) : null}
      </div>
    </section>
  );
}
