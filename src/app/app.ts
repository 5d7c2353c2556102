import type { AgentInstallation } from '../agents/index.ts';
import {
  type Attempt,
  findLimits,
  type Job,
  type JobQuery,
  getJob,
  listAttempts,
  listJobs,
  listLiveWorkers,
  listTemplates,
  type Page,
  type Question,
  requestInterrupt,
  retryJob,
  type Template,
  type Total,
  type UsageReport,
  type Worker,
  type WorkerRow,
} from '../jobs/index.ts';
import type { BudgetChange, NewSession, Session, SessionQuery } from '../sessions/index.ts';
import type { StreamPiece } from '../recordings/index.ts';
import type { StoredEvent } from '../store/index.ts';
import type { Accounts } from './accounts.ts';
import { addJob, type JobInput } from './add-job.ts';
import { type Attachment, attachmentOf } from './attach.ts';
import { checkNumbers } from './check-budget.ts';
import { cancelJob } from './cancel-job.ts';
import type { AppContext } from './context.ts';
import type { Check } from './doctor.ts';
import { executeJob } from './execute-job.ts';
import { type AgentExplanation, explainAgent } from './explain-agent.ts';
import type { AttemptChoice } from './find-recording.ts';
import { followJob } from './follow-job.ts';
import { findJobLog, type JobLog, readJobLog } from './job-log.ts';
import {
  type KeptRecording,
  listRecordings,
  type Pruned,
  type PruneInput,
  pruneRecordings,
} from './keep-recordings.ts';
import { measure, type Measures } from './measure.ts';
import { answerAgent, type AnswerInput, getAsked, openQuestions } from './questions.ts';
import { readOutput } from './read-output.ts';
import { type JobRecording, openRecording } from './recordings.ts';
import { openAccounts } from './open-accounts.ts';
import type { ReplayTerminal, ReplayTerminalOptions } from './replay-terminal.ts';
import { requireMachine } from './require-machine.ts';
import { findDefaultAgent } from './resolve-agent.ts';
import { ServedApp } from './served-app.ts';
import {
  checkSession,
  recoverSession,
  type SessionHealth,
  startSession,
  stopSession,
} from './session-agent.ts';
import type { SiteUseCases } from './site-use-cases.ts';
import { Sites } from './sites.ts';
import { startWorker, type WorkerInput } from './start-worker.ts';
import { nothingUsed, reportUsage, usageBySession, type UsageInput } from './usage.ts';
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
export class App extends ServedApp implements AsyncDisposable {
  readonly #ctx: AppContext;
  readonly #resources: AsyncDisposableStack;
  #accounts: Accounts | undefined;
  #sites: SiteUseCases | undefined;

  constructor(ctx: AppContext, resources: AsyncDisposableStack) {
    super(ctx, resources);
    this.#ctx = ctx;
    this.#resources = resources;
  }

  get config(): AppContext['config'] {
    return this.#ctx.config;
  }

  /** Users, logins, tokens, rights and the audit log. */
  get accounts(): Accounts {
    this.#accounts ??= openAccounts(this.#ctx, this.#resources);
    return this.#accounts;
  }

