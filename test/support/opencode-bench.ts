import { randomUUID } from 'node:crypto';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openAgents, opencodeAdapter } from '../../src/agents/engine.ts';
import type {
  Agent,
  AgentOutcome,
  AgentRequest,
  Agents,
  Decision,
  Receipt,
} from '../../src/agents/index.ts';
import { findByEnvironment, silentLog, systemClock } from '../../src/base/index.ts';
import {
  type ChatCompletionsApi,
  type ChatReply,
  openChatCompletionsApi,
} from './chat-completions-api.ts';
import type { Turn } from './model-api.ts';
import { type OpencodeHome, openOpencodeHome } from './real-opencode.ts';

type Awaitable<T> = T | Promise<T>;

export interface BenchOptions {
  readonly program: string;
  readonly permission?: Decision;
  readonly rules?: AgentRequest['policy']['rules'];
  readonly mode?: AgentRequest['mode'];
  readonly model?: string;
  /** What the person has in opencode.json beside the provider. */
  readonly config?: object;
  /** What the model does before it reads the prompt and writes the output. */
  readonly first?: (turn: Turn, hangUp: AbortSignal) => Awaitable<ChatReply | undefined>;
}

/** One opencode with a home, a model and an exchange of its own. */
export interface Bench extends AsyncDisposable {
  readonly agents: Agents;
  readonly api: ChatCompletionsApi;
  readonly home: OpencodeHome;
  readonly request: AgentRequest;
  readonly signal: AbortSignal;
  /** Start, wait until ready, deliver. */
  begin(request?: AgentRequest): Promise<{ readonly agent: Agent; readonly receipt: Receipt }>;
  /** The whole way; the agent goes on running. */
  perform(): Promise<{ readonly agent: Agent; readonly outcome: AgentOutcome }>;
  /** A request for another agent in the same home. */
  another(more?: Partial<AgentRequest>): Promise<AgentRequest>;
}

/** Limit of everything that a test waits for; a start alone takes most of it on a loaded machine. */
const LIMIT_MS = 100_000;

export async function openBench(options: BenchOptions): Promise<Bench> {
  const { program, first } = options;
  await using stack = new AsyncDisposableStack();
  const requests: AgentRequest[] = [];
  const api = stack.use(
    await openChatCompletionsApi(async (turn, hangUp) => {
      const asked = requests.find(({ exchange }) => turn.prompt.includes(exchange.nonce));
      const own = turn.toolResults.filter(({ name }) => name === 'read' || name === 'write');
      const said = await first?.(turn, hangUp);
      return (
        said ??
        (asked === undefined ? { kind: 'text', text: 'Fine.' } : doTheJob(asked, own.length))
      );
    }),
  );
  const home = stack.use(await openOpencodeHome(options.config));
  const clock = systemClock;
  const limit = stack.use(clock.deadline(LIMIT_MS, new Error(`not within ${LIMIT_MS} ms`)));
  const { signal } = limit;
  const agents = openAgents({
    adapters: [opencodeAdapter({ program, clock })],
    clock,
    log: silentLog,
    environment: home.environment,
  });
  stack.defer(async () => {
    for (const request of requests) await agents.clear(request, new AbortController().signal);
    const left = requests.flatMap(({ runId }) => findByEnvironment('TMUX_BUILDER_RUN', runId));
    if (left.length > 0) throw new Error(`processes are left: ${JSON.stringify(left)}`);
  });
  const started = stack.use(new AsyncDisposableStack());
  const another: Bench['another'] = async (more = {}) => {
    const request = { ...(await makeRequest(home, api.url, options)), ...more };
    requests.push(request);
    return request;
  };
  const request = await another();
  const begin: Bench['begin'] = async (asked = request) => {
    await pointEvents(asked);
    const agent = started.use(await agents.start(asked, signal));
    await agent.untilReady(signal);
    return { agent, receipt: await agent.deliver(signal) };
  };
  const perform: Bench['perform'] = async () => {
    const { agent } = await begin();
    return { agent, outcome: await agent.untilDone(signal) };
  };
  const all = stack.move();
  const dispose = async (): Promise<void> => await all.disposeAsync();
  const parts = { agents, api, home, request, signal };
  return { ...parts, begin, perform, another, [Symbol.asyncDispose]: dispose };
}

async function makeRequest(
  home: OpencodeHome,
  url: string,
  { permission = 'ask', rules = [], mode = 'one-shot', model }: BenchOptions,
): Promise<AgentRequest> {
  const nonce = randomUUID().slice(0, 8);
  // A blank in the path is what a rule breaks at, if it does.
  const jobs = join(home.dir, 'a job');
  const dir = join(jobs, nonce);
  const exchange = {
    dir,
    promptPath: join(dir, 'prompt.md'),
    outputPath: join(dir, `output-${nonce}.md`),
    eventsDir: join(dir, 'events'),
    since: 0,
    nonce,
  };
  await mkdir(exchange.eventsDir, { recursive: true });
  await writeFile(exchange.promptPath, 'Say hello.\n');
  const { promptPath, outputPath } = exchange;
  return {
    adapter: 'opencode',
    exchange: {
      ...exchange,
      instruction: `Read the file ${promptPath} and do what it says. Write your answer to ${outputPath}`,
    },
    mode,
    homeDir: mode === 'persistent' ? join(home.dir, 'agent') : dir,
    exchangeDirs: mode === 'persistent' ? [jobs] : [dir],
    directory: home.project,
    isDirectoryOurs: true,
    environment: { ...home.environment, CHAT_API: url },
    socketPath: join(home.dir, nonce, 'tmux.sock'),
    runId: `run_${nonce}`,
    conversationId: randomUUID(),
    model,
    resume: undefined,
    policy: { otherwise: permission, rules },
    command: undefined,
  };
}

/** Have a persistent agent write its events to the present exchange. */
export async function pointEvents({ mode, homeDir, exchange }: AgentRequest): Promise<void> {
  if (mode !== 'persistent') return;
  await mkdir(homeDir, { recursive: true });
  const next = join(homeDir, `next-${exchange.nonce}`);
  await symlink(exchange.eventsDir, next);
  await rename(next, join(homeDir, 'events'));
}

/** What a model does with the instruction, by how many of its tools have answered. */
function doTheJob({ exchange }: AgentRequest, done: number): ChatReply {
  const { promptPath, outputPath } = exchange;
  const filePath = done === 0 ? promptPath : outputPath;
  if (done === 0) return { kind: 'tool', name: 'read', input: { filePath } };
  if (done > 1) return { kind: 'text', text: 'The answer is written.' };
  return { kind: 'tool', name: 'write', input: { filePath, content: 'Hello.\n' } };
}
