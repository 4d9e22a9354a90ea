import { Link } from '@tanstack/react-router';
import type { SchoolRow } from '../../data/schoolRows.ts';
import { paths } from '../../paths.ts';
import { ConditionTag } from '../../widgets/ConditionTag.tsx';
import { reasonWords } from '../../widgets/reasonWords.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './SchoolsPage.module.css';

/** The chosen school in three lines, over the map. */
export function SelectedSchool({ row: { school, state } }: { readonly row: SchoolRow }) {
  const { t } = useWords();
  const formats = useFormats();
  const total = Object.values(state.devices).reduce((sum, part) => sum + part, 0);
  const reason = state.condition === 'normal' ? '' : reasonWords(state, formats, t);
  return (
    <aside className={styles.chosen} aria-label={school.name}>
      <h2>{school.name}</h2>
      <p>
        <ConditionTag condition={state.condition} />
        {reason ? ` · ${reason}` : null}
      </p>
      <p>
        {t('schools.devices')}: {formats.number(state.devices.live)}/{formats.number(total)} · {t('schools.gateways')}:{' '}
        {formats.number(state.gateways.online)}/{formats.number(state.gateways.total)}
      </p>
      <Link {...paths.school(school.id)}>{t('schools.open')}</Link>
    </aside>
  );
}
