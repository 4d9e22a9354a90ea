import { Link } from '@tanstack/react-router';
import { METRICS } from '../../../contracts/metrics.ts';
import type { Rule } from '../../../contracts/rule.ts';
import type { AlarmDetail } from '../../data/alarms.ts';
import { useNow } from '../../data/live.tsx';
import { paths } from '../../paths.ts';
import { Panel } from '../../ui/Panel.tsx';
import { durationWords } from '../../widgets/Age.tsx';
import { hasFigures, limitFigure, ruleFigure, suppressedWords } from '../../widgets/alarms/alarmWords.ts';
import { isState, valueWords } from '../../widgets/readingWords.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './AlarmPage.module.css';

/** Which rule raised it, at which value, against which limit, and where the limit comes from. */
export function AlarmReason({ alarm, rule }: { readonly alarm: AlarmDetail; readonly rule: Rule | undefined }) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  const { metric, level, raisedAt, clearedAt } = alarm;
  const value = Number(alarm.value);
  const isFigure = rule ? hasFigures(rule.source) : metric !== null && !isState(metric);
  const figure = (shown: number) =>
    rule
      ? ruleFigure(rule.source, shown, formats, t)
      : metric === null
        ? formats.number(shown)
        : formats.quantity(shown, METRICS[metric].decimals, METRICS[metric].unit);
  const lasted = durationWords((clearedAt ?? now) - raisedAt, t);
  const suppressed = suppressedWords(alarm, formats, t);
  return (
    <Panel title={t('alarm.why')}>
      <dl className={styles.facts}>
        <div>
          <dt>{t('alarm.rule')}</dt>
          <dd>
            <Link {...paths.rule(alarm.rule)}>{rule?.words[formats.language] ?? alarm.rule}</Link> (
            {t('alarm.ruleVersion', { version: alarm.ruleVersion })})
            {rule && rule.version !== alarm.ruleVersion ? (
              <small>{t('alarm.ruleNewer', { version: alarm.ruleVersion, now: rule.version })}</small>
            ) : null}
          </dd>
        </div>
        {isFigure ? (
          <>
            <div>
              <dt>{t('alarm.value')}</dt>
              <dd className={styles.strong}>{figure(value)}</dd>
            </div>
            <div>
              <dt>{t('alarm.limit')}</dt>
              <dd className={styles.strong}>{rule ? limitFigure(rule.source, level, formats, t) : figure(level)}</dd>
            </div>
          </>
        ) : metric === null ? null : (
          <div>
            <dt>{t('alarm.value')}</dt>
            <dd className={styles.strong}>{valueWords(metric, value, formats, t)}</dd>
          </div>
        )}
        {rule ? (
          <div>
            <dt>{t('alarm.source')}</dt>
            <dd>{rule.origin}</dd>
          </div>
        ) : null}
        <div>
          <dt>{t('alarm.since')}</dt>
          <dd>{formats.dateTime(raisedAt)}</dd>
        </div>
        <div>
          <dt>{t('alarm.lasted')}</dt>
          <dd>
            {clearedAt === null
              ? lasted
              : t('alarm.lastedUntil', { duration: lasted, moment: formats.dateTime(clearedAt) })}
          </dd>
        </div>
        <div>
          <dt>{t('alarm.owner')}</dt>
          <dd>{alarm.owner ?? t('alarm.nobody')}</dd>
        </div>
        {suppressed ? (
          <div>
            <dt>{t('alarm.alongside')}</dt>
            <dd>{suppressed}</dd>
          </div>
        ) : null}
      </dl>
    </Panel>
  );
}
