import { CodedError } from '../base/index.ts';
import type { SubjectParam } from '../contract/index.ts';
import { JobNotFoundError } from '../jobs/index.ts';
import { SessionNotFoundError } from '../sessions/index.ts';
import { parseAgentId } from './agent-id.ts';
import type { AppContext } from './context.ts';
import { noAgent } from './live-agents.ts';

/** What names the subject of a request. */
export type SubjectKind = SubjectParam;

/**
 * Find the session that a session, a job, an agent, a question or an execution belongs to, by its
 * whole id.
 *
 * @throws {CodedError} `session.not-found`, `job.not-found`, `live-agent.not-found`,
 * `job.no-such-question`, `execution.not-found`.
 */
export async function subjectSession(
  { store }: Pick<AppContext, 'store'>,
  by: SubjectKind,
  id: string,
  signal: AbortSignal,
): Promise<string> {
  const find = async (query: string, key: string): Promise<string | undefined> => {
    const [row] = await store.read(async (sql) => await sql.all(query, [key]), signal);
    return row === undefined ? undefined : String(row['id']);
  };
  switch (by) {
    case 'session_id':
      return orThrow(await find(ofSession, id), new SessionNotFoundError(id));
    case 'job_id':
      return orThrow(await find(ofJob, id), new JobNotFoundError(id));
    case 'question_id':
      return orThrow(await find(ofQuestion, id), noQuestion(id));
    case 'execution_id':
      return orThrow(await find(ofExecution, id), noExecution(id));
    case 'agent_id': {
      const agent = parseAgentId(id);
      if (agent === undefined) throw noAgent(id);
      const found =
        agent.kind === 'main'
          ? await find(ofSession, agent.sessionId)
          : await find(ofJob, agent.jobId);
      return orThrow(found, noAgent(id));
    }
    default:
      return by satisfies never;
  }
}

const ofSession = 'SELECT id FROM sessions WHERE id = $1';
const ofJob = 'SELECT session_id AS id FROM jobs WHERE id = $1';
const ofQuestion = `SELECT j.session_id AS id FROM questions q JOIN jobs j ON j.id = q.job_id
  WHERE q.id = $1`;

const ofExecution = 'SELECT session_id AS id FROM executions WHERE id = $1';

function orThrow(found: string | undefined, error: CodedError): string {
  if (found === undefined) throw error;
  return found;
}

function noQuestion(id: string): CodedError {
  return new CodedError('job.no-such-question', `There is no question ${id}.`, {
    facts: { questionId: id },
    todo: 'List what waits for an answer: tmux-builder asking',
  });
}

/** There is no such execution of a site. */
export function noExecution(id: string): CodedError {
  return new CodedError('execution.not-found', `There is no execution ${id}.`, {
    facts: { executionId: id },
    todo: 'List the sites: tmux-builder site list',
  });
}

/** What whoever may not see a subject is told: the same as of one that is not there. */
export function subjectNotFound(by: SubjectKind, id: string): CodedError {
  switch (by) {
    case 'session_id':
      return new SessionNotFoundError(id);
    case 'job_id':
      return new JobNotFoundError(id);
    case 'agent_id':
      return noAgent(id);
    case 'question_id':
      return noQuestion(id);
    case 'execution_id':
      return noExecution(id);
    default:
      return by satisfies never;
  }
}
