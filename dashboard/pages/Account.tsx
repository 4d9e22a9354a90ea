import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { viewerQuery } from '../data/queries.ts';
import { useLogOut } from '../data/session.ts';
import { paths } from '../paths.ts';
import { Action } from '../ui/Action.tsx';
import { useWords } from '../words/words.ts';
import styles from './Account.module.css';

/** Who is logged in, and the way out. */
export function Account() {
  const { t } = useWords();
  const { data: viewer } = useQuery(viewerQuery);
  const logOut = useLogOut();
  if (!viewer) return null;
  return (
    <div className={styles.account}>
      <p>
        <span className={styles.name}>{viewer.displayName}</span>
        <span className={styles.role}>{t(`role.${viewer.role}`)}</span>
      </p>
      {viewer.username === null ? (
        <Link {...paths.login()}>{t('app.logIn')}</Link>
      ) : (
        <Action onClick={() => logOut.mutate()} disabled={logOut.isPending}>
          {t('app.logOut')}
        </Action>
      )}
    </div>
  );
}
