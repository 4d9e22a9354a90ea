import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { schoolId } from '../../../contracts/ids.ts';
import { seriesKey } from '../../../contracts/liveFold.ts';
import { useLive, useWatch } from '../../data/live.tsx';
import { schoolOf } from '../../data/liveStore.ts';
import { areasQuery, roomsQuery, schoolsQuery } from '../../data/queries.ts';
import { arrangeRooms, pickSeries } from '../../data/schoolRooms.ts';
import { paths } from '../../paths.ts';
import { Bones } from '../../ui/Bones.tsx';
import { State } from '../../ui/State.tsx';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { RoomCard } from '../../widgets/RoomCard.tsx';
import { useWords } from '../../words/words.ts';
import { History } from './History.tsx';
import { SchoolHead } from './SchoolHead.tsx';
import styles from './SchoolPage.module.css';

/** One school: how it stands, what each room says now, and what any value did before. */
export function SchoolPage() {
  const params = useParams({ from: '/desk/schools/$school' });
  const id = schoolId.safeParse(params.school);
  if (!id.success) return <NoSuchSchool />;
  return <KnownSchool key={id.data} id={id.data} />;
}

function NoSuchSchool() {
  const { t } = useWords();
  return (
    <State title={t('school.notFoundTitle')} step={t('school.notFoundStep')}>
      <Link {...paths.schools()}>{t('school.back')}</Link>
    </State>
  );
}

function KnownSchool({ id }: { readonly id: ReturnType<typeof schoolId.parse> }) {
  const { t } = useWords();
  const search = useSearch({ from: '/desk/schools/$school' });
  useWatch(`school/${id}`);
  const view = useLive((state) => schoolOf(state, id));
  const refusal = useLive((state) => state.refusals.get(`school/${id}`));
  const { data: schools, error, refetch } = useQuery(schoolsQuery);
  const { data: areas } = useQuery(areasQuery);
  const { data: rooms } = useQuery(roomsQuery(id));
  const school = schools?.find((one) => one.id === id);
  const devices = view?.devices;
  const readings = view?.readings;
  const overLimit = view?.condition.overLimit;
  const groups = useMemo(
    () =>
      devices && readings ? arrangeRooms({ devices, readings, rooms: rooms ?? [], overLimit: overLimit ?? [] }) : [],
    [devices, readings, rooms, overLimit],
  );
  const series = view ? pickSeries(search, view, groups) : null;

  if (refusal === 'not-found' || (schools && !school)) return <NoSuchSchool />;
  if (refusal === 'forbidden') return <State title={t('problem.forbiddenTitle')} step={t('problem.forbidden')} />;
  if (error && !schools) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (!school) return <Bones lines={8} label={t('app.loading')} />;

  return (
    <>
      <SchoolHead school={school} area={areas?.find((area) => area.id === school.area)?.name ?? null} view={view} />
      <div className={styles.columns}>
        <section aria-label={t('school.rooms')} className={styles.rooms}>
          {view ? null : <Bones lines={10} label={t('app.loading')} />}
          {view && groups.length === 0 ? (
            <State title={t('school.noRooms')} step={t('school.noRoomsStep')}>
              <Link {...paths.connect(id)}>{t('school.addGateway')}</Link>
            </State>
          ) : null}
          {view
            ? groups.map(({ room, devices: inside }) => (
                <RoomCard
                  key={room?.id ?? ''}
                  view={view}
                  title={room?.name ?? t('school.unassigned')}
                  hint={room ? t(`roomKind.${room.kind}`) : null}
                  devices={inside}
                  selected={series ? seriesKey(series) : null}
                />
              ))
            : null}
        </section>
        {view && groups.length > 0 ? (
          <div className={styles.history}>
            <History school={id} series={series} kind={series?.kind} />
          </div>
        ) : null}
      </div>
    </>
  );
}