  /** Sites: their executions, releases and deployments. */
  get sites(): SiteUseCases {
    return (this.#sites ??= new Sites(this.#ctx));
  }

  /** Show a site in a browser, where there is a desktop; false where it was not shown. */
  async openAddress(address: string): Promise<boolean> {
    const { openAddress } = await import('./open-address.ts');
    return await openAddress(this.#ctx.desktopEnvironment, address);
  }

  async createSession(
    session: Partial<NewSession> = {},
    signal: AbortSignal = never,
  ): Promise<Session> {
    const agent = session.agent;
    if (agent !== undefined && !this.#ctx.agents.names.includes(agent)) {
      await this.#ctx.agents.detect(agent, signal);
    }
    const budget = session.budget && checkNumbers(session.budget);
    const wish = { userId: this.config.userId, ...session, budget };
    return await this.#ctx.sessions.create(wish, signal);
  }

  async getSession(idOrName: string, signal: AbortSignal = never): Promise<Session> {
    return await this.#ctx.sessions.get(idOrName, signal);
  }

  async listSessions(query: SessionQuery, signal: AbortSignal = never): Promise<Page<Session>> {
    return await this.#ctx.sessions.list(query, signal);
  }

  /** Change what all jobs of a session together may use; it holds for attempts begun after it. */
  async setSessionBudget(
    idOrName: string,
    change: BudgetChange,
    signal: AbortSignal = never,
  ): Promise<Session> {
    checkNumbers(change);
    return await this.#ctx.sessions.setBudget(idOrName, change, signal);
  }

  /** Move a session to `deleted/`; refused while jobs of it run. Its main agent is ended. */
  async archiveSession(idOrName: string, signal: AbortSignal = never): Promise<Session> {
    const session = await this.getSession(idOrName, signal);
    if (session.status === 'active') {
      // Asked first: a refusal must not cost the session its agent.
      await this.#ctx.sessions.refuseArchive(session.id, signal);
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

  /** Agents that wait for the usage limit of their account, and until when: wall time in ms. */
  async listUsageLimits(signal: AbortSignal = never): Promise<ReadonlyMap<string, number>> {
    const { store, clock } = this.#ctx;
    return await store.read(async (sql) => await findLimits(sql, clock.now()), signal);
  }

  /** What attempts used, added up. */
  async reportUsage(input: UsageInput, signal: AbortSignal = never): Promise<UsageReport> {
    return await reportUsage(this.#ctx, input, signal);
  }

  /** What all jobs of a session used. */
  async sessionUsage(id: string, signal: AbortSignal = never): Promise<Total> {
    return (await usageBySession(this.#ctx, id, signal)).get(id) ?? nothingUsed;
  }

  /** The same for every session that used anything, by its id. */
  async usageBySession(signal: AbortSignal = never): Promise<ReadonlyMap<string, Total>> {
    return await usageBySession(this.#ctx, undefined, signal);
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

  /** What waits for a person now, the oldest first: of all jobs, or of one. */
  async listQuestions(jobId?: string, signal: AbortSignal = never): Promise<readonly Question[]> {
    return await openQuestions(this.#ctx, jobId, signal);
  }

  /** A question by its id, or whatever a job asks now. */
  async getQuestion(id: string, signal: AbortSignal = never): Promise<Question> {
    return await getAsked(this.#ctx, id, signal);
  }

  /** Answer a question by its id, or whatever a job asks now. The first answer counts. */
  async answerAgent(
    id: string,
    input: AnswerInput,
    signal: AbortSignal = never,
  ): Promise<Question> {
    return await answerAgent(this.#ctx, id, input, signal);
  }

  async readOutput(id: string, signal: AbortSignal = never): Promise<string> {
    return await readOutput(this.#ctx, id, signal);
  }

  /** Find what the terminal of an attempt printed. */
  async findJobLog(choice: AttemptChoice, signal: AbortSignal = never): Promise<JobLog> {
    return await findJobLog(this.#ctx, choice, signal);
  }

  /** Read on in a log from an absolute offset. */
  readJobLog(log: JobLog, offset: number): AsyncIterable<StreamPiece> {
    return readJobLog(log, offset);
  }

  /** The recording of an attempt, with its times; dispose it when done. */
  async openRecording(choice: AttemptChoice, signal: AbortSignal = never): Promise<JobRecording> {
    return await openRecording(this.#ctx, choice, signal);
  }

  /** Open a terminal of a recording's size to replay it in. */
  async openReplayTerminal(
    options: ReplayTerminalOptions,
    signal: AbortSignal = never,
  ): Promise<ReplayTerminal> {
    const { openReplayTerminal } = await import('./replay-terminal.ts');
    return await openReplayTerminal(this.#ctx, options, signal);
  }

  async listRecordings(signal: AbortSignal = never): Promise<readonly KeptRecording[]> {
    return await listRecordings(this.#ctx, signal);
  }

  /** Remove recordings of ended attempts that are too old or too many. */
  async pruneRecordings(input: PruneInput = {}, signal: AbortSignal = never): Promise<Pruned> {
    return await pruneRecordings(this.#ctx, input, signal);
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

  /** Ask for a job's running turn to be stopped; its agent stays at its prompt. */
  async interruptJob(id: string, signal: AbortSignal = never): Promise<Job> {
    const { store, clock } = this.#ctx;
    return await requestInterrupt(store, (await this.getJob(id, signal)).id, clock.now(), signal);
  }

  /** What an agent does now and on what evidence; takes a job, or a session for its main agent. */
  async explainAgent(id: string, signal: AbortSignal = never): Promise<AgentExplanation> {
    return await explainAgent(this.#ctx, id, signal);
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

  /** Numbers about the work as a whole. */
  async measure(signal: AbortSignal = never): Promise<Measures> {
    return await measure(this.#ctx, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}
