import type { AlarmStep } from '../../../contracts/alarm.ts';
import type { AlarmDetail } from '../../data/alarms.ts';
import { useNow } from '../../data/live.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { isState, valueWords } from '../../widgets/readingWords.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './AlarmPage.module.css';

/** Every step, newest first: what, by whom, when, and what was said. */
export function AlarmHistory({ alarm }: { readonly alarm: AlarmDetail }) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  const { metric } = alarm;
  const words = ({ what, severity, text }: AlarmStep) =>
    t(`alarm.step.${what}`, { severity: t(`condition.${severity}`).toLowerCase(), text });
  const value = ({ value: shown }: AlarmStep) =>
    shown === null || metric === null || isState(metric) ? null : valueWords(metric, shown, formats, t);
  const who = (step: AlarmStep) => [step.who ?? t('alarm.bySystem'), value(step)].filter((part) => part !== null);
  return (
    <Panel title={t('alarm.history')}>
      <ol className={styles.steps}>
        {[...alarm.history].reverse().map((step) => (
          <li key={step.number} data-by={step.who === null ? 'rules' : 'person'}>
            <time dateTime={new Date(step.at).toISOString()} title={formats.dateTime(step.at)}>
              {formats.moment(step.at, now)}
            </time>
            <p>
              <span className={styles.what}>{words(step)}</span>{' '}
              <span className={styles.who}>· {who(step).join(' · ')}</span>
            </p>
            {step.what === 'closed' && alarm.closeReason ? (
              <p className={styles.text}>{t(`alarm.reason.${alarm.closeReason}`)}</p>
            ) : null}
            {step.text !== '' && step.what !== 'assigned' ? <p className={styles.text}>{step.text}</p> : null}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
