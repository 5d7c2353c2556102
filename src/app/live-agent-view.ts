import type { LiveAgentView } from '../contract/index.ts';
import type { Attempt } from '../jobs/index.ts';
import type { LiveAgent } from './live-agents.ts';
import { toOptionalTime } from './to-time.ts';
import { toQuestionView } from './to-view.ts';

/** How an agent looks when it crosses a door. `now` is wall time in ms. */
export function toLiveAgentView(agent: LiveAgent, now: number): LiveAgentView {
  const { id, facts, record, isLive } = agent;
  const { sessionId, sessionName, work, question, main } = facts;
  const { state, since } = stateOf(agent, now);
  const startedAt = main?.startedAt ?? work?.attempt.startedAt;
  return {
    agent_id: id,
    agent: record?.adapter ?? work?.job.agent ?? '',
    state,
    since: toOptionalTime(since),
    mode: record === undefined ? (work?.job.mode ?? 'one-shot') : 'persistent',
    session_id: sessionId,
    session_name: sessionName,
    job_id: work?.job.id ?? null,
    attempt: work?.attempt.number ?? null,
    title: work?.job.title ?? null,
    question: question === undefined ? null : toQuestionView(question),
    started_at: toOptionalTime(startedAt),
    is_live: isLive,
  };
}

interface RecordedState {
  readonly state: LiveAgentView['state'];
  /** Wall time in ms. */
  readonly since: number | undefined;
}

/**
 * Say what an agent does by what was written down: the worker that drives it writes each step of
 * an attempt, and what it asks. Where that worker has fallen silent nobody knows.
 */
function stateOf({ facts, record, isLive }: LiveAgent, now: number): RecordedState {
  const { work, question, main } = facts;
  if (work === undefined) {
    const since = Math.max(main?.startedAt ?? 0, main?.workedAt ?? 0);
    const known = since === 0 ? undefined : since;
    if (!isLive) return { state: 'lost', since: undefined };
    return { state: record?.address === undefined ? 'starting' : 'ready', since: known };
  }
  const { job, attempt } = work;
  if (attempt.state === 'ended') return { state: 'exited', since: attempt.endedAt };
  if (!isLive) return { state: 'lost', since: undefined };
  if (job.leaseUntil !== undefined && job.leaseUntil < now) {
    return { state: 'unknown', since: job.leaseUntil };
  }
  if (question !== undefined) return { state: 'asking', since: question.askedAt };
  return stepOf(attempt);
}

function stepOf({ state, startedAt, readyAt, deliveredAt, doneAt, endedAt }: Attempt) {
  switch (state) {
    case 'starting':
      return { state, since: startedAt } as const;
    case 'delivering':
      return { state, since: readyAt ?? startedAt } as const;
    case 'busy':
      return doneAt === undefined
        ? ({ state, since: deliveredAt ?? readyAt } as const)
        : ({ state: 'finishing', since: doneAt } as const);
    case 'ended':
      return { state: 'exited', since: endedAt } as const;
    default:
      return state satisfies never;
  }
}
