import { listJobs, OtherAgentError, readMainAgent } from '../jobs/index.ts';
import type { Session } from '../sessions/index.ts';
import type { AppContext } from './context.ts';
import { resolveAgent } from './resolve-agent.ts';

/**
 * Choose the agent of a message to a session: the one that holds its conversation or is about to,
 * else the one that the message, the session or the configuration names.
 *
 * @throws {OtherAgentError} the message names another than it has.
 */
export async function resolveMainAgent(
  ctx: AppContext,
  session: Session,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const holder =
    (await readMainAgent(session.dir))?.adapter ?? (await waitingAgent(ctx, session.id, signal));
  if (holder !== undefined && wanted !== undefined && wanted !== holder) {
    throw new OtherAgentError(session, { holder, wanted });
  }
  const agent = holder ?? wanted ?? session.agent;
  return await resolveAgent(ctx, { agent }, { agent: undefined }, signal);
}

/** The agent that an earlier message, which waits still, will start. */
async function waitingAgent(
  { store }: AppContext,
  sessionId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const statuses = ['queued', 'leased', 'running'] as const;
  const query = { sessionId, statuses, mode: 'persistent', limit: 1 } as const;
  return (await listJobs(store, query, signal)).items[0]?.agent;
}
