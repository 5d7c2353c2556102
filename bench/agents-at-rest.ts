import { execFile } from 'node:child_process';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Adapter } from '../src/agents/adapter.ts';
import { readDemoScreen } from '../src/agents/demo/read-demo-screen.ts';
import type { Agent, AgentRequest, Agents } from '../src/agents/index.ts';
import { openAgents } from '../src/agents/open-agents.ts';
import { abortable, silentLog, systemClock } from '../src/base/index.ts';
import { type Benchmark, type BenchOptions, type Finding, summarise, time } from './measure.ts';
import { cpuMsOf, settledRss } from './process-usage.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('light-agent.pl', import.meta.url));
const never = new AbortController().signal;
/** At once, so that starting does not measure the machine's process table. */
const STARTS_AT_ONCE = 10;
/** No figure: what takes this long does not come. */
const LIMIT_MS = 20_000;

/** Many agents that do nothing, or something now and then: what does watching them cost? */
export const agentsAtRest: Benchmark = {
  name: 'agents-at-rest',
  about: '100 agents: a change on the screen until we know, adoption; 200 idle: CPU and memory',
  run: async (options) => [...(await idle(options)), ...(await changes(options))],
};

async function changes({ dir, scale, say }: BenchOptions): Promise<readonly Finding[]> {
  const count = Math.max(5, Math.round(100 * scale));
  await using crowd = await startCrowd(join(dir, 'changes'), count, say);
  const quiet = await latencies(crowd, Math.round(400 * scale));
  // A third of them works, with a spinner that is drawn ten times a second.
  const spinning = crowd.members.slice(0, Math.floor(count / 3));
  for (const one of spinning) await change(one, 'busy');
  const still = { members: crowd.members.slice(spinning.length) };
  const noisy = await latencies(still, Math.round(400 * scale));
  const spinners = await latencies({ members: spinning }, Math.round(100 * scale));
  for (const one of crowd.members) await change(one, 'ready');
  const adoption = await adoptAll(crowd, say);
  const limit = { limit: 50, limited: 'p95' } as const;
  return [
    summarise(`a change on the screen -> state, ${count} agents`, quiet, limit),
    summarise(`the same while a third of them spins`, noisy, limit),
    summarise(`the same of agents that spin`, spinners),
    summarise(`${count} live agents adopted after a restart`, [adoption], { limit: 2_000 }),
  ];
}

async function idle({ dir, scale, say }: BenchOptions): Promise<readonly Finding[]> {
  const count = Math.max(5, Math.round(200 * scale));
  const before = await settledRss();
  await using crowd = await startCrowd(join(dir, 'idle'), count, say);
  await systemClock.after(2_000, never);
  const seconds = 10;
  const start = await cpuMsOf(process.pid);
  await systemClock.after(seconds * 1_000, never);
  const share = ((await cpuMsOf(process.pid)) - start) / (seconds * 1_000);
  const grown = ((await settledRss()) - before) / crowd.members.length;
  return [
    {
      name: `share of a core with ${count} idle agents`,
      unit: 'ratio',
      median: share,
      count: 1,
      limit: 0.03,
    },
    {
      name: `our memory for each of ${count} idle agents`,
      unit: 'MB',
      median: grown,
      count: 1,
      limit: 0.5,
    },
  ];
}

