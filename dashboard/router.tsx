/** The routes: what is where, what it needs in its address, who may pass. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { statusOf } from './data/problem.ts';
import { installationQuery, viewerQuery } from './data/queries.ts';
import { Crash, Missing } from './pages/Failures.tsx';
import { Root } from './pages/Root.tsx';
import {
  alarmsSearch,
  connectSearch,
  devicesSearch,
  loginSearch,
  rootSearch,
  rulesSearch,
  schoolSearch,
  schoolsSearch,
  systemSearch,
  wallSearch,
} from './search.ts';

interface RouterContext {
  readonly queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: Crash,
  notFoundComponent: Missing,
  validateSearch: rootSearch,
  search: { middlewares: [retainSearchParams(['theme', 'lang'])] },
});

/** True when somebody is logged in, false when not; a server that does not answer is the page's matter. */
async function isLoggedIn({ queryClient }: RouterContext): Promise<boolean> {
  try {
    // a wall that may look without log-in is somebody too, but nobody who works at a desk
    const { username } = await queryClient.ensureQueryData({ ...viewerQuery, retry: false });
    return username !== null;
  } catch (error) {
    return statusOf(error) !== 401;
  }
}

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const installation = await context.queryClient
      .ensureQueryData({ ...installationQuery, retry: false })
      .catch(() => null);
    if (installation?.openWall) redirect({ to: '/wall/overview', throw: true });
    redirect({ to: (await isLoggedIn(context)) ? '/schools' : '/login', throw: true });
  },
});

/** Stays while the scenes change: it decides which one is on. */
const wallFrameRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/wall',
  validateSearch: wallSearch,
  component: lazyRouteComponent(() => import('./pages/wall/WallFrame.tsx'), 'WallFrame'),
});

const wallHomeRoute = createRoute({
  getParentRoute: () => wallFrameRoute,
  path: '/',
  beforeLoad: ({ search }) => {
    redirect({ to: '/wall/overview', search, throw: true });
  },
});

const wallRoute = createRoute({
  getParentRoute: () => wallFrameRoute,
  path: '/overview',
  component: lazyRouteComponent(() => import('./pages/wall/OverviewScene.tsx'), 'OverviewScene'),
});

const wallAlarmsRoute = createRoute({
  getParentRoute: () => wallFrameRoute,
  path: '/alarms',
  component: lazyRouteComponent(() => import('./pages/wall/AlarmScene.tsx'), 'AlarmScene'),
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: loginSearch,
  component: lazyRouteComponent(() => import('./pages/LoginPage.tsx'), 'LoginPage'),
});

const deskRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'desk',
  beforeLoad: async ({ context, location }) => {
    if (!(await isLoggedIn(context))) redirect({ to: '/login', search: { next: location.href }, throw: true });
  },
  component: lazyRouteComponent(() => import('./pages/Desk.tsx'), 'Desk'),
});

const schoolsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/schools',
  validateSearch: schoolsSearch,
  component: lazyRouteComponent(() => import('./pages/schools/SchoolsPage.tsx'), 'SchoolsPage'),
});

const schoolRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/schools/$school',
  validateSearch: schoolSearch,
  component: lazyRouteComponent(() => import('./pages/school/SchoolPage.tsx'), 'SchoolPage'),
});

const alarmsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/alarms',
  validateSearch: alarmsSearch,
  component: lazyRouteComponent(() => import('./pages/alarms/AlarmsPage.tsx'), 'AlarmsPage'),
});

const alarmRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/alarms/$id',
  component: lazyRouteComponent(() => import('./pages/alarms/AlarmPage.tsx'), 'AlarmPage'),
});

const rulesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/rules',
  validateSearch: rulesSearch,
  component: lazyRouteComponent(() => import('./pages/alarms/RulesPage.tsx'), 'RulesPage'),
});

const devicesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/devices',
  validateSearch: devicesSearch,
  component: lazyRouteComponent(() => import('./pages/devices/DevicesPage.tsx'), 'DevicesPage'),
});

const connectRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/connect',
  validateSearch: connectSearch,
  component: lazyRouteComponent(() => import('./pages/connect/ConnectPage.tsx'), 'ConnectPage'),
});

const systemRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/system',
  validateSearch: systemSearch,
  component: lazyRouteComponent(() => import('./pages/system/SystemPage.tsx'), 'SystemPage'),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  wallFrameRoute.addChildren([wallHomeRoute, wallRoute, wallAlarmsRoute]),
  loginRoute,
  deskRoute.addChildren([
    alarmsRoute,
    alarmRoute,
    rulesRoute,
    schoolsRoute,
    schoolRoute,
    devicesRoute,
    connectRoute,
    systemRoute,
  ]),
]);

export function createAppRouter(context: RouterContext) {
  return createRouter({ routeTree, context, defaultPreload: 'intent', scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
