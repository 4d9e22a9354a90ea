import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { LIVENESS } from '../../../contracts/device.ts';
import type { SchoolId } from '../../../contracts/ids.ts';
import { seriesKey } from '../../../contracts/liveFold.ts';
import type { AlarmDetail } from '../../data/alarms.ts';
import { useLive, useWatch } from '../../data/live.tsx';
import { schoolOf } from '../../data/liveStore.ts';
import { roomsQuery } from '../../data/queries.ts';
import { arrangeRooms } from '../../data/schoolRooms.ts';
import { paths } from '../../paths.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { RoomCard } from '../../widgets/RoomCard.tsx';
import { GATEWAY_TONE, LIVENESS_TONE } from '../../widgets/tone.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './AlarmPage.module.css';

/** What else the place says now: the same room, or the whole school where no room is meant. */
export function AlarmPlace({ alarm, school }: { readonly alarm: AlarmDetail; readonly school: SchoolId }) {
  const { t } = useWords();
  useWatch(`school/${school}`);
  const view = useLive((state) => schoolOf(state, school));
  const { data: rooms } = useQuery(roomsQuery(school));
  const devices = view?.devices;
  const readings = view?.readings;
  const groups = useMemo(
    () => (devices && readings ? arrangeRooms({ devices, readings, rooms: rooms ?? [], overLimit: [] }) : []),
    [devices, readings, rooms],
  );
  const { room, device, metric, sensor } = alarm;
  const group = groups.find((one) =>
    room === null ? one.devices.some((entry) => entry.device.device === device) : one.room?.id === room,
  );
  // without a room the others of the group are just as lost, and not its neighbours
  const inside = group?.devices.filter((entry) => group.room !== null || entry.device.device === device) ?? [];
  const title = device === null ? t('alarm.schoolNow') : group?.room ? t('alarm.roomNow') : t('alarm.deviceNow');
  return (
    <Panel title={title} flush aside={<Link {...paths.school(school)}>{t('alarm.toSchool')}</Link>}>
      {view && device !== null && inside.length > 0 ? (
        <div className={styles.room}>
          <RoomCard
            view={view}
            title={group?.room?.name ?? t('school.unassigned')}
            hint={group?.room ? t(`roomKind.${group.room.kind}`) : null}
            devices={inside}
            selected={device !== null && metric !== null ? seriesKey({ device, metric, sensor }) : null}
          />
        </div>
      ) : null}
      {view && device === null ? <SchoolNow view={view} /> : null}
      {view === null || (device !== null && inside.length === 0) ? (
        <p className={styles.plain}>{t('alarm.roomEmpty')}</p>
      ) : null}
    </Panel>
  );
}

function SchoolNow({ view }: { readonly view: NonNullable<ReturnType<typeof schoolOf>> }) {
  const { t } = useWords();
  const formats = useFormats();
  const { devices } = view.condition;
  return (
    <div className={`${styles.place} ${styles.plain}`}>
      <ul className={styles.tally}>
        {[...view.gateways.values()].map(({ gateway, state }) => (
          <li key={gateway}>
            <Tag tone={GATEWAY_TONE[state]} word={`${gateway}: ${t(`gateway.${state}`)}`} />
          </li>
        ))}
      </ul>
      <ul className={styles.tally} aria-label={t('nav.devices')}>
        {LIVENESS.filter((liveness) => devices[liveness] > 0).map((liveness) => (
          <li key={liveness}>
            <Tag
              tone={LIVENESS_TONE[liveness]}
              word={`${t(`liveness.${liveness}`)}: ${formats.number(devices[liveness])}`}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
