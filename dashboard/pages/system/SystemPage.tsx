import { useQuery } from '@tanstack/react-query';
import type { IngestStats } from '../../../contracts/http/ingest.ts';
import { useMay } from '../../data/permissions.ts';
import { ingestStatsQuery } from '../../data/queries.ts';
import { Bones } from '../../ui/Bones.tsx';
import { Figure } from '../../ui/Figure.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { useTitle } from '../../ui/useTitle.ts';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { Rate } from '../../widgets/Rate.tsx';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import { Quarantine } from './Quarantine.tsx';
import styles from './SystemPage.module.css';

/** What came in and what became of every single message. */
export function SystemPage() {
  const { t } = useWords();
  useTitle(`${t('nav.system')} · ${t('app.name')}`);
  const mayInspect = useMay('inspect');
  const { data: stats, error, refetch } = useQuery(ingestStatsQuery);
  return (
    <div className={styles.page}>
      <h1>{t('nav.system')}</h1>
      <Panel title={t('system.ingest')} aside={<Rate />} flush>
        {stats ? <Stats stats={stats} /> : null}
        {!stats && error ? <ProblemState error={error} onRetry={() => void refetch()} /> : null}
        {!stats && !error ? <Bones lines={3} label={t('app.loading')} /> : null}
      </Panel>
      {mayInspect ? <Quarantine /> : null}
    </div>
  );
}

const PARTS = ['received', 'stored', 'duplicate', 'quarantined', 'pending'] as const;

function Stats({ stats }: { readonly stats: IngestStats }) {
  const { t } = useWords();
  const formats = useFormats();
  const { received, stored, duplicate, quarantined, pending } = stats;
  const adds = received === stored + duplicate + quarantined + pending;
  return (
    <>
      <div className={styles.stats}>
        {PARTS.map((part) => (
          <Figure
            key={part}
            name={t(`system.${part}`)}
            value={formats.number(stats[part])}
            note={part === 'received' || received === 0 ? null : formats.percent(stats[part] / received)}
          />
        ))}
      </div>
      <p className={styles.identity} data-broken={!adds || undefined}>
        {adds ? null : <ToneMark tone="alert" />} {t('system.identity')}. {adds ? null : t('system.identityBroken')}
      </p>
    </>
  );
}
