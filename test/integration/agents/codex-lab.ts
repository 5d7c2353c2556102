import type { TestContext } from 'vitest';
import { codexAdapter } from '../../../src/agents/codex/codex-adapter.ts';
import type { Agent, AgentOutcome, AgentRequest, Dialog } from '../../../src/agents/index.ts';
import { systemClock } from '../../../src/base/index.ts';
import type { Turn } from '../../support/model-api.ts';
import { needRealCodex, openCodexHome } from '../../support/real-codex.ts';
import {
  openResponsesApi,
  readThenWriteByShell,
  type ResponsesApi,
  type ResponsesReply,
} from '../../support/responses-api.ts';
import { Bench, within } from './bench.ts';

type Awaitable<T> = T | Promise<T>;

export interface Wanted extends Partial<AgentRequest> {
  /** More of the person's config.toml. */
  readonly config?: string;
  /** What the model does before it reads the prompt and writes the output. */
  readonly first?: (turn: Turn) => Awaitable<ResponsesReply | undefined>;
}

/** One person with Codex, a model and agents of their own. */
export interface Lab extends AsyncDisposable {
  readonly api: ResponsesApi;
  readonly bench: Bench;
  /** What each of the model's tools answered that came before the job's own. */
  readonly heard: readonly string[];
  /** The person's own files. */
  readonly home: string;
  readonly signal: AbortSignal;
  request(more?: Partial<AgentRequest>): Promise<AgentRequest>;
  /** Start, wait until ready, deliver. */
  begin(more?: Partial<AgentRequest>): Promise<{ agent: Agent; request: AgentRequest }>;
  /** The whole way; the agent goes on running. */
  perform(more?: Partial<AgentRequest>): Promise<{ agent: Agent; outcome: AgentOutcome }>;
}

/** Shorter than a test's own limit, after which nothing of it would be cleared. */
const LIMIT_MS = 25_000;

export async function openLab(context: TestContext, wanted: Wanted = {}): Promise<Lab> {
  const program = needRealCodex(context);
  const { config, first, ...own } = wanted;
  await using stack = new AsyncDisposableStack();
  const heard: string[] = [];
  const model = async (turn: Turn): Promise<ResponsesReply> => {
    const reply = await first?.(turn);
    if (reply !== undefined) return reply;
    const before = first === undefined ? 0 : Math.min(1, turn.toolResults.length);
    if (heard.length < before) heard.push(...turn.toolResults.map(({ text }) => text));
    return readThenWriteByShell({ ...turn, toolResults: turn.toolResults.slice(before) });
  };
  const api = stack.use(await openResponsesApi(model));
  const home = stack.use(await openCodexHome(api.url, config));
  const bench = stack.use(await Bench.open(codexAdapter({ program, clock: systemClock })));
  const started = stack.use(new AsyncDisposableStack());
  const signal = within(LIMIT_MS, 'the test');
  const environment = { ...home.environment, ...own.environment };
  const request: Lab['request'] = async (more) =>
    await bench.request({ ...own, ...more, environment });
  const begin: Lab['begin'] = async (more) => {
    const asked = await request(more);
    const agent = started.use(await bench.agents.start(asked, signal));
    await agent.untilReady(signal);
    await agent.deliver(signal);
    return { agent, request: asked };
  };
  const perform: Lab['perform'] = async (more) => {
    const { agent } = await begin(more);
    return { agent, outcome: await agent.untilDone(signal) };
  };
  const all = stack.move();
  return {
    api,
    bench,
    heard,
    home: home.environment['HOME'] ?? '/',
    signal,
    request,
    begin,
    perform,
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}

/** Wait until it asks, and resolve with what. */
export async function asks(agent: Agent, { signal }: Lab): Promise<Dialog> {
  const { promise, resolve, reject } = Promise.withResolvers<Dialog>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  using _watching = agent.watch((now) => now.kind === 'asking' && resolve(now.dialog));
  if (agent.state.kind === 'asking') return agent.state.dialog;
  return await promise;
}

/** A model that begins with this, and goes on with the job after it. */
export function beginWith(reply: ResponsesReply): (turn: Turn) => ResponsesReply | undefined {
  return ({ toolResults }) => (toolResults.length === 0 ? reply : undefined);
}
