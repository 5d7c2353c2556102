import { accountHandlers } from './account-handlers.ts';
import { agentHandlers } from './agent-handlers.ts';
import type { ServerContext } from './context.ts';
import type { Handlers } from './handler.ts';
import { jobHandlers } from './job-handlers.ts';
import { sessionHandlers } from './session-handlers.ts';
import { makeSystemHandlers } from './system-handlers.ts';

/** The work of every route of the contract. */
export function makeHandlers(ctx: ServerContext): Handlers {
  return {
    ...sessionHandlers,
    ...jobHandlers,
    ...agentHandlers,
    ...accountHandlers,
    ...makeSystemHandlers(ctx),
  };
}
