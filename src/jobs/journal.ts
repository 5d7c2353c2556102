import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent, AgentState } from '../agents/index.ts';
import { Mutex } from '../base/index.ts';
import type { AttemptTools } from './perform-attempt.ts';
import type { Lease } from './lease.ts';

/**
 * Write every change of an agent's state to `evidence.jsonl` in its exchange, and tell of those
 * that a person has to know (it asks; it goes on) as events of the job. A record for people:
 * losing a line changes nothing, so a failure is logged and the work goes on.
 */
export function keepJournal(
  agent: Agent,
  { job, attempt }: Lease,
  { store, clock, log }: Pick<AttemptTools, 'store' | 'clock' | 'log'>,
): Disposable {
  const path = join(attempt.exchangeDir, 'evidence.jsonl');
  const oneAtATime = new Mutex();
  const stop = new AbortController();
  let isAsking = false;

  const note = async (state: AgentState): Promise<void> => {
    await appendFile(
      path,
      `${JSON.stringify({ version: 1, noticed_at: clock.now(), ...state })}\n`,
    );
    const began = state.kind === 'asking' && !isAsking;
    const ended = isAsking && state.kind === 'busy';
    if (!began && !ended) return;
    isAsking = began;
    const data =
      state.kind === 'asking'
        ? { attempt: attempt.number, ...state.dialog }
        : { attempt: attempt.number };
    const kind = began ? 'attempt.asking' : 'attempt.answered';
    await store.write(
      async (sql) => await sql.append({ stream: job.id, kind, at: clock.now(), data }),
      stop.signal,
    );
  };

  const watching = agent.watch((state) => {
    oneAtATime
      .run(async () => await note(state))
      .catch((error: unknown) => {
        if (!stop.signal.aborted) log.warn('a state was not recorded', { jobId: job.id, error });
      });
  });
  return {
    [Symbol.dispose]: () => {
      watching[Symbol.dispose]();
      stop.abort();
    },
  };
}
