import { Link } from '@tanstack/react-router';
import type { DeviceView } from '../../../contracts/http/devices.ts';
import type { SchoolId } from '../../../contracts/ids.ts';
import { kindById } from '../../../devices/kinds/registry.ts';
import { deviceKey } from '../../data/deviceRows.ts';
import { paths } from '../../paths.ts';
import { Action } from '../../ui/Action.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { Age } from '../../widgets/Age.tsx';
import { LIVENESS_TONE } from '../../widgets/tone.ts';
import { useWords } from '../../words/words.ts';
import styles from './DevicesPage.module.css';

export function DeviceTable(props: {
  readonly devices: readonly DeviceView[];
  readonly names: ReadonlyMap<SchoolId, string>;
  /** null: this viewer can not enrol. */
  readonly onEdit: ((key: string) => void) | null;
}) {
  const { t, language } = useWords();
  const { onEdit } = props;
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('devices.liveness')}</th>
            <th scope="col">{t('devices.id')}</th>
            <th scope="col">{t('devices.school')}</th>
            <th scope="col">{t('devices.kind')}</th>
            <th scope="col">{t('devices.gateway')}</th>
            <th scope="col">{t('devices.lastHeard')}</th>
            {onEdit ? (
              <th scope="col">
                <span className="visually-hidden">{t('devices.edit')}</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {props.devices.map((device) => (
            <tr key={deviceKey(device)}>
              <td>
                <Tag tone={LIVENESS_TONE[device.liveness]} word={t(`liveness.${device.liveness}`)} />
              </td>
              <td>
                <code className={styles.id}>{device.id}</code>
                {device.enrolment === 'enrolled' ? null : (
                  <span className={styles.badge} data-enrolment={device.enrolment}>
                    {t(`enrolment.${device.enrolment}`)}
                  </span>
                )}
              </td>
              <td>
                <Link {...paths.school(device.school)}>{props.names.get(device.school) ?? device.school}</Link>
              </td>
              <td>{device.kind ? (kindById(device.kind)?.words[language] ?? device.kind) : t('devices.noKind')}</td>
              <td>{device.gateway}</td>
              <td>
                <Age at={device.lastMeasuredAt} />
              </td>
              {onEdit ? (
                <td>
                  <Action onClick={() => onEdit(deviceKey(device))}>{t('devices.editShort')}</Action>
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
