import { accountRoutes } from './account-routes.ts';
import { agentRoutes } from './agent-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { siteRoutes } from './site-routes.ts';
import { systemRoutes } from './system-routes.ts';

/** Every route of the HTTP API by its name; the name is also the OpenAPI `operationId`. */
export const routes = {
  ...sessionRoutes,
  ...jobRoutes,
  ...agentRoutes,
  ...siteRoutes,
  ...accountRoutes,
  ...systemRoutes,
} as const;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
