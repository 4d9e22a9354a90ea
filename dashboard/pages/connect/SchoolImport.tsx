import { Button, FileButton } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { importReport } from '../../../contracts/http/places.ts';
import { send } from '../../data/api.ts';
import { problemWords } from '../../widgets/problemWords.ts';
import { useWords } from '../../words/words.ts';
import styles from './ConnectPage.module.css';

const MOST_FAULTS = 20;

/** A list of schools from a file; what is wrong is told row by row. */
export function SchoolImport({ isOpen }: { readonly isOpen: boolean }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const upload = useMutation({
    mutationFn: (file: File) => send('POST', '/import/schools', importReport, file),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['schools'] }),
  });
  return (
    <details className={styles.more} open={isOpen || undefined}>
      <summary>{t('connect.schoolMissing')}</summary>
      <p>
        {t('connect.schoolApi')} <a href="/docs">{t('connect.apiDocs')}</a>
      </p>
      <p className={styles.hint}>{t('connect.csvHint')}</p>
      <FileButton accept=".csv,text/csv" onChange={(file) => file && upload.mutate(file)}>
        {(button) => (
          <Button {...button} variant="default" loading={upload.isPending}>
            {t('connect.csvUpload')}
          </Button>
        )}
      </FileButton>
      {upload.error ? (
        <p className={styles.fault} role="alert">
          {problemWords(upload.error, t)}
        </p>
      ) : null}
      {upload.data ? (
        <div role="status">
          <p>{t('connect.csvDone', { accepted: upload.data.accepted, refused: upload.data.refused })}</p>
          <ul className={styles.fault}>
            {upload.data.rows.slice(0, MOST_FAULTS).map(({ row, column, value, message }) => (
              <li key={`${row} ${column}`}>
                {t('connect.csvRow', {
                  row,
                  message: [column, value === null ? null : `“${value}”`, message].filter(Boolean).join(' · '),
                })}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </details>
  );
}
