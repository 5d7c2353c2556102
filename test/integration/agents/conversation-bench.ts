import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { demoAdapter, openAgents } from '../../../src/agents/engine.ts';
import type { Agent, AgentRequest, Agents, AgentStep } from '../../../src/agents/index.ts';
import { lineLog, randomIds, systemClock } from '../../../src/base/index.ts';
import { turnTo } from '../../../src/jobs/main-agent.ts';
import type { TmuxPane } from '../../../src/tmux/index.ts';
import { connectTmuxServer } from '../../../src/tmux/index.ts';
import { Bench } from './bench.ts';
import { soon } from './demo-bench.ts';

/** A demo agent that takes exchange after exchange, and whoever sits at its keyboard. */
export class Conversation implements AsyncDisposable {
  readonly #resources: AsyncDisposableStack;
  readonly agents: Agents;
  request: AgentRequest;
  agent: Agent;
  #exchanges = 1;

  static async open(
    scenario: object,
    { stallMs, ...more }: Partial<AgentRequest> & { readonly stallMs?: number } = {},
  ): Promise<Conversation> {
    await using stack = new AsyncDisposableStack();
    const bench = stack.use(await Bench.open(demoAdapter));
    const agents = openAgents({
      adapters: [demoAdapter],
      clock: systemClock,
      log: lineLog('warn', (line) => void bench.problems.push(line), systemClock),
      environment: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      ...(stallMs === undefined ? {} : { stallMs }),
    });
    const environment = { DEMO_AGENT: JSON.stringify({ ...scenario, log: 'agent.log' }) };
    const first = await bench.request({ mode: 'persistent', ...more, environment });
    const homeDir = join(dirname(first.exchange.dir), 'home');
    const request = { ...first, homeDir };
    await turnTo(request);
    const agent = await agents.start(request, soon('start'));
    return new Conversation(stack.move(), agents, { request, agent });
  }

  private constructor(
    resources: AsyncDisposableStack,
    agents: Agents,
    { request, agent }: Pick<Conversation, 'request' | 'agent'>,
  ) {
    this.#resources = resources;
    this.agents = agents;
    this.request = request;
    this.agent = agent;
  }

  /** Turn to a new exchange, as the next job does. */
  async next(): Promise<void> {
    const { address } = this.agent;
    await this.agent[Symbol.asyncDispose]();
    this.#exchanges += 1;
    const nonce = randomIds(systemClock).nonce();
    const dir = `${this.request.exchange.dir}-${this.#exchanges}`;
    const promptPath = join(dir, 'prompt.md');
    const outputPath = join(dir, `output-${nonce}.md`);
    const eventsDir = join(dir, 'events');
    await mkdir(eventsDir, { recursive: true });
    await writeFile(promptPath, `---\ntemplate: "echo_test"\n---\nhello ${this.#exchanges}\n`);
    const instruction = `Read the file ${promptPath} and do what it says. Write your whole answer to the file ${outputPath}`;
    const exchange = { dir, promptPath, outputPath, eventsDir, since: 0, nonce, instruction };
    this.request = { ...this.request, exchange };
    await turnTo(this.request);
    const agent = await this.agents.adopt(this.request, address, soon('adoption'));
    if (agent === undefined) throw new Error('the agent is gone');
    this.agent = agent;
  }

  async handOver(): Promise<void> {
    await this.agent.untilReady(soon('ready'));
    await this.agent.deliver(soon('delivery'));
  }

  /** Ready, delivered, done: the kind of the outcome, and how it was helped along. */
  async work(): Promise<{ readonly kind: string; readonly steps: readonly AgentStep['kind'][] }> {
    await this.handOver();
    const steps: AgentStep['kind'][] = [];
    const outcome = await this.agent.untilDone(soon('done'), ({ kind }) => void steps.push(kind));
    return { kind: outcome.kind, steps };
  }

  /** Do something in its pane, as a person at the keyboard does. */
  async atKeyboard<T>(action: (pane: TmuxPane) => Promise<T>): Promise<T> {
    const { socketPath } = this.request;
    await using server = await connectTmuxServer(
      { socketPath, clock: systemClock },
      soon('connect'),
    );
    return await action(server.pane('%0'));
  }

  async type(text: string): Promise<void> {
    await this.atKeyboard(async (pane) => {
      await pane.typeText(text, soon('typing'));
      await pane.untilScreen((rows) => rows.join('').includes(text), soon('echo'));
    });
  }

  async press(key: 'Enter' | 'C-u' | 'Escape' | '1'): Promise<void> {
    await this.atKeyboard(async (pane) => await pane.pressKeys([key], soon('key')));
  }

  /** Wait until the screen shows a text. */
  async shows(text: string): Promise<void> {
    await this.atKeyboard(
      async (pane) =>
        await pane.untilScreen((rows) => rows.join('\n').includes(text), soon(`"${text}"`)),
    );
  }

  async untilState(kind: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = (): void => {
      if (this.agent.state.kind === kind) resolve();
    };
    using _watching = this.agent.watch(check);
    check();
    const limit = soon(`state ${kind}`);
    limit.addEventListener('abort', () => resolve());
    await promise;
    limit.throwIfAborted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.agent[Symbol.asyncDispose]();
    await this.#resources.disposeAsync();
  }
}
