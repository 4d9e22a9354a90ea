import { Button, MantineProvider, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { statusOf } from '../data/problem.ts';
import { installationQuery } from '../data/queries.ts';
import { useLogIn } from '../data/session.ts';
import { paths } from '../paths.ts';
import { mantineTheme, mantineVariables } from '../theme/mantine.ts';
import { useTheme } from '../theme/theme.ts';
import { Action } from '../ui/Action.tsx';
import { useTitle } from '../ui/useTitle.ts';
import { problemWords } from '../widgets/problemWords.ts';
import { SimulatedMark } from '../widgets/SimulatedMark.tsx';
import { useWords } from '../words/words.ts';
import styles from './LoginPage.module.css';
import { Preferences } from './Preferences.tsx';

export function LoginPage() {
  const { next } = useSearch({ from: '/login' });
  const { t } = useWords();
  useTitle(`${t('login.title')} · ${t('app.name')}`);
  const theme = useTheme();
  const { data: installation } = useQuery(installationQuery);
  const logIn = useLogIn(next);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  return (
    <MantineProvider theme={mantineTheme} cssVariablesResolver={mantineVariables} forceColorScheme={theme}>
      <main className={styles.page}>
        <div className={styles.card}>
          <header className={styles.head}>
            <img src="/icon.svg" alt="" width="44" height="44" />
            <h1>{t('app.name')}</h1>
            <SimulatedMark />
          </header>
          <form
            className={styles.form}
            aria-label={t('login.title')}
            onSubmit={(event) => {
              event.preventDefault();
              logIn.mutate({ username, password });
            }}
          >
            <TextInput
              label={t('login.username')}
              autoComplete="username"
              required
              withAsterisk={false}
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
            />
            <PasswordInput
              label={t('login.password')}
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {logIn.error ? (
              <p className={styles.wrong} role="alert">
                {statusOf(logIn.error) === 401 ? t('login.wrong') : problemWords(logIn.error, t)}
              </p>
            ) : null}
            <Button type="submit" loading={logIn.isPending} fullWidth>
              {t('login.submit')}
            </Button>
          </form>
          {installation?.demoAccounts ? (
            <section className={styles.demo} aria-label={t('login.demo')}>
              <p>{t('login.demoHint')}</p>
              <div className={styles.accounts}>
                {installation.demoAccounts.map(({ displayName, ...account }) => (
                  <Action key={account.username} onClick={() => logIn.mutate(account)} disabled={logIn.isPending}>
                    {displayName}
                  </Action>
                ))}
              </div>
            </section>
          ) : null}
          <footer className={styles.foot}>
            {installation?.openWall ? <Link {...paths.wall()}>{t('login.wall')}</Link> : <span />}
            <Preferences />
          </footer>
        </div>
      </main>
    </MantineProvider>
  );
}
