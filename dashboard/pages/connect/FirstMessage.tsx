import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { SchoolId } from '../../../contracts/ids.ts';
import { useLive, useNow, useWatch } from '../../data/live.tsx';
import { schoolOf } from '../../data/liveStore.ts';
import { paths } from '../../paths.ts';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { Age } from '../../widgets/Age.tsx';
import { useWords } from '../../words/words.ts';
import styles from './ConnectPage.module.css';

/** Looks at the school live until something comes in. */
export function FirstMessage({ school }: { readonly school: SchoolId }) {
  const { t } = useWords();
  useWatch(`school/${school}`);
  const now = useNow();
  const [openedAt] = useState(now);
  const newest = useLive((state) => newestReceipt(schoolOf(state, school)?.readings.values() ?? []));
  const hasArrived = newest !== null && newest >= openedAt;
  return (
    <div role="status" className={styles.first}>
      {hasArrived ? (
        <p className={styles.arrived}>
          {t('connect.arrived')} <Age at={newest} /> · <Link {...paths.school(school)}>{t('connect.openSchool')}</Link>
        </p>
      ) : (
        <>
          <p>
            <ToneMark tone="void" /> {t('connect.waiting')}
          </p>
          <p className={styles.hint}>
            <Link {...paths.system()}>{t('connect.quarantineHint')}</Link>
          </p>
        </>
      )}
    </div>
  );
}

function newestReceipt(readings: Iterable<{ readonly receivedAt: number }>): number | null {
  let newest: number | null = null;
  for (const { receivedAt } of readings) newest = Math.max(newest ?? 0, receivedAt);
  return newest;
}
