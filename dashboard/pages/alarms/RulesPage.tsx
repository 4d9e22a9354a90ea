import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Rule } from '../../../contracts/rule.ts';
import { rulesQuery } from '../../data/alarms.ts';
import { paths } from '../../paths.ts';
import { Bones } from '../../ui/Bones.tsx';
import { State } from '../../ui/State.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { useTitle } from '../../ui/useTitle.ts';
import { hasFigures } from '../../widgets/alarms/alarmWords.ts';
import { holdWords, levelWords, watchWords } from '../../widgets/alarms/ruleWords.ts';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { TONE } from '../../widgets/tone.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { byName } from '../../words/search.ts';
import { useWords } from '../../words/words.ts';
import { RuleDrawer } from './RuleDrawer.tsx';
import styles from './RulesPage.module.css';

/** Every rule: what it watches, from which level on, for how long, and where the figures come from. */
export function RulesPage() {
  const { t, language } = useWords();
  const formats = useFormats();
  useTitle(`${t('rules.title')} · ${t('app.name')}`);
  const { rule: asked } = useSearch({ from: '/desk/rules' });
  const navigate = useNavigate({ from: '/rules' });
  const { data, error, refetch } = useQuery(rulesQuery);
  const rules = [...(data ?? [])].sort(
    (one, other) => Number(other.enabled) - Number(one.enabled) || byName(one.words[language], other.words[language]),
  );
  const inUse = rules.filter(({ enabled }) => enabled).length;
  const open = (rule: Rule['id'] | undefined) => void navigate({ search: { rule }, resetScroll: false });
  return (
    <>
      <header className={styles.head}>
        <Link {...paths.alarms()} className={styles.back}>
          ← {t('alarm.back')}
        </Link>
        <div className={styles.title}>
          <h1>{t('rules.title')}</h1>
          <p role="status">{data ? t('rules.shown', { count: inUse, shown: formats.number(inUse) }) : null}</p>
        </div>
        <p className={styles.lead}>{t('rules.lead')}</p>
      </header>
      {error && !data ? <ProblemState error={error} onRetry={() => void refetch()} /> : null}
      {data || error ? null : <Bones lines={12} label={t('app.loading')} />}
      {data?.length === 0 ? <State title={t('rules.emptyTitle')} step={t('rules.emptyStep')} /> : null}
      {rules.length > 0 ? (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('rules.rule')}</th>
                <th scope="col">{t('rules.levels')}</th>
                <th scope="col">{t('rules.hold')}</th>
                <th scope="col">{t('rules.origin')}</th>
                <th scope="col">{t('rules.version')}</th>
              </tr>
            </thead>
            <tbody>
              {rules.map((rule) => {
                const watched = watchWords(rule.source, formats, t);
                return (
                  <tr key={rule.id} data-off={!rule.enabled || undefined}>
                    <td>
                      <button type="button" className={styles.open} onClick={() => open(rule.id)}>
                        {rule.words[language]}
                      </button>
                      {watched === rule.words[language] ? null : <p className={styles.soft}>{watched}</p>}
                      {rule.enabled ? null : (
                        <p>
                          <Tag tone="void" word={t('rules.off')} />
                        </p>
                      )}
                    </td>
                    <td>
                      <ul className={styles.levels}>
                        {rule.levels.map((level) => (
                          <li key={level.severity}>
                            <Tag tone={TONE[level.severity]} word={t(`condition.${level.severity}`)} />
                            {hasFigures(rule.source) ? <span>{levelWords(rule, level, formats, t)}</span> : null}
                          </li>
                        ))}
                      </ul>
                      {rule.overrides.length > 0 ? (
                        <p className={styles.soft}>{t('rules.overrides', { count: rule.overrides.length })}</p>
                      ) : null}
                    </td>
                    <td className={styles.hold}>
                      {holdWords(rule.hold, t).map((words) => (
                        <p key={words}>{words}</p>
                      ))}
                    </td>
                    <td className={styles.origin}>{rule.origin}</td>
                    <td>{rule.version}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      ) : null}
      <RuleDrawer rule={rules.find(({ id }) => id === asked) ?? null} onClose={() => open(undefined)} />
    </>
  );
}
