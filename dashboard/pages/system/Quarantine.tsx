import { Button, Checkbox, Select } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { replayResult } from '../../../contracts/http/ingest.ts';
import { REFUSALS, type Refusal } from '../../../contracts/message.ts';
import { send } from '../../data/api.ts';
import { useMay } from '../../data/permissions.ts';
import { quarantineQuery, schoolsQuery } from '../../data/queries.ts';
import { Bones } from '../../ui/Bones.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { State } from '../../ui/State.tsx';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { problemWords } from '../../widgets/problemWords.ts';
import { useWords } from '../../words/words.ts';
import { QuarantineLine } from './QuarantineLine.tsx';
import styles from './SystemPage.module.css';

const REASONS = Object.keys(REFUSALS) as readonly Refusal[];

/** Messages nobody could read: why, what is in them, and the way back. */
export function Quarantine() {
  const { t } = useWords();
  const { reason } = useSearch({ from: '/desk/system' });
  const navigate = useNavigate({ from: '/system' });
  const queryClient = useQueryClient();
  const mayReplay = useMay('enrol');
  const {
    data: entries,
    error,
    refetch,
  } = useQuery({
    ...quarantineQuery(REASONS.find((one) => one === reason)),
    select: ({ items }) => items,
  });
  const { data: schools } = useQuery(schoolsQuery);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const replay = useMutation({
    mutationFn: (ids: readonly number[]) => send('POST', '/quarantine/replay', replayResult, { ids }),
    onSuccess: async () => {
      setChosen(new Set());
      await queryClient.invalidateQueries({ queryKey: ['quarantine'] });
    },
  });
  const ids = (entries ?? []).map(({ id }) => id);
  const picked = ids.filter((id) => chosen.has(id));
  const toggle = (id: number, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    setChosen(next);
  };

  return (
    <Panel
      title={t('system.quarantine')}
      flush
      aside={
        <div className={styles.tools}>
          <Select
            size="xs"
            aria-label={t('system.reason')}
            placeholder={t('system.reason')}
            clearable
            data={REASONS.map((value) => ({ value, label: t(`refusal.${value}`) }))}
            value={reason ?? null}
            onChange={(value) => void navigate({ search: (before) => ({ ...before, reason: value ?? undefined }) })}
          />
          {mayReplay ? (
            <Button
              size="xs"
              disabled={picked.length === 0}
              loading={replay.isPending}
              onClick={() => replay.mutate(picked)}
            >
              {t('system.replaySelected', { messages: picked.length })}
            </Button>
          ) : null}
        </div>
      }
    >
      <p className={styles.lead}>{t('system.quarantineLead')}</p>
      <p className={styles.lead} role="status">
        {replay.data ? t('system.replayed', { messages: replay.data.replayed }) : null}
        {replay.error ? problemWords(replay.error, t) : null}
      </p>
      {error && !entries ? <ProblemState error={error} onRetry={() => void refetch()} /> : null}
      {!entries && !error ? <Bones lines={5} label={t('app.loading')} /> : null}
      {entries?.length === 0 ? <State title={t('system.quarantineNone')} /> : null}
      {entries && entries.length > 0 ? (
        <>
          {mayReplay ? (
            <Checkbox
              className={styles.all}
              label={t('system.selectAll')}
              checked={picked.length === ids.length}
              indeterminate={picked.length > 0 && picked.length < ids.length}
              onChange={(event) => setChosen(new Set(event.currentTarget.checked ? ids : []))}
            />
          ) : null}
          <ul>
            {entries.map((entry) => (
              <QuarantineLine
                key={entry.id}
                entry={entry}
                schoolName={schools?.find(({ id }) => id === entry.school)?.name ?? entry.school}
                isChosen={chosen.has(entry.id)}
                onChoose={mayReplay ? (isOn) => toggle(entry.id, isOn) : null}
              />
            ))}
          </ul>
        </>
      ) : null}
    </Panel>
  );
}
