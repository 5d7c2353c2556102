import { randomUUID } from 'node:crypto';
import { readlinkSync, realpathSync } from 'node:fs';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { claudeAdapter, openAgents } from '../../../src/agents/engine.ts';
import { plainRow } from '../../../src/agents/read-screen.ts';
import { screenReader } from '../../../src/agents/screen-rules/load-rules.ts';
import { composerOf } from '../../../src/agents/submit-text.ts';
import type { Agent, AgentMode, AgentRequest, Agents } from '../../../src/agents/index.ts';
import { findByEnvironment, silentLog, systemClock } from '../../../src/base/index.ts';
import { turnTo } from '../../../src/jobs/main-agent.ts';
import { connectTmuxServer, type TmuxPane } from '../../../src/tmux/index.ts';
import { type Model, type ModelApi, openModelApi } from '../../support/model-api.ts';
import { type ClaudeHome, openClaudeHome } from '../../support/real-claude.ts';

/** Of everything that a test waits for; shorter than a test's own limit. */
const LIMIT_MS = 50_000;

export interface TalkOptions {
  readonly program: string;
  readonly mode: AgentMode;
  readonly model: Model;
  readonly stallMs?: number;
}

/** A Claude Code with a home and a model of its own, and the exchanges that it is given. */
export class ClaudeTalk implements AsyncDisposable {
  readonly #resources: AsyncDisposableStack;
  readonly agents: Agents;
  readonly api: ModelApi;
  readonly signal: AbortSignal;
  readonly #home: ClaudeHome;
  readonly #mode: AgentMode;
  readonly #program: string;
  #count = 0;
  #homes = 1;

  static async open(options: TalkOptions): Promise<ClaudeTalk> {
    await using stack = new AsyncDisposableStack();
    const clock = systemClock;
    const api = stack.use(await openModelApi(options.model));
    const home = stack.use(await openClaudeHome([await realpath(tmpdir())]));
    const limit = stack.use(clock.deadline(LIMIT_MS, new Error(`not within ${LIMIT_MS} ms`)));
    const { program, stallMs } = options;
    const agents = openAgents({
      adapters: [claudeAdapter({ program, delivery: 'argv', clock })],
      clock,
      log: silentLog,
      environment: home.environment,
      ...(stallMs === undefined ? {} : { stallMs }),
    });
    const talk = new ClaudeTalk(options, { agents, api, home, signal: limit.signal });
    talk.#resources.use(stack.move());
    return talk;
  }

  private constructor(
    { mode, program }: TalkOptions,
    parts: Pick<ClaudeTalk, 'agents' | 'api' | 'signal'> & { readonly home: ClaudeHome },
  ) {
    this.#mode = mode;
    this.#program = program;
    this.agents = parts.agents;
    this.api = parts.api;
    this.signal = parts.signal;
    this.#home = parts.home;
    this.#resources = new AsyncDisposableStack();
  }

