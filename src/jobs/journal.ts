import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent, AgentState, AgentStep } from '../agents/index.ts';
import { Mutex } from '../base/index.ts';
import type { Lease } from './lease.ts';
import { type DeskTools, QuestionDesk } from './question-desk.ts';

export interface Journal extends Disposable {
  /** Write down that an agent without progress was helped along. */
  step(step: AgentStep): void;
}

/**
 * Write every change of an agent's state to `evidence.jsonl` in its exchange, keep what it asks, and
 * tell how it was helped along as events of the job. A record for people: losing a line changes
 * nothing, so a failure is logged and the work goes on.
 */
export function keepJournal(agent: Agent, lease: Lease, tools: DeskTools): Journal {
  const { job, attempt } = lease;
  const { store, clock, log } = tools;
  const path = join(attempt.exchangeDir, 'evidence.jsonl');
  const oneAtATime = new Mutex();
  const stop = new AbortController();
  const desk = new QuestionDesk(agent, lease, tools);

  const write = async (facts: object): Promise<void> => {
    const line = { version: 1, noticed_at: clock.now(), ...facts };
    await appendFile(path, `${JSON.stringify(line)}\n`);
  };
  const tell = async (kind: string, facts: object): Promise<void> => {
    const data = { attempt: attempt.number, ...facts };
    const event = { stream: job.id, kind, at: clock.now(), data };
    await store.write(async (sql) => await sql.append(event), stop.signal);
  };
  const inOrder = (action: () => Promise<void>): void => {
    oneAtATime.run(action).catch((error: unknown) => {
      if (!stop.signal.aborted) log.warn('a state was not recorded', { jobId: job.id, error });
    });
  };

  const watching = agent.watch((state: AgentState) => inOrder(async () => await write(state)));
  return {
    step: ({ kind, detail }) =>
      inOrder(async () => {
        await write({ step: kind, detail });
        await tell(`attempt.${kind}`, kind === 'answered' ? { by: 'policy', detail } : { detail });
      }),
    [Symbol.dispose]: () => {
      desk[Symbol.dispose]();
      watching[Symbol.dispose]();
      stop.abort();
    },
  };
}
