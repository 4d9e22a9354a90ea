import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { deviceKey, filterDevices } from '../../data/deviceRows.ts';
import { useMay } from '../../data/permissions.ts';
import { devicesQuery, schoolsQuery } from '../../data/queries.ts';
import { paths } from '../../paths.ts';
import { Action } from '../../ui/Action.tsx';
import { Bones } from '../../ui/Bones.tsx';
import { State } from '../../ui/State.tsx';
import { useTitle } from '../../ui/useTitle.ts';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { useWords } from '../../words/words.ts';
import { DeviceDrawer } from './DeviceDrawer.tsx';
import { DeviceFilters } from './DeviceFilters.tsx';
import styles from './DevicesPage.module.css';
import { DeviceTable } from './DeviceTable.tsx';

const PAGE = 100;

/** Every device of every school in scope: is it alive, what is it, where does it hang. */
export function DevicesPage() {
  const { t } = useWords();
  const { q, school, kind, liveness, enrolment, edit } = useSearch({ from: '/desk/devices' });
  useTitle(`${t('nav.devices')} · ${t('app.name')}`);
  const navigate = useNavigate({ from: '/devices' });
  const { data: devices, error, refetch } = useQuery(devicesQuery());
  const { data: schools } = useQuery(schoolsQuery);
  const mayEnrol = useMay('enrol');
  const [pages, setPages] = useState(1);
  const names = useMemo(() => new Map((schools ?? []).map(({ id, name }) => [id, name])), [schools]);
  const shown = useMemo(
    () => filterDevices(devices ?? [], names, { q, school, kind, liveness, enrolment }),
    [devices, names, q, school, kind, liveness, enrolment],
  );
  const edited = devices?.find((device) => deviceKey(device) === edit) ?? null;
  const open = (key: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, edit: key }), resetScroll: false });

  if (error && !devices) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (devices?.length === 0)
    return (
      <State title={t('devices.emptyTitle')} step={t('devices.emptyStep')}>
        <Link {...paths.connect()}>{t('schools.emptyAction')}</Link>
      </State>
    );
  return (
    <>
      <div className={styles.head}>
        <h1>{t('devices.title')}</h1>
        <p role="status">{devices ? t('devices.shown', { count: shown.length }) : null}</p>
      </div>
      <DeviceFilters schools={schools ?? []} />
      {devices ? null : <Bones lines={10} label={t('app.loading')} />}
      {devices && shown.length === 0 ? (
        <State title={t('devices.noMatch')}>
          <Link {...paths.devices()}>{t('schools.clear')}</Link>
        </State>
      ) : null}
      {shown.length > 0 ? (
        <DeviceTable devices={shown.slice(0, pages * PAGE)} names={names} onEdit={mayEnrol ? open : null} />
      ) : null}
      {shown.length > pages * PAGE ? (
        <p className={styles.more}>
          <Action onClick={() => setPages(pages + 1)}>{t('app.more')}</Action>
        </p>
      ) : null}
      <DeviceDrawer
        key={edit ?? ''}
        device={mayEnrol ? edited : null}
        schoolName={edited ? (names.get(edited.school) ?? edited.school) : ''}
        onClose={() => open(undefined)}
      />
    </>
  );
}
