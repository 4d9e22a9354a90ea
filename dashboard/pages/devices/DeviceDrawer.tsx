import { Button, Drawer, Select } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type DeviceView, deviceView } from '../../../contracts/http/devices.ts';
import type { SchoolId } from '../../../contracts/ids.ts';
import { kinds } from '../../../devices/kinds/registry.ts';
import { send } from '../../data/api.ts';
import { roomsQuery } from '../../data/queries.ts';
import { toneFree } from '../../ui/toneFree.ts';
import { problemWords } from '../../widgets/problemWords.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { byName } from '../../words/search.ts';
import { useWords } from '../../words/words.ts';
import styles from './DevicesPage.module.css';

/** What a person tells about a device: what it is and where it hangs. */
export function DeviceDrawer(props: {
  readonly device: DeviceView | null;
  readonly schoolName: string;
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  return (
    <Drawer
      opened={props.device !== null}
      onClose={props.onClose}
      position="right"
      title={t('devices.edit')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {props.device ? <DeviceForm {...props} device={props.device} /> : null}
    </Drawer>
  );
}

function DeviceForm(props: { readonly device: DeviceView; readonly schoolName: string; readonly onClose: () => void }) {
  const { t, language } = useWords();
  const formats = useFormats();
  const { device } = props;
  const queryClient = useQueryClient();
  const { data: rooms } = useQuery(roomsQuery(device.school));
  const [kind, setKind] = useState(device.kind);
  const [room, setRoom] = useState<string | null>(device.room);
  const save = useMutation({
    mutationFn: () => send('PUT', devicePath(device.school, device.id), deviceView.partial(), { kind, room }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['devices'] });
      props.onClose();
    },
  });
  const facts: readonly (readonly [string, string | null])[] = [
    [t('devices.id'), device.id],
    [t('devices.school'), props.schoolName],
    [t('devices.gateway'), device.gateway],
    [t('devices.codec'), device.codec],
    [t('devices.model'), device.model],
    [t('devices.firstSeen'), device.firstSeenAt === null ? null : formats.dateTime(device.firstSeenAt)],
  ];
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <Select
        label={t('devices.kind')}
        description={t('devices.editHint')}
        placeholder={t('devices.noKind')}
        searchable
        clearable
        filter={toneFree}
        data={kinds.map(({ id, words }) => ({ value: id, label: words[language] }))}
        value={kind}
        onChange={setKind}
      />
      <Select
        label={t('devices.room')}
        placeholder={t('devices.noRoom')}
        searchable
        clearable
        filter={toneFree}
        data={[...(rooms ?? [])]
          .sort((one, other) => byName(one.name, other.name))
          .map(({ id, name }) => ({ value: String(id), label: name }))}
        value={room}
        onChange={setRoom}
      />
      {save.error ? (
        <p className={styles.fault} role="alert">
          {problemWords(save.error, t)}
        </p>
      ) : null}
      <div className={styles.buttons}>
        <Button variant="default" onClick={props.onClose}>
          {t('app.cancel')}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {t('app.save')}
        </Button>
      </div>
    </form>
  );
}

function devicePath(school: SchoolId, device: string): string {
  return `/schools/${encodeURIComponent(school)}/devices/${encodeURIComponent(device)}`;
}
