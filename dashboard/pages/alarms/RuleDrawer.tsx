import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Rule } from '../../../contracts/rule.ts';
import { ruleQuery } from '../../data/alarms.ts';
import { watchWords } from '../../widgets/alarms/ruleWords.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import { RuleForm } from './RuleForm.tsx';
import styles from './RulesPage.module.css';

/** One rule: its levels and holds to change, what it would have raised, and who changed it when. */
export function RuleDrawer({ rule, onClose }: { readonly rule: Rule | null; readonly onClose: () => void }) {
  const { t, language } = useWords();
  return (
    <Drawer
      opened={rule !== null}
      onClose={onClose}
      position="right"
      size="min(40rem, 100vw)"
      title={rule?.words[language] ?? t('rules.edit')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {rule ? <Opened rule={rule} /> : null}
    </Drawer>
  );
}

function Opened({ rule }: { readonly rule: Rule }) {
  const { t } = useWords();
  const formats = useFormats();
  return (
    <div className={styles.form}>
      <p className={styles.soft}>
        {watchWords(rule.source, formats, t)}. {t('rules.origin')}: {rule.origin}
      </p>
      {/* another version is another draft */}
      <RuleForm key={`${rule.id} ${rule.version}`} rule={rule} />
      <Versions rule={rule} />
    </div>
  );
}

function Versions({ rule }: { readonly rule: Rule }) {
  const { t } = useWords();
  const formats = useFormats();
  const { data } = useQuery(ruleQuery(rule.id));
  if (!data) return null;
  return (
    <section>
      <h3>{t('rules.versions')}</h3>
      <ol className={styles.versions}>
        {[...data.versions].reverse().map(({ version, changedAt, changedBy }) => (
          <li key={version}>
            {changedAt === 0
              ? t('rules.versionShipped', { version })
              : t('rules.versionBy', { version, who: changedBy, moment: formats.dateTime(changedAt) })}
          </li>
        ))}
      </ol>
    </section>
  );
}
