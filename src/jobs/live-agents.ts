import type { Place, ProcessIdentity } from '../base/index.ts';
import { SessionNotFoundError, type Visibility, visibleCondition } from '../sessions/index.ts';
import type { Row, Sql, SqlValue, Store } from '../store/index.ts';
import type { Attempt } from './attempt.ts';
import { getJobIn } from './find-job.ts';
import type { Job } from './job.ts';
import { integer, optionalInteger, text, toAttempt, toJob } from './job-rows.ts';
import { type Question, toQuestion, waiting } from './questions.ts';

/** What is written down of one agent: of a job's attempt, or the main agent of a session. */
export interface AgentFacts {
  readonly sessionId: string;
  readonly sessionName: string;
  /** What it works on, or did; undefined for a main agent that waits. */
  readonly work: { readonly job: Job; readonly attempt: Attempt } | undefined;
  readonly question: Question | undefined;
  /** For a main agent. */
  readonly main: MainAgentFacts | undefined;
}

export interface MainAgentFacts {
  /** Wall time in ms. */
  readonly startedAt: number | undefined;
  /** When it last ended a job. */
  readonly workedAt: number | undefined;
  /** The process that starts or ends it, if it lives. */
  readonly holder: ProcessIdentity | undefined;
}

export interface AgentQuery {
  readonly sessionId?: string | undefined;
  readonly visibleTo: Visibility;
  readonly after: Place | undefined;
  readonly limit: number;
}

export interface ListedAgent extends AgentFacts {
  /** Where it stands in the list. */
  readonly place: Place;
}

/**
 * List attempts that run and sessions that may have a main agent, newest first. A main agent that
 * does a job is listed once, as the main agent.
 */
export async function listAgents(
  store: Store,
  { sessionId, visibleTo, after, limit }: AgentQuery,
  signal: AbortSignal,
): Promise<readonly ListedAgent[]> {
  const values: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${values.push(value)}`;
  const parts: string[] = [];
  if (sessionId !== undefined) parts.push(`session_id = ${add(sessionId)}`);
  const visible = visibleCondition(visibleTo, { column: 'session_id' }, add);
  if (visible !== undefined) parts.push(visible);
  if (after !== undefined) parts.push(`(at, id) < (${add(after.createdAt)}, ${add(after.id)})`);
  const query = `SELECT id, at FROM (
      SELECT j.id AS id, a.started_at AS at, j.session_id AS session_id
      FROM jobs j JOIN attempts a ON a.job_id = j.id AND a.number = j.attempts
      WHERE j.status IN ('leased', 'running') AND j.mode = 'one-shot' AND a.state <> 'ended'
      UNION ALL
      SELECT id, main_agent_at AS at, id AS session_id FROM sessions
      WHERE main_agent_at IS NOT NULL AND status = 'active'
    ) AS agents ${parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`}
    ORDER BY at DESC, id DESC LIMIT ${limit}`;
  return await store.read(async (sql) => {
    const found: ListedAgent[] = [];
    for (const row of await sql.all(query, values)) {
      const place = { createdAt: integer(row, 'at'), id: text(row, 'id') };
      const { id } = place;
      const facts = id.startsWith('job_') ? await ofJob(sql, id) : await ofMain(sql, id);
      if (facts !== undefined) found.push({ ...facts, place });
    }
    return found;
  }, signal);
}

/** What is known of an attempt; undefined when the job has none of this number. */
export async function findAttemptAgent(
  store: Store,
  { jobId, number }: { readonly jobId: string; readonly number: number },
  signal: AbortSignal,
): Promise<AgentFacts | undefined> {
  return await store.read(async (sql) => await ofJob(sql, jobId, number), signal);
}

/** What is known of a session's main agent. @throws {SessionNotFoundError} */
export async function getMainAgentFacts(
  store: Store,
  sessionId: string,
  signal: AbortSignal,
): Promise<AgentFacts> {
  const facts = await store.read(async (sql) => await ofMain(sql, sessionId), signal);
  if (facts === undefined) throw new SessionNotFoundError(sessionId);
  return facts;
}

async function ofJob(sql: Sql, jobId: string, number?: number): Promise<AgentFacts | undefined> {
  const [row] = await sql.all(
    `SELECT jobs.*, sessions.name AS session_name FROM jobs
     JOIN sessions ON sessions.id = jobs.session_id WHERE jobs.id = $1`,
    [jobId],
  );
  if (row === undefined) return undefined;
  const job = toJob(row);
  const work = await findWork(sql, job, number ?? job.attempts);
  if (work === undefined) return undefined;
  const question = await findQuestion(sql, work);
  const sessionName = text(row, 'session_name');
  return { sessionId: job.sessionId, sessionName, work, question, main: undefined };
}

async function ofMain(sql: Sql, sessionId: string): Promise<AgentFacts | undefined> {
  const [session] = await sql.all(
    'SELECT name, main_agent_at, busy_pid, busy_start FROM sessions WHERE id = $1',
    [sessionId],
  );
  if (session === undefined) return undefined;
  const [working] = await sql.all(
    `SELECT id FROM jobs WHERE session_id = $1 AND mode = 'persistent'
     AND status IN ('leased', 'running') LIMIT 1`,
    [sessionId],
  );
  const job = working && (await getJobIn(sql, text(working, 'id')));
  const work = job && (await findWork(sql, job, job.attempts));
  const [last] = await sql.all(
    `SELECT max(settled_at) AS at FROM jobs WHERE session_id = $1 AND mode = 'persistent'`,
    [sessionId],
  );
  return {
    sessionId,
    sessionName: text(session, 'name'),
    work,
    question: work && (await findQuestion(sql, work)),
    main: {
      startedAt: optionalInteger(session, 'main_agent_at'),
      workedAt: last && optionalInteger(last, 'at'),
      holder: holderOf(session),
    },
  };
}

function holderOf(session: Row): ProcessIdentity | undefined {
  const pid = optionalInteger(session, 'busy_pid');
  return pid === undefined ? undefined : { pid, startTime: text(session, 'busy_start') };
}

async function findWork(sql: Sql, job: Job, number: number): Promise<AgentFacts['work']> {
  const [row] = await sql.all('SELECT * FROM attempts WHERE job_id = $1 AND number = $2', [
    job.id,
    number,
  ]);
  return row === undefined ? undefined : { job, attempt: toAttempt(row) };
}

async function findQuestion(
  sql: Sql,
  { attempt }: NonNullable<AgentFacts['work']>,
): Promise<Question | undefined> {
  const [row]: readonly Row[] = await sql.all(
    `SELECT * FROM questions WHERE job_id = $1 AND attempt = $2 AND ${waiting}
     ORDER BY asked_at DESC, id DESC LIMIT 1`,
    [attempt.jobId, attempt.number],
  );
  return row && toQuestion(row);
}