  /** A request with an exchange of its own. Persistent ones share a home, until it is `renewed`. */
  async request(prompt: string, more: Partial<AgentRequest> = {}): Promise<AgentRequest> {
    const number = (this.#count += 1);
    const nonce = randomUUID().slice(0, 8);
    const dir = join(this.#home.dir, 'jobs', String(number));
    const promptPath = join(dir, 'prompt.md');
    const outputPath = join(dir, `output-${nonce}.md`);
    const eventsDir = join(dir, 'events');
    await mkdir(eventsDir, { recursive: true });
    await writeFile(promptPath, prompt);
    const instruction = `Read the file ${promptPath} and do what it says. Write your whole answer to the file ${outputPath}`;
    const isShared = this.#mode === 'persistent';
    const homeDir = isShared ? join(this.#home.dir, `agent-${this.#homes}`) : dir;
    const request: AgentRequest = {
      adapter: 'claude',
      exchange: { dir, promptPath, outputPath, eventsDir, since: 0, nonce, instruction },
      mode: this.#mode,
      homeDir,
      exchangeDirs: [join(this.#home.dir, 'jobs')],
      directory: this.#home.project,
      isDirectoryOurs: true,
      environment: { ...this.#home.environment, ANTHROPIC_BASE_URL: this.api.url },
      socketPath: join(this.#home.dir, `run${isShared ? '' : number}`, 'tmux.sock'),
      runId: isShared ? `run_${dirname(this.#home.dir).length}_${this.#home.dir.slice(-6)}` : nonce,
      conversationId: randomUUID(),
      model: undefined,
      resume: undefined,
      policy: { otherwise: 'allow', rules: [] },
      command: undefined,
      ...more,
    };
    if (isShared) await turnTo(request);
    const never = new AbortController().signal;
    this.#resources.defer(async () => {
      await this.agents.clear(request, never);
      const left = findByEnvironment('TMUX_BUILDER_RUN', request.runId);
      if (left.length > 0) throw new Error(`processes are left: ${JSON.stringify(left)}`);
    });
    return request;
  }

  /** Have the next persistent agent live in a home of its own, as after a restart. */
  renew(): void {
    this.#homes += 1;
  }

  async start(request: AgentRequest): Promise<Agent> {
    return this.#resources.use(await this.agents.start(request, this.signal));
  }

  async adopt(request: AgentRequest, before: Agent): Promise<Agent> {
    await before[Symbol.asyncDispose]();
    const agent = await this.agents.adopt(request, before.address, this.signal);
    if (agent === undefined) throw new Error('the agent is gone');
    return this.#resources.use(agent);
  }

  async handOver(agent: Agent): Promise<void> {
    await agent.untilReady(this.signal);
    await agent.deliver(this.signal);
  }

  async work(agent: Agent): Promise<string> {
    await this.handOver(agent);
    return (await agent.untilDone(this.signal)).kind;
  }

  /** Kill -9 of Claude Code itself. */
  killAgent({ runId }: AgentRequest): void {
    for (const { pid } of findByEnvironment('TMUX_BUILDER_RUN', runId)) {
      if (this.#isClaude(pid)) process.kill(pid, 'SIGKILL');
    }
  }

  /** Type at its keyboard, and wait until the text shows. */
  async type(request: AgentRequest, text: string): Promise<void> {
    await this.atKeyboard(request, async (pane) => {
      await pane.typeText(text, this.signal);
      await pane.untilScreen((rows) => rows.join('').includes(text), this.signal);
    });
  }

  async typeAndEnter(request: AgentRequest, text: string): Promise<void> {
    await this.type(request, text);
    await this.press(request, 'Enter');
  }

  async press(request: AgentRequest, key: 'Enter' | 'Escape'): Promise<void> {
    await this.atKeyboard(request, async (pane) => await pane.pressKeys([key], this.signal));
  }

  async shows(request: AgentRequest, pattern: RegExp): Promise<void> {
    await this.atKeyboard(
      request,
      async (pane) =>
        await pane.untilScreen((rows) => rows.some((row) => pattern.test(row)), this.signal),
    );
  }

  /** What stands in its composer; undefined when it is not at its prompt. */
  async composer(request: AgentRequest): Promise<string | undefined> {
    const styledRows = await this.atKeyboard(
      request,
      async (pane) => await pane.capture(this.signal, { styles: true }),
    );
    const screen = { rows: styledRows.map(plainRow), styledRows };
    return composerOf({ reading: screenReader('claude', systemClock)(screen, request) });
  }

  async atKeyboard<T>(
    { socketPath }: AgentRequest,
    action: (pane: TmuxPane) => Promise<T>,
  ): Promise<T> {
    await using server = await connectTmuxServer({ socketPath, clock: systemClock }, this.signal);
    return await action(server.pane('%0'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  #isClaude(pid: number): boolean {
    return programOf(pid) === realpathSync(this.#program);
  }
}

/** Every prompt of a conversation, by its transcript. */
export async function promptsIn(transcript: string): Promise<readonly string[]> {
  const lines = (await readFile(transcript, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => {
    const entry: { readonly type?: string; readonly message?: { readonly content?: unknown } } =
      JSON.parse(line);
    const content = entry.type === 'user' ? entry.message?.content : undefined;
    return typeof content === 'string' ? [content] : [];
  });
}

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}
