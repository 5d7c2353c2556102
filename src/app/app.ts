import type { AgentInstallation } from '../agents/index.ts';
import {
  type Attempt,
  type Job,
  type JobQuery,
  getJob,
  listAttempts,
  listJobs,
  listLiveWorkers,
  listTemplates,
  type Page,
  retryJob,
  type Template,
  type Worker,
  type WorkerRow,
} from '../jobs/index.ts';
import type { NewSession, Session, SessionQuery } from '../sessions/index.ts';
import type { StoredEvent } from '../store/index.ts';
import { addJob, type JobInput } from './add-job.ts';
import { type Attachment, attachmentOf } from './attach.ts';
import { cancelJob } from './cancel-job.ts';
import type { AppContext } from './context.ts';
import type { Check } from './doctor.ts';
import { executeJob } from './execute-job.ts';
import { followJob } from './follow-job.ts';
import { findJobLog, type JobLog, readOutput } from './read-output.ts';
import { requireMachine } from './require-machine.ts';
import { findDefaultAgent } from './resolve-agent.ts';
import {
  checkSession,
  recoverSession,
  type SessionHealth,
  startSession,
  stopSession,
} from './session-agent.ts';
import { startWorker, type WorkerInput } from './start-worker.ts';
import { WorkerWatch } from './watch-worker.ts';

/** For callers that never give up waiting. */
const never = new AbortController().signal;

export interface RetryInput {
  /** Attempts to add; left out: the configured `max_attempts`. */
  readonly attempts?: number | undefined;
  readonly deadlineAt?: number | undefined;
}

type OnEvent = (event: StoredEvent) => void;

/**
 * One data directory, opened: every use case of the program is a method here, and doors (the
 * command line, later the server) call nothing else. Dispose it when done; jobs that run in a
 * worker of this process are then left to the next one.
 *
 * Ids of jobs may be shortened to any unique beginning; sessions go by id, its beginning, or name.
 * Every method throws CodedErrors (docs/errors.md), and `signal.reason` when aborted.
 */
export class App implements AsyncDisposable {
  readonly #ctx: AppContext;
  readonly #resources: AsyncDisposableStack;

  constructor(ctx: AppContext, resources: AsyncDisposableStack) {
    this.#ctx = ctx;
    this.#resources = resources;
  }

  get config(): AppContext['config'] {
    return this.#ctx.config;
  }

  async createSession(
    session: Partial<NewSession> = {},
    signal: AbortSignal = never,
  ): Promise<Session> {
    const agent = session.agent;
    if (agent !== undefined && !this.#ctx.agents.names.includes(agent)) {
      await this.#ctx.agents.detect(agent, signal);
    }
    return await this.#ctx.sessions.create({ userId: this.config.userId, ...session }, signal);
  }

  async getSession(idOrName: string, signal: AbortSignal = never): Promise<Session> {
    return await this.#ctx.sessions.get(idOrName, signal);
  }

  async listSessions(query: SessionQuery, signal: AbortSignal = never): Promise<Page<Session>> {
    return await this.#ctx.sessions.list(query, signal);
  }

