import { Select, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ENROLMENTS, LIVENESS } from '../../../contracts/device.ts';
import type { School } from '../../../contracts/places.ts';
import { kinds } from '../../../devices/kinds/registry.ts';
import { toneFree } from '../../ui/toneFree.ts';
import { byName } from '../../words/search.ts';
import { useWords } from '../../words/words.ts';
import styles from './DevicesPage.module.css';

export function DeviceFilters({ schools }: { readonly schools: readonly School[] }) {
  const { t, language } = useWords();
  const { q, school, kind, liveness, enrolment } = useSearch({ from: '/desk/devices' });
  const navigate = useNavigate({ from: '/devices' });
  return (
    <search className={styles.filters}>
      <TextInput
        type="search"
        aria-label={t('devices.search')}
        placeholder={t('devices.search')}
        value={q ?? ''}
        onChange={(event) => {
          const typed = event.currentTarget.value;
          void navigate({ search: (before) => ({ ...before, q: typed || undefined }), replace: true });
        }}
      />
      <Select
        aria-label={t('devices.school')}
        placeholder={t('devices.school')}
        clearable
        searchable
        limit={100}
        filter={toneFree}
        data={[...schools]
          .sort((one, other) => byName(one.name, other.name))
          .map(({ id, name }) => ({ value: String(id), label: name }))}
        value={school ?? null}
        onChange={(value) => void navigate({ search: (before) => ({ ...before, school: value ?? undefined }) })}
      />
      <Select
        aria-label={t('devices.liveness')}
        placeholder={t('devices.liveness')}
        clearable
        data={LIVENESS.map((value) => ({ value, label: t(`liveness.${value}`) }))}
        value={liveness ?? null}
        onChange={(value) =>
          void navigate({ search: (before) => ({ ...before, liveness: LIVENESS.find((one) => one === value) }) })
        }
      />
      <Select
        aria-label={t('devices.kind')}
        placeholder={t('devices.kind')}
        clearable
        searchable
        filter={toneFree}
        data={[
          { value: 'none', label: t('devices.noKind') },
          ...kinds.map(({ id, words }) => ({ value: id, label: words[language] })),
        ]}
        value={kind ?? null}
        onChange={(value) => void navigate({ search: (before) => ({ ...before, kind: value ?? undefined }) })}
      />
      <Select
        aria-label={t('devices.enrolment')}
        placeholder={t('devices.enrolment')}
        clearable
        data={ENROLMENTS.map((value) => ({ value, label: t(`enrolment.${value}`) }))}
        value={enrolment ?? null}
        onChange={(value) =>
          void navigate({ search: (before) => ({ ...before, enrolment: ENROLMENTS.find((one) => one === value) }) })
        }
      />
    </search>
  );
}
