import { useQuery } from '@tanstack/react-query';
import { installationQuery, schoolsQuery } from '../data/queries.ts';
import { useWords } from '../words/words.ts';
import styles from './SimulatedMark.module.css';

/** Nobody may take invented figures for real ones. */
export function SimulatedMark() {
  const { t } = useWords();
  const { data: installation } = useQuery(installationQuery);
  const { data: hasSimulatedSchool } = useQuery({
    ...schoolsQuery,
    enabled: installation?.simulated === false,
    select: (schools) => schools.some(({ simulated }) => simulated),
  });
  if (!installation?.simulated && !hasSimulatedSchool) return null;
  return (
    <strong className={styles.mark} title={t('app.simulatedHint')}>
      {t('app.simulated')}
    </strong>
  );
}
