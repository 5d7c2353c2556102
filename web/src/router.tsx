import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod';
import { meQuery } from './api/me.ts';
import { queryClient } from './api/query-client.ts';
import { Shell } from './layout/shell.tsx';
import { NotFound, PageError } from './layout/page-error.tsx';
import { part } from './state/part.ts';
import { jobsSearch } from './pages/jobs-search.ts';
import { sitesSearch, siteSearch } from './pages/site/search.ts';
import { auditSearch, sessionSearch, sessionsSearch, usageSearch } from './pages/session/search.ts';

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

/** Every page but those for whoever is not logged in. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  errorComponent: PageError,
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(meQuery);
    if (me === null) throw redirect({ to: '/login', search: { to: location.href } });
  },
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: z.object({ to: z.string().startsWith('/').optional() }),
  component: lazyRouteComponent(() => part(() => import('./pages/login.tsx')), 'LoginPage'),
});

/** The code stands behind `#`, which browsers send to no server and no log. */
const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(
    () => part(() => import('./pages/invitation.tsx')),
    'InvitationPage',
  ),
});

const needsYouRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => part(() => import('./pages/needs-you.tsx')), 'NeedsYouPage'),
});

const sessionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions',
  validateSearch: sessionsSearch,
  component: lazyRouteComponent(() => part(() => import('./pages/sessions.tsx')), 'SessionsPage'),
});

const sessionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions/$sessionId',
  validateSearch: sessionSearch,
  component: lazyRouteComponent(() => part(() => import('./pages/session.tsx')), 'SessionPage'),
});

const sitesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sites',
  validateSearch: sitesSearch,
  component: lazyRouteComponent(() => part(() => import('./pages/sites.tsx')), 'SitesPage'),
});

const newSiteRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sites/new',
  component: lazyRouteComponent(() => part(() => import('./pages/new-site.tsx')), 'NewSitePage'),
});

const siteRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sites/$sessionId',
  validateSearch: siteSearch,
  component: lazyRouteComponent(() => part(() => import('./pages/site.tsx')), 'SitePage'),
});

const recordingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/recordings',
  component: lazyRouteComponent(
    () => part(() => import('./pages/recordings.tsx')),
    'RecordingsPage',
  ),
});

const recordingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/recordings/$jobId/$attempt',
  component: lazyRouteComponent(() => part(() => import('./pages/recording.tsx')), 'RecordingPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => part(() => import('./pages/audit.tsx')), 'AuditPage'),
});

const usageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/usage',
  validateSearch: usageSearch,
  component: lazyRouteComponent(() => part(() => import('./pages/usage.tsx')), 'UsagePage'),
});

const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/users',
  component: lazyRouteComponent(() => part(() => import('./pages/users.tsx')), 'UsersPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyRouteComponent(() => part(() => import('./pages/account.tsx')), 'AccountPage'),
});

const jobsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/jobs',
  validateSearch: jobsSearch,
  component: lazyRouteComponent(() => part(() => import('./pages/jobs.tsx')), 'JobsPage'),
});

const jobRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/jobs/$jobId',
  component: lazyRouteComponent(() => part(() => import('./pages/job.tsx')), 'JobPage'),
});

const agentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/agents',
  validateSearch: z.object({ state: z.string().optional() }),
  component: lazyRouteComponent(() => part(() => import('./pages/agents.tsx')), 'AgentsPage'),
});

const terminalRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/agents/$agentId',
  component: lazyRouteComponent(() => part(() => import('./pages/terminal.tsx')), 'TerminalPage'),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  invitationRoute,
  shellRoute.addChildren([
    agentsRoute,
    terminalRoute,
    needsYouRoute,
    jobsRoute,
    jobRoute,
    sessionsRoute,
    sessionRoute,
    sitesRoute,
    newSiteRoute,
    siteRoute,
    recordingsRoute,
    recordingRoute,
    auditRoute,
    usageRoute,
    usersRoute,
    accountRoute,
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
