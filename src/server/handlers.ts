import { accountHandlers } from './account-handlers.ts';
import { makeAgentHandlers } from './agent-handlers.ts';
import type { ServerContext } from './context.ts';
import type { Handlers } from './handler.ts';
import { jobHandlers } from './job-handlers.ts';
import { sessionHandlers } from './session-handlers.ts';
import { siteHandlers } from './site-handlers.ts';
import { makeSystemHandlers } from './system-handlers.ts';

/** The work of every route of the contract. */
export function makeHandlers(ctx: ServerContext): Handlers {
  return {
    ...sessionHandlers,
    ...jobHandlers,
    ...makeAgentHandlers(ctx),
    ...siteHandlers,
    ...accountHandlers,
    ...makeSystemHandlers(ctx),
  };
}
