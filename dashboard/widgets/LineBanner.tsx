import { useLive, useNow } from '../data/live.tsx';
import { ToneMark } from '../ui/ToneMark.tsx';
import { useFormats } from '../words/FormatsProvider.tsx';
import { useWords } from '../words/words.ts';
import { ageWords } from './Age.tsx';
import styles from './LineBanner.module.css';

/** Says so, across the screen, when the figures no longer follow the schools. */
export function LineBanner() {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  const line = useLive((state) => state.line);
  const heardAt = useLive((state) => state.heardAt);
  if (line === 'live' || line === 'connecting') return null;
  const detail =
    line === 'stale' && heardAt !== null
      ? t('line.staleDetail', { clock: formats.clock(heardAt), age: ageWords(now - heardAt, t) })
      : t('line.refused');
  return (
    <div className={styles.banner} role="alert">
      <ToneMark tone="void" />
      {line === 'stale' ? <strong>{t('line.stale')}</strong> : null}
      {/* the seconds would be read out every second */}
      <span aria-live="off">{detail}</span>
    </div>
  );
}
