import { Checkbox } from '@mantine/core';
import type { z } from 'zod';
import type { quarantineEntry } from '../../../contracts/http/ingest.ts';
import { preview } from '../../data/payload.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './SystemPage.module.css';

export function QuarantineLine(props: {
  readonly entry: z.infer<typeof quarantineEntry>;
  readonly schoolName: string;
  readonly isChosen: boolean;
  /** null: this viewer can not replay. */
  readonly onChoose: ((isOn: boolean) => void) | null;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const { entry, onChoose } = props;
  const { text, bytes } = preview(entry.payload);
  return (
    <li className={styles.line}>
      {onChoose ? (
        <Checkbox
          aria-label={t('system.select', { id: entry.id })}
          checked={props.isChosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      ) : (
        <span />
      )}
      <div className={styles.what}>
        <p className={styles.reason}>
          {t(`refusal.${entry.reason}`)}
          {entry.replayedAt === null ? null : (
            <small>{t('system.replayedAt', { moment: formats.dateTime(entry.replayedAt) })}</small>
          )}
        </p>
        <p className={styles.meta}>
          {props.schoolName} · {entry.gateway} · {formats.dateTime(entry.receivedAt)} ·{' '}
          {t('system.bytes', { bytes: formats.number(bytes) })}
        </p>
        <p className={styles.topic}>
          <code>{entry.topic}</code>
        </p>
        <pre className={styles.payload}>{text}</pre>
        {entry.detail ? <p className={styles.meta}>{entry.detail}</p> : null}
      </div>
    </li>
  );
}
