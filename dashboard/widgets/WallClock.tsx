import { useNow } from '../data/live.tsx';
import { Digits } from '../ui/Digits.tsx';
import { useFormats } from '../words/FormatsProvider.tsx';
import styles from './WallClock.module.css';

/** Server time: what the figures beside it are measured against. */
export function WallClock() {
  const now = useNow();
  const formats = useFormats();
  return (
    <div className={styles.clock}>
      <time className={styles.time}>
        <Digits text={formats.clock(now)} />
      </time>
      <p className={styles.date}>
        {formats.weekday(now)}, {formats.date(now)}
      </p>
    </div>
  );
}
