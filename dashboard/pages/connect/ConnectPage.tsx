import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { schoolId } from '../../../contracts/ids.ts';
import { useMay } from '../../data/permissions.ts';
import { schoolsQuery } from '../../data/queries.ts';
import { State } from '../../ui/State.tsx';
import { Step } from '../../ui/Step.tsx';
import { toneFree } from '../../ui/toneFree.ts';
import { useTitle } from '../../ui/useTitle.ts';
import { byName } from '../../words/search.ts';
import { useWords } from '../../words/words.ts';
import styles from './ConnectPage.module.css';
import { FirstMessage } from './FirstMessage.tsx';
import { GatewayForm, type NewCredential } from './GatewayForm.tsx';
import { SchoolImport } from './SchoolImport.tsx';
import { Snippets } from './Snippets.tsx';

/** From nothing to the first reading on the map, in four steps. */
export function ConnectPage() {
  const { t } = useWords();
  useTitle(`${t('connect.title')} · ${t('app.name')}`);
  const search = useSearch({ from: '/desk/connect' });
  const navigate = useNavigate({ from: '/connect' });
  const mayEnrol = useMay('enrol');
  const mayAdminister = useMay('administer');
  const { data: schools } = useQuery(schoolsQuery);
  const [credential, setCredential] = useState<NewCredential | null>(null);
  const asked = schoolId.safeParse(search.school);
  const school = asked.success ? schools?.find(({ id }) => id === asked.data) : undefined;
  const shown = credential && school?.id === credential.school ? credential : null;

  if (mayEnrol === false) return <State title={t('connect.forbiddenTitle')} step={t('connect.forbiddenStep')} />;
  return (
    <div className={styles.page}>
      <header>
        <h1>{t('connect.title')}</h1>
        <p>{t('connect.lead')}</p>
      </header>
      <Step number={1} title={t('connect.step1')} isDone={school !== undefined}>
        <Select
          aria-label={t('connect.step1')}
          placeholder={t('schools.search')}
          searchable
          limit={100}
          filter={toneFree}
          data={[...(schools ?? [])]
            .sort((one, other) => byName(one.name, other.name))
            .map(({ id, name }) => ({ value: String(id), label: `${name} (${id})` }))}
          value={school?.id ?? null}
          onChange={(value) => void navigate({ search: (before) => ({ ...before, school: value ?? undefined }) })}
        />
        {mayAdminister ? <SchoolImport isOpen={schools?.length === 0} /> : null}
      </Step>
      <Step number={2} title={t('connect.step2')} isDone={shown !== null} isWaiting={!school}>
        {school ? (
          <GatewayForm key={school.id} school={school.id} credential={shown} onCredential={setCredential} />
        ) : null}
      </Step>
      <Step number={3} title={t('connect.step3')} isWaiting={!school}>
        {school ? <Snippets school={school.id} credential={shown} /> : null}
      </Step>
      <Step number={4} title={t('connect.step4')} isWaiting={!school}>
        {school ? <FirstMessage key={school.id} school={school.id} /> : null}
      </Step>
    </div>
  );
}
