import type { Store } from '../store/index.ts';

const never = new AbortController().signal;

export interface MainAgentChange {
  readonly sessionId: string;
  /** Adapter of the agent that is about to start; undefined when there is none any more. */
  readonly adapter: string | undefined;
  /** Wall time in ms. */
  readonly at: number;
}

/**
 * Write down that a session is about to have a main agent, or has none any more, for lists. The
 * truth is its state/agent.json: this is written before that file is there and after it is gone,
 * so that no agent is missed.
 */
export async function noteMainAgent(
  store: Store,
  { sessionId, adapter, at }: MainAgentChange,
): Promise<void> {
  await store.write(async (sql) => {
    const since = adapter === undefined ? null : at;
    await sql.run('UPDATE sessions SET main_agent_at = $1 WHERE id = $2', [since, sessionId]);
    const kind = adapter === undefined ? 'session.agent-stopped' : 'session.agent-started';
    const data = adapter === undefined ? {} : { agent: adapter };
    await sql.append({ stream: sessionId, kind, at, data });
  }, never);
}
