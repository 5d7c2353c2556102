import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { claudeAdapter } from '../../src/agents/claude/claude-adapter.ts';
import type {
  Agent,
  AgentOutcome,
  AgentRequest,
  Agents,
  Decision,
  Receipt,
} from '../../src/agents/index.ts';
import { openAgents } from '../../src/agents/open-agents.ts';
import { findByEnvironment, silentLog, systemClock } from '../../src/base/index.ts';
import { type Model, type ModelApi, openModelApi, type Reply, type Turn } from './model-api.ts';
import { openClaudeHome } from './real-claude.ts';

type Awaitable<T> = T | Promise<T>;

export interface BenchOptions {
  readonly program: string;
  readonly permission?: Decision;
  readonly rules?: AgentRequest['policy']['rules'];
  readonly isDirectoryOurs?: boolean;
  /** Whether the person has answered the trust dialog before. Default true. */
  readonly isTrusted?: boolean;
  readonly delivery?: 'argv' | 'paste';
  readonly environment?: Readonly<Record<string, string>>;
  /** `~/.claude/settings.json` of the person whose home it is. */
  readonly settings?: object;
  /** What the model does before it reads the prompt and writes the output. */
  readonly first?: (turn: Turn, hangUp: AbortSignal) => Awaitable<Reply | undefined>;
}

/** One Claude Code with a home, a model and an exchange of its own. */
export interface Bench extends AsyncDisposable {
  readonly agents: Agents;
  readonly api: ModelApi;
  readonly request: AgentRequest;
  readonly signal: AbortSignal;
  /** Start, wait until ready, deliver. */
  begin(): Promise<{ readonly agent: Agent; readonly receipt: Receipt }>;
  /** The whole way; the agent goes on running. */
  perform(): Promise<{ readonly agent: Agent; readonly outcome: AgentOutcome }>;
}

/** Limit of everything that a test waits for. */
const LIMIT_MS = 22_000;

export async function openBench(options: BenchOptions): Promise<Bench> {
  const { program, delivery = 'argv', isTrusted = true, first } = options;
  await using stack = new AsyncDisposableStack();
  let request: AgentRequest | undefined;
  const model: Model = async (turn, hangUp) => {
    const said = await first?.(turn, hangUp);
    if (said !== undefined) return said;
    if (request === undefined) throw new Error('asked before the start');
    const own = turn.toolResults.filter(({ name }) => name === 'Read' || name === 'Write');
    return doTheJob(request, own.length);
  };
  const api = stack.use(await openModelApi(model));
  const home = stack.use(await openClaudeHome(isTrusted ? [await realpath(tmpdir())] : []));
  const own = await makeRequest(home, {
    ...options,
    environment: { ...options.environment, ANTHROPIC_BASE_URL: api.url },
  });
  request = own;
  const clock = systemClock;
  const agents = openAgents({
    adapters: [claudeAdapter({ program, delivery, clock })],
    clock,
    log: silentLog,
    environment: own.environment,
  });
  // Shorter than a test's own limit, after which nothing of it would be cleared.
  const limit = stack.use(clock.deadline(LIMIT_MS, new Error(`not within ${LIMIT_MS} ms`)));
  const { signal } = limit;
  stack.defer(async () => {
    await agents.clear(own, new AbortController().signal);
    const left = findByEnvironment('TMUX_BUILDER_RUN', own.runId);
    if (left.length > 0) throw new Error(`processes are left: ${JSON.stringify(left)}`);
  });
  const started = new AsyncDisposableStack();
  stack.use(started);
  const begin: Bench['begin'] = async () => {
    const agent = started.use(await agents.start(own, signal));
    await agent.untilReady(signal);
    return { agent, receipt: await agent.deliver(signal) };
  };
  const perform: Bench['perform'] = async () => {
    const { agent } = await begin();
    return { agent, outcome: await agent.untilDone(signal) };
  };
  const all = stack.move();
  const dispose = async (): Promise<void> => await all.disposeAsync();
  return { agents, api, request: own, signal, begin, perform, [Symbol.asyncDispose]: dispose };
}

async function makeRequest(
  home: { readonly dir: string; readonly project: string; readonly environment: object },
  { permission = 'ask', rules = [], isDirectoryOurs = true, ...options }: BenchOptions,
): Promise<AgentRequest> {
  const { environment, settings } = options;
  // A blank in the path is what a rule or a hook line breaks at, if it does.
  const dir = join(home.dir, 'a job', '1');
  const nonce = randomUUID().slice(0, 8);
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
  if (settings !== undefined) {
    await mkdir(join(home.dir, 'home', '.claude'));
    await writeFile(join(home.dir, 'home', '.claude', 'settings.json'), JSON.stringify(settings));
  }
  const { promptPath, outputPath } = exchange;
  return {
    adapter: 'claude',
    exchange: {
      ...exchange,
      instruction: `Read the file ${promptPath} and do what it says. Write your answer to ${outputPath}`,
    },
    mode: 'one-shot',
    homeDir: dir,
    exchangeDirs: [dir],
    directory: home.project,
    isDirectoryOurs,
    environment: { ...home.environment, ...environment },
    socketPath: join(home.dir, 'run', 'tmux.sock'),
    runId: `run_${nonce}`,
    conversationId: randomUUID(),
    model: undefined,
    resume: undefined,
    policy: { otherwise: permission, rules },
    command: undefined,
  };
}

/** What a model does with the instruction, by how many of its tools have answered. */
function doTheJob({ exchange }: AgentRequest, done: number): Reply {
  const { promptPath, outputPath } = exchange;
  const file_path = done === 0 ? promptPath : outputPath;
  if (done === 0) return { kind: 'tool', name: 'Read', input: { file_path } };
  if (done > 1) return { kind: 'text', text: 'The answer is written.' };
  return { kind: 'tool', name: 'Write', input: { file_path, content: 'Hello.\n' } };
}
