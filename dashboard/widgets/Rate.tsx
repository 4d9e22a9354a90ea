import { useLive } from '../data/live.tsx';
import { overviewOf } from '../data/liveStore.ts';
import { Digits } from '../ui/Digits.tsx';
import { useFormats } from '../words/FormatsProvider.tsx';
import { NOTHING } from '../words/formats.ts';
import { useWords } from '../words/words.ts';
import styles from './Rate.module.css';

/** Above this many messages not yet stored the wall says so. */
const WORTH_TELLING = 1_000;

/** How much comes in right now. */
export function Rate() {
  const { t } = useWords();
  const formats = useFormats();
  const line = useLive((state) => state.line);
  const rate = useLive((state) => overviewOf(state)?.rate ?? null);
  return (
    <p className={styles.rate} data-line={line}>
      {t('wall.rate')}
      <b>
        <Digits text={rate ? formats.number(Math.round(rate.messagesPerSecond)) : NOTHING} />
      </b>
      {t('wall.perSecond')}
      {rate && rate.pending > WORTH_TELLING ? (
        <span className={styles.pending}>{t('wall.pending', { messages: formats.number(rate.pending) })}</span>
      ) : null}
    </p>
  );
}