  /** Move a session to `deleted/`; refused while jobs of it run. Its main agent is ended. */
  async archiveSession(idOrName: string, signal: AbortSignal = never): Promise<Session> {
    const session = await this.getSession(idOrName, signal);
    if (session.status === 'active') {
      // Asked first: a refusal must not cost the session its agent.
      await this.#ctx.sessions.refuseWithJobs(session.id, signal);
      await stopSession(this.#ctx, session, signal);
    }
    return await this.#ctx.sessions.archive(session.id, signal);
  }

  async restoreSession(idOrName: string, signal: AbortSignal = never): Promise<Session> {
    return await this.#ctx.sessions.restore(idOrName, signal);
  }

  /** Delete an archived session for good, files and jobs. */
  async deleteSession(idOrName: string, signal: AbortSignal = never): Promise<void> {
    await this.#ctx.sessions.delete(idOrName, signal);
  }

  /** Start the session's main agent and wait until it is ready. */
  async startSession(idOrName: string, signal: AbortSignal = never): Promise<SessionHealth> {
    const session = await this.#ctx.sessions.getActive(idOrName, signal);
    return await startSession(this.#ctx, session, signal);
  }

  async stopSession(idOrName: string, signal: AbortSignal = never): Promise<boolean> {
    return await stopSession(this.#ctx, await this.getSession(idOrName, signal), signal);
  }

  async checkSession(idOrName: string, signal: AbortSignal = never): Promise<SessionHealth> {
    return await checkSession(this.#ctx, await this.getSession(idOrName, signal), signal);
  }

  /** Returns what was wrong; afterwards the session is healthy. */
  async recoverSession(idOrName: string, signal: AbortSignal = never): Promise<SessionHealth> {
    const session = await this.#ctx.sessions.getActive(idOrName, signal);
    return await recoverSession(this.#ctx, session, signal);
  }

  async addJob(input: JobInput, signal: AbortSignal = never): Promise<Job> {
    return await addJob(this.#ctx, input, signal);
  }

  async getJob(id: string, signal: AbortSignal = never): Promise<Job> {
    return await getJob(this.#ctx.store, id, signal);
  }

  /** Every attempt at a job, oldest first. */
  async listAttempts(id: string, signal: AbortSignal = never): Promise<readonly Attempt[]> {
    return await listAttempts(this.#ctx.store, (await this.getJob(id, signal)).id, signal);
  }

  async listJobs(query: JobQuery, signal: AbortSignal = never): Promise<Page<Job>> {
    return await listJobs(this.#ctx.store, query, signal);
  }

  /** Events of a job after `sequence`, oldest first. */
  async listJobEvents(
    id: string,
    sequence = 0,
    signal: AbortSignal = never,
  ): Promise<readonly StoredEvent[]> {
    const job = await this.getJob(id, signal);
    return await this.#ctx.store.events(job.id, sequence, 1_000, signal);
  }

  /** Wait until a worker, here or elsewhere, has settled the job. */
  async waitForJob(
    id: string,
    onEvent: OnEvent = () => {},
    signal: AbortSignal = never,
  ): Promise<Job> {
    return await followJob(this.#ctx, id, onEvent, signal);
  }

  /** Do the job in this process, and wait until it is settled. */
  async executeJob(
    id: string,
    onEvent: OnEvent = () => {},
    signal: AbortSignal = never,
  ): Promise<Job> {
    return await executeJob(this.#ctx, id, onEvent, signal);
  }

  async readOutput(id: string, signal: AbortSignal = never): Promise<string> {
    return await readOutput(this.#ctx, id, signal);
  }

  async findJobLog(id: string, signal: AbortSignal = never): Promise<JobLog> {
    return await findJobLog(this.#ctx, id, signal);
  }

  /** Cancel a job and wait for its end. */
  async cancelJob(id: string, signal: AbortSignal = never): Promise<Job> {
    return await cancelJob(this.#ctx, id, signal);
  }

  /** Queue a job that did not succeed once more. */
  async retryJob(id: string, input: RetryInput = {}, signal: AbortSignal = never): Promise<Job> {
    const attempts = input.attempts ?? this.config.maxAttempts;
    const retry = { now: this.#ctx.clock.now(), attempts, deadlineAt: input.deadlineAt };
    return await retryJob(this.#ctx.store, id, retry, signal);
  }

  async attachmentOf(
    id: string,
    isReadOnly = true,
    signal: AbortSignal = never,
  ): Promise<Attachment> {
    return await attachmentOf(this.#ctx, id, isReadOnly, signal);
  }

  async listTemplates(): Promise<readonly Template[]> {
    return await listTemplates(this.#ctx.templateDirs);
  }

  /** Every known agent: is it installed, which version, ready to use? */
  async listAgents(signal: AbortSignal = never): Promise<readonly AgentInstallation[]> {
    const { agents } = this.#ctx;
    return await Promise.all(agents.names.map(async (name) => await agents.detect(name, signal)));
  }

  /** Throw what would keep every job from being done here: no tmux, or one that is too old. */
  async requireMachine(signal: AbortSignal = never): Promise<void> {
    await requireMachine(this.#ctx, signal);
  }

  /** Look at everything a job needs: tmux, agents, disk, versions. */
  async examine(signal: AbortSignal = never): Promise<readonly Check[]> {
    const { examine } = await import('./doctor.ts');
    return await examine(this.#ctx, signal);
  }

  /** The agent that a job gets which names none. */
  async findDefaultAgent(signal: AbortSignal = never): Promise<string> {
    const { defaultAgent } = this.config;
    return defaultAgent === 'auto' ? await findDefaultAgent(this.#ctx, signal) : defaultAgent;
  }

  async startWorker(input: WorkerInput = {}, signal: AbortSignal = never): Promise<Worker> {
    return await startWorker(this.#ctx, input, signal);
  }

  /** Hear the events of every job that this worker holds, until disposed. */
  watchWorker(worker: Worker, onEvent: OnEvent): AsyncDisposable {
    return new WorkerWatch(this.#ctx, worker, onEvent);
  }

  /** Workers that are running now, in this process or elsewhere. */
  async listWorkers(signal: AbortSignal = never): Promise<readonly WorkerRow[]> {
    const now = this.#ctx.clock.now();
    return await listLiveWorkers(this.#ctx.store, { now, leaseMs: this.config.leaseMs }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}
