import type * as view from '../contract/index.ts';
import { type Page, requestCancel, setPriority } from '../jobs/index.ts';
import type { OpenedFile, Visibility } from '../sessions/index.ts';
import type { TerminalPlace } from '../terminal/index.ts';
import { addJobFor, type AddedJob, type AddRights } from './add-job-for.ts';
import * as chat from './chat.ts';
import type { AppContext } from './context.ts';
import { explainLiveAgent } from './explain-live-agent.ts';
import type { Backup, BackupProgress } from './back-up.ts';
import type { Readiness } from './check-readiness.ts';
import { type EventFeed, Feed, type FeedListQuery } from './feed.ts';
import * as files from './files.ts';
import { findReply, keepReply, type KeptReply, type KeyedRequest } from './idempotent.ts';
import * as board from './job-board.ts';
import { LazyTerminals, type Terminals } from './lazy-terminals.ts';
import * as agents from './live-agents.ts';
import type { LocalTerminal } from './open-local-terminal.ts';
import * as recordings from './page-recordings.ts';
import { toJobView } from './to-view.ts';

/** For callers that never give up waiting. */
const never = new AbortController().signal;

/** Use cases that the server has and the command line has not: for several people, and live. */
export class ServedApp {
  /** Everything that happens, for any number of listeners. */
  readonly feed: EventFeed;
  /** Agents' terminals, for those who look at them. */
  readonly terminals: Terminals;
  readonly #ctx: AppContext;
  readonly #feed: Feed;

  constructor(ctx: AppContext, resources: AsyncDisposableStack) {
    this.#ctx = ctx;
    this.#feed = resources.use(new Feed(ctx));
    this.feed = this.#feed;
    const { clock, log, config } = ctx;
    const viewersPerTerminal = config.serverViewersPerTerminal;
    this.terminals = resources.use(new LazyTerminals({ clock, log, viewersPerTerminal }));
  }

