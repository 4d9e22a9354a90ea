import { MantineProvider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../data/permissions.ts';
import { installationQuery } from '../data/queries.ts';
import { paths } from '../paths.ts';
import { mantineTheme, mantineVariables } from '../theme/mantine.ts';
import { useTheme } from '../theme/theme.ts';
import { LineBanner } from '../widgets/LineBanner.tsx';
import { SimulatedMark } from '../widgets/SimulatedMark.tsx';
import { useWords } from '../words/words.ts';
import { Account } from './Account.tsx';
import styles from './Desk.module.css';
import { ICONS, type IconName } from './icons.tsx';
import { Preferences } from './Preferences.tsx';

/** The frame of all pages somebody works with: where to go, who I am, and whether the figures are alive. */
export function Desk() {
  const { t } = useWords();
  const theme = useTheme();
  const { data: installation } = useQuery(installationQuery);
  const mayEnrol = useMay('enrol');
  const [isOpen, setIsOpen] = useState(false);
  const places: readonly (readonly [Exclude<IconName, 'menu'>, { readonly to: string }])[] = [
    ['wall', paths.wall()],
    ['alarms', paths.alarms()],
    ['schools', paths.schools()],
    ['devices', paths.devices()],
    ...(mayEnrol === false ? [] : [['connect', paths.connect()] as const]),
    ['system', paths.system()],
  ];
  return (
    <MantineProvider theme={mantineTheme} cssVariablesResolver={mantineVariables} forceColorScheme={theme}>
      <a className="skip-link" href="#content">
        {t('app.skip')}
      </a>
      <div className={styles.desk}>
        <header className={styles.side}>
          <p className={styles.name}>
            <img src="/icon.svg" alt="" width="28" height="28" />
            {t('app.name')}
          </p>
          <nav className={styles.places} aria-label={t('nav.main')}>
            {places.map(([name, to]) => (
              <Link key={name} {...to} className={styles.place} activeProps={{ 'aria-current': 'page' }}>
                {ICONS[name]}
                <span>{t(`nav.${name}`)}</span>
              </Link>
            ))}
          </nav>
          <div className={styles.marks}>
            <SimulatedMark />
            <button
              type="button"
              className={styles.menu}
              aria-expanded={isOpen}
              aria-controls="desk-foot"
              onClick={() => setIsOpen(!isOpen)}
            >
              {ICONS.menu}
              <span className="visually-hidden">{t('app.menu')}</span>
            </button>
          </div>
          <div id="desk-foot" className={styles.foot} data-open={isOpen || undefined}>
            <Account />
            <Preferences />
            {installation ? <p className={styles.build}>{t('system.build', { build: installation.build })}</p> : null}
          </div>
        </header>
        <main id="content" className={styles.content} tabIndex={-1}>
          <LineBanner />
          <Outlet />
        </main>
      </div>
    </MantineProvider>
  );
}
