import { join } from 'node:path';
import { demoAdapter } from '../../../src/agents/engine.ts';
import type { Agent, AgentRequest } from '../../../src/agents/index.ts';
import { type Clock, findByEnvironment, systemClock, systemCode } from '../../../src/base/index.ts';
import { connectTmuxServer, type TmuxServer } from '../../../src/tmux/index.ts';
import { Bench, linesOf, within } from './bench.ts';

/** Longer than the deadline of a tmux command, which some faults have to reach. */
export const soon = (what: string): AbortSignal => within(40_000, what);

/** One demo agent that runs, with what a test needs to do it harm. */
export interface StartedDemo extends AsyncDisposable {
  readonly bench: Bench;
  readonly request: AgentRequest;
  readonly agent: Agent;
}

export async function startDemo(
  scenario: object,
  { clock, ...more }: Partial<AgentRequest> & { readonly clock?: Clock } = {},
): Promise<StartedDemo> {
  await using opened = new AsyncDisposableStack();
  const bench = opened.use(await Bench.open(demoAdapter, clock));
  const environment = { DEMO_AGENT: JSON.stringify({ ...scenario, log: 'agent.log' }) };
  const request = await bench.request({ ...more, environment });
  const agent = opened.use(await bench.agents.start(request, soon('start')));
  const held = opened.move();
  return {
    bench,
    request,
    agent,
    [Symbol.asyncDispose]: async () => await held.disposeAsync(),
  };
}

/** Ready, delivered, done: resolves with the kind of the outcome. */
export async function work({ agent }: StartedDemo): Promise<string> {
  await agent.untilReady(soon('ready'));
  await agent.deliver(soon('delivery'));
  return (await agent.untilDone(soon('done'))).kind;
}

/** What the agent wrote down of these events, in order. */
export async function noted(
  { directory }: AgentRequest,
  event: string,
): Promise<readonly { readonly text?: string; readonly isBusy?: boolean }[]> {
  const lines = await linesOf(join(directory, 'agent.log'));
  return lines
    .filter((line) => line.includes(`"event":"${event}"`))
    .map((line) => JSON.parse(line));
}

/** Do something to the agent's tmux server by a connection of one's own, as a person may. */
export async function onServer(
  { request }: StartedDemo,
  action: (server: TmuxServer) => Promise<void>,
): Promise<void> {
  const { socketPath } = request;
  await using server = await connectTmuxServer({ socketPath, clock: systemClock }, soon('connect'));
  await action(server);
}

/** Every process of an agent but its tmux server, the agent itself among them. */
export function processesOf({ request, agent }: StartedDemo): readonly number[] {
  return findByEnvironment('TMUX_BUILDER_RUN', request.runId)
    .map(({ pid }) => pid)
    .filter((pid) => pid !== agent.address.server.pid);
}

/** A hook that was just at its end may be gone by now. */
function stop(pid: number): void {
  try {
    process.kill(pid, 'SIGSTOP');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

/** Stop the agent. Not the program between it and tmux: tmux lets that go on at once, and all with it. */
export async function freeze(started: StartedDemo): Promise<void> {
  await onServer(started, async (server) => {
    const { pid } = await server.pane('%0').info(soon('info'));
    for (const one of processesOf(started)) if (one !== pid) stop(one);
  });
}
