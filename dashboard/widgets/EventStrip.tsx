import type { SchoolId } from '../../contracts/ids.ts';
import type { OperationsEvent } from '../../contracts/live.ts';
import { useNow } from '../data/live.tsx';
import { ToneMark } from '../ui/ToneMark.tsx';
import { useFormats } from '../words/FormatsProvider.tsx';
import { useWords } from '../words/words.ts';
import styles from './EventStrip.module.css';
import { eventWords } from './reasonWords.ts';
import { TONE } from './tone.ts';

const MOST_SHOWN = 8;
const FRESH_MS = 20_000;

/** What happened last, newest first. */
export function EventStrip(props: {
  readonly events: readonly OperationsEvent[];
  readonly names: ReadonlyMap<SchoolId, string>;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  if (props.events.length === 0) return <p className={styles.none}>{t('wall.eventsNone')}</p>;
  return (
    <ol className={styles.strip} aria-label={t('wall.events')}>
      {props.events.slice(0, MOST_SHOWN).map((event) => (
        <li key={event.id} className={styles.event} data-fresh={now - event.at < FRESH_MS || undefined}>
          <ToneMark tone={TONE[event.condition]} size="1.3rem" />
          <div>
            <p className={styles.head}>
              <time>{formats.moment(event.at, now)}</time> {props.names.get(event.school) ?? event.school}
            </p>
            <p className={styles.words}>{eventWords(event, formats, t)}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