  /** What happened, newest first. A page may be empty and not the last. */
  async listFeed(
    page: FeedListQuery,
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<Page<view.FeedEventView>> {
    return await this.#feed.list(page, visibility, signal);
  }

  /** Agents that are alive, newest first. */
  async listLiveAgents(
    query: agents.LiveAgentQuery,
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<agents.LiveAgentPage> {
    return await agents.listLiveAgents(this.#ctx, query, visibility, signal);
  }

  async getLiveAgent(agentId: string, signal: AbortSignal = never): Promise<view.LiveAgentView> {
    return await agents.getLiveAgent(this.#ctx, agentId, signal);
  }

  async explainLiveAgent(
    agentId: string,
    signal: AbortSignal = never,
  ): Promise<view.ExplanationView> {
    return await explainLiveAgent(this.#ctx, agentId, signal);
  }

  async findTerminal(
    agentId: string,
    signal: AbortSignal = never,
  ): Promise<TerminalPlace & { readonly sessionId: string }> {
    return await agents.findTerminal(this.#ctx, agentId, signal);
  }

  async searchJobs(
    search: board.JobSearch,
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<Page<view.JobView>> {
    return await board.searchJobs(this.#ctx, search, visibility, signal);
  }

  async countJobs(
    filter: Omit<view.JobFilter, 'status'>,
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<view.JobCountsView> {
    return await board.countJobs(this.#ctx, filter, visibility, signal);
  }

  /** Have a queued job go before, or after, others. */
  async setPriority(
    jobId: string,
    priority: number,
    signal: AbortSignal = never,
  ): Promise<view.JobView> {
    const { store, clock } = this.#ctx;
    const wish = { priority, now: clock.now() };
    return toJobView(await setPriority(store, jobId, wish, signal));
  }

  /** Ask for a job's end without waiting for it. */
  async requestCancel(jobId: string, signal: AbortSignal = never): Promise<view.JobView> {
    const { store, clock } = this.#ctx;
    return toJobView(await requestCancel(store, jobId, clock.now(), signal));
  }

  async cancelJobs(
    choice: board.ChosenJobs,
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<view.BulkView> {
    return await board.cancelJobs(this.#ctx, choice, visibility, signal);
  }

  async retryJobs(
    choice: board.ChosenJobs,
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<view.BulkView> {
    return await board.retryJobs(this.#ctx, choice, visibility, signal);
  }

  /** Queue a job for somebody whose right to its session was checked. */
  async addJobFor(
    body: view.JobBody,
    rights: AddRights,
    signal: AbortSignal = never,
  ): Promise<AddedJob> {
    return await addJobFor(this.#ctx, body, rights, signal);
  }

  /** What waits for a person. */
  async needsYou(visibility: Visibility, signal: AbortSignal = never): Promise<view.NeedsYouView> {
    return await board.needsYou(this.#ctx, visibility, signal);
  }

  async dismissFailed(
    jobIds: readonly string[],
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<void> {
    await board.dismissFailed(this.#ctx, jobIds, visibility, signal);
  }

  /** What agents ask now, the oldest first. */
  async listQuestionViews(
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<readonly view.QuestionView[]> {
    return await board.listQuestionViews(this.#ctx, visibility, signal);
  }

  async listChat(
    sessionId: string,
    page: { readonly cursor?: string | undefined; readonly limit: number },
    signal: AbortSignal = never,
  ): Promise<Page<chat.ChatEntry>> {
    return await chat.listChat(this.#ctx, sessionId, page, signal);
  }

  async sendChat(
    sessionId: string,
    message: chat.ChatMessage,
    signal: AbortSignal = never,
  ): Promise<view.JobView> {
    return await chat.sendChat(this.#ctx, sessionId, message, signal);
  }

  async readPrompt(jobId: string, signal: AbortSignal = never): Promise<chat.PromptView> {
    return await chat.readPrompt(this.#ctx, jobId, signal);
  }

  async listFiles(
    sessionId: string,
    path: string,
    signal: AbortSignal = never,
  ): Promise<files.FileListView> {
    return await files.listFiles(this.#ctx, sessionId, path, signal);
  }

  async openFile(
    sessionId: string,
    path: string,
    signal: AbortSignal = never,
  ): Promise<OpenedFile> {
    return await files.openFile(this.#ctx, sessionId, path, signal);
  }

  // oxlint-disable-next-line max-params -- as a path names it: whose, which, what
  async saveUpload(
    sessionId: string,
    name: string,
    chunks: AsyncIterable<Uint8Array>,
    signal: AbortSignal = never,
  ): Promise<view.FileView> {
    return await files.saveUpload(this.#ctx, { sessionId, name, chunks }, signal);
  }

  async removeUpload(sessionId: string, name: string, signal: AbortSignal = never): Promise<void> {
    await files.removeUpload(this.#ctx, sessionId, name, signal);
  }

  async pageRecordings(
    query: recordings.RecordingQuery,
    visibility: Visibility,
    signal: AbortSignal = never,
  ): Promise<Page<recordings.ListedRecording>> {
    return await recordings.pageRecordings(this.#ctx, query, visibility, signal);
  }

  /** Lines of an asciicast v3 file; the recording is closed when they are read or returned from. */
  castOf(jobId: string, attempt: number, signal: AbortSignal = never): AsyncGenerator<string> {
    return recordings.castOf(this.#ctx, jobId, attempt, signal);
  }

  /** tmux's own session of every live agent. */
  async tmuxSessions(signal: AbortSignal = never): Promise<readonly view.TmuxSessionView[]> {
    const { tmuxSessions } = await import('./tmux-sessions.ts');
    return await tmuxSessions(this.#ctx, signal);
  }

  /** The reply to a request that is done at most once. @throws {CodedError} `request.key-reused`. */
  async findReply(
    request: KeyedRequest,
    signal: AbortSignal = never,
  ): Promise<KeptReply | undefined> {
    return await findReply(this.#ctx, request, signal);
  }

  /** Keep such a reply for 24 hours. */
  async keepReply(
    request: KeyedRequest,
    reply: KeptReply,
    signal: AbortSignal = never,
  ): Promise<void> {
    await keepReply(this.#ctx, request, reply, signal);
  }

  /** Open a terminal window with an agent's terminal, where there is a desktop. */
  async openLocalTerminal(
    agentId: string,
    options: { readonly isReadOnly: boolean },
    signal: AbortSignal = never,
  ): Promise<LocalTerminal> {
    const { openLocalTerminal } = await import('./open-local-terminal.ts');
    return await openLocalTerminal(this.#ctx, agentId, options, signal);
  }

  /** Whether jobs can be taken and done here. */
  async checkReadiness(signal: AbortSignal = never): Promise<Readiness> {
    const { checkReadiness } = await import('./check-readiness.ts');
    return await checkReadiness(this.#ctx, signal);
  }

  /** Copy the data directory into a new directory while everything runs. */
  async backUp(
    directory: string,
    onProgress: (progress: BackupProgress) => void = () => {},
    signal: AbortSignal = never,
  ): Promise<Backup> {
    const { backUp } = await import('./back-up.ts');
    return await backUp(this.#ctx, directory, onProgress, signal);
  }
}
