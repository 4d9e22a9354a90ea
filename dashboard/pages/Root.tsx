import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState, useSearch } from '@tanstack/react-router';
import { useEffect, useLayoutEffect } from 'react';
import { installationQuery } from '../data/queries.ts';
import { followSystemTheme } from '../theme/theme.ts';
import { FormatsProvider } from '../words/FormatsProvider.tsx';
import { setLanguage } from '../words/words.ts';

/** Where nothing else is known yet; the installation says its own. */
const HOME_ZONE = 'Asia/Ho_Chi_Minh';

/** What all pages share: theme, language and time zone from the address and the installation. */
export function Root() {
  const { theme, lang } = useSearch({ from: '__root__' });
  const isWall = useRouterState({ select: ({ location }) => location.pathname.startsWith('/wall') });
  const { data: installation } = useQuery(installationQuery);

  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    if (isWall) dataset['scale'] = 'wall';
    else delete dataset['scale'];
    return followSystemTheme(theme ?? (isWall ? 'dark' : 'system'));
  }, [theme, isWall]);

  useEffect(() => {
    void setLanguage(lang ?? 'vi');
  }, [lang]);

  return (
    <FormatsProvider timeZone={installation?.timeZone ?? HOME_ZONE}>
      <Outlet />
    </FormatsProvider>
  );
}