interface Member {
  readonly request: AgentRequest;
  readonly agent: Agent;
  readonly order: (what: 'busy' | 'ready') => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Crowd extends AsyncDisposable {
  readonly agents: Agents;
  readonly members: readonly Member[];
}

async function startCrowd(dir: string, count: number, say: (line: string) => void): Promise<Crowd> {
  await using opened = new AsyncDisposableStack();
  const agents = openCrowd();
  const members: Member[] = [];
  const took = await time(async () => {
    const numbers = Array.from({ length: count }, (_, index) => index).values();
    const startSome = async (): Promise<void> => {
      for (const number of numbers) members.push(await startOne(agents, dir, number));
    };
    await Promise.all(Array.from({ length: STARTS_AT_ONCE }, startSome));
  });
  say(`${count} agents ready after ${(took / 1000).toFixed(1)} s`);
  for (const { agent, request, close } of members) {
    opened.defer(async () => await agents.clear(request, never));
    opened.defer(close);
    opened.use(agent);
  }
  const held = opened.move();
  return { agents, members, [Symbol.asyncDispose]: async () => await held.disposeAsync() };
}

function openCrowd(): Agents {
  const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
  return openAgents({ adapters: [light], environment, clock: systemClock, log: silentLog });
}

async function startOne(agents: Agents, dir: string, number: number): Promise<Member> {
  const request = requestOf(join(dir, String(number)), number);
  const { exchange, homeDir } = request;
  await mkdir(exchange.eventsDir, { recursive: true });
  const fifo = join(homeDir, 'orders');
  await run('mkfifo', [fifo]);
  const agent = await agents.start(request, never);
  await agent.untilReady(never);
  let orders: FileHandle | undefined;
  return {
    request,
    agent,
    order: async (what) => {
      orders ??= await open(fifo, 'a');
      await orders.appendFile(`${what}\n`);
    },
    close: async () => await orders?.close(),
  };
}

function requestOf(dir: string, number: number): AgentRequest {
  const exchange = {
    dir,
    promptPath: join(dir, 'prompt.md'),
    outputPath: join(dir, 'output.md'),
    eventsDir: join(dir, 'events'),
    since: 0,
    nonce: `n${number}`,
    instruction: undefined,
  };
  return {
    adapter: 'light',
    exchange,
    mode: 'persistent',
    homeDir: dir,
    exchangeDirs: [dir],
    directory: dir,
    isDirectoryOurs: true,
    environment: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8' },
    socketPath: join(dir, 's', 'tmux.sock'),
    runId: `bench.${process.pid}.${dir}`,
    conversationId: '',
    resume: undefined,
    model: undefined,
    policy: { otherwise: 'ask', rules: [] },
    command: undefined,
  };
}

const light: Adapter = {
  name: 'light',
  delivery: 'paste',
  doneBy: 'turn',
  graceMs: 200,
  interruptKeys: [],
  clearKeys: [],
  detect: async () => {
    throw new Error('nobody asks for it');
  },
  launch: async ({ homeDir }) => ({
    argv: ['/usr/bin/perl', program, join(homeDir, 'orders')],
    environment: {},
    files: [],
  }),
  readScreen: readDemoScreen,
  readEvent: () => undefined,
};

/** Order one agent after the other to change, and time until its state has. */
async function latencies(
  { members }: Pick<Crowd, 'members'>,
  count: number,
): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const member = members[index % members.length];
    if (member === undefined) continue;
    const wanted = member.agent.state.kind === 'busy' ? 'ready' : 'busy';
    samples.push(await time(async () => await change(member, wanted)));
  }
  return samples;
}

async function change({ agent, order }: Member, wanted: 'busy' | 'ready'): Promise<void> {
  if (agent.state.kind === wanted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  using _watching = agent.watch((state) => {
    if (state.kind === wanted) resolve();
  });
  await order(wanted);
  using limit = systemClock.deadline(LIMIT_MS, new Error(`not ${wanted} after ${LIMIT_MS} ms`));
  await abortable(promise, limit.signal);
}

async function adoptAll({ members }: Crowd, say: (line: string) => void): Promise<number> {
  for (const { agent } of members) await agent[Symbol.asyncDispose]();
  const agents = openCrowd();
  const adopted: Agent[] = [];
  const took = await time(async () => {
    await Promise.all(
      members.map(async ({ request }) => {
        const agent = await agents.adopt(request, undefined, never);
        if (agent === undefined) throw new Error(`${request.runId} was not adopted`);
        adopted.push(agent);
        await agent.untilReady(never);
      }),
    );
  });
  say(`${adopted.length} adopted`);
  for (const agent of adopted) await agent[Symbol.asyncDispose]();
  return took;
}
