import { Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ALARM_SEVERITIES } from '../../../contracts/alarm.ts';
import type { School } from '../../../contracts/places.ts';
import { ALARM_VIEWS } from '../../data/alarmRows.ts';
import { Choice } from '../../ui/Choice.tsx';
import { toneFree } from '../../ui/toneFree.ts';
import { byName } from '../../words/search.ts';
import { useWords } from '../../words/words.ts';
import styles from './AlarmsPage.module.css';

/** Worst first, as in the list. */
const SEVERITIES = [...ALARM_SEVERITIES].reverse();

/** What is in the list; all of it in the address. */
export function AlarmFilters({ schools }: { readonly schools: readonly School[] }) {
  const { t } = useWords();
  const { state = 'open', severity, school } = useSearch({ from: '/desk/alarms' });
  const navigate = useNavigate({ from: '/alarms' });
  return (
    <search className={styles.filters}>
      <div className={styles.views}>
        <Choice
          label={t('alarm.viewLabel')}
          value={state}
          options={ALARM_VIEWS.map((value) => ({ value, word: t(`alarm.view.${value}`) }))}
          onChange={(value) =>
            void navigate({
              search: (before) => ({ ...before, state: value === 'open' ? undefined : value, selected: undefined }),
            })
          }
        />
      </div>
      <Select
        aria-label={t('alarm.severity')}
        placeholder={t('alarm.severity')}
        clearable
        data={SEVERITIES.map((value) => ({ value, label: t(`condition.${value}`) }))}
        value={severity ?? null}
        onChange={(value) =>
          void navigate({ search: (before) => ({ ...before, severity: SEVERITIES.find((one) => one === value) }) })
        }
      />
      <Select
        aria-label={t('alarm.school')}
        placeholder={t('alarm.school')}
        clearable
        searchable
        filter={toneFree}
        data={[...schools]
          .sort((one, other) => byName(one.name, other.name))
          .map(({ id, name }) => ({ value: String(id), label: name }))}
        value={school ?? null}
        onChange={(value) => void navigate({ search: (before) => ({ ...before, school: value ?? undefined }) })}
      />
    </search>
  );
}
