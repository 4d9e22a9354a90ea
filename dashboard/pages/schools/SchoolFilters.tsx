import { Select, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type Area, LEVELS } from '../../../contracts/places.ts';
import { isCondition, WORST_FIRST } from '../../data/conditions.ts';
import type { SchoolRow } from '../../data/schoolRows.ts';
import { toneFree } from '../../ui/toneFree.ts';
import { byName } from '../../words/search.ts';
import { useWords } from '../../words/words.ts';
import styles from './SchoolsPage.module.css';

/** What is in the list; all of it in the address. */
export function SchoolFilters(props: { readonly areas: readonly Area[]; readonly rows: readonly SchoolRow[] }) {
  const { t } = useWords();
  const { q, level, area, condition } = useSearch({ from: '/desk/schools' });
  const navigate = useNavigate({ from: '/schools' });
  const used = new Set<string>(props.rows.map(({ school }) => school.area));
  const areas = props.areas.filter(({ id }) => used.has(id)).sort((one, other) => byName(one.name, other.name));
  return (
    <search className={styles.filters}>
      <TextInput
        type="search"
        aria-label={t('schools.search')}
        placeholder={t('schools.search')}
        value={q ?? ''}
        onChange={(event) => {
          const typed = event.currentTarget.value;
          void navigate({ search: (before) => ({ ...before, q: typed || undefined }), replace: true });
        }}
      />
      <Select
        aria-label={t('schools.condition')}
        placeholder={t('schools.condition')}
        clearable
        data={WORST_FIRST.map((value) => ({ value, label: t(`condition.${value}`) }))}
        value={condition ?? null}
        onChange={(value) =>
          void navigate({
            search: (before) => ({ ...before, condition: value && isCondition(value) ? value : undefined }),
          })
        }
      />
      <Select
        aria-label={t('schools.level')}
        placeholder={t('schools.level')}
        clearable
        data={LEVELS.map((value) => ({ value, label: t(`level.${value}`) }))}
        value={level ?? null}
        onChange={(value) =>
          void navigate({ search: (before) => ({ ...before, level: LEVELS.find((one) => one === value) }) })
        }
      />
      <Select
        aria-label={t('schools.area')}
        placeholder={t('schools.area')}
        clearable
        searchable
        filter={toneFree}
        data={areas.map(({ id, name }) => ({ value: id, label: name }))}
        value={area ?? null}
        onChange={(value) => void navigate({ search: (before) => ({ ...before, area: value ?? undefined }) })}
      />
    </search>
  );
}
