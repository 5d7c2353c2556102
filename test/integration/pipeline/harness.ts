import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  type Clock,
  CodedError,
  type ProcessIdentity,
  randomIds,
  silentLog,
  systemClock,
} from '../../../src/base/index.ts';
import type { Deployed, Deployer, DeploymentPlan, Release } from '../../../src/deploy/index.ts';
import type { Job } from '../../../src/jobs/index.ts';
import {
  type AgentDesk,
  type BegunSite,
  createSite,
  getExecutionIn,
  getSiteIn,
  markDestroying,
  type OwnWork,
  type PipelineTools,
  pipelineWork,
  queueExecution,
  Runner,
  type Site,
  type SiteWish,
  type StepName,
  steerStep,
  type StepWish,
  type StoredExecution,
} from '../../../src/pipeline/index.ts';
import { openSessions, type Sessions } from '../../../src/sessions/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';

export const never = new AbortController().signal;

/** A process that is not there any more: what its runner held is free at once. */
export const gone: ProcessIdentity = { pid: 2 ** 22 - 7, startTime: '1' };

/** What the world outside has: it stays when a runner dies. */
export class World {
  /** Names of deployments with the release that each shows. */
  readonly live = new Map<string, string>();
  readonly applied: string[] = [];
  /** Keys of what the agent was asked, once for each job. */
  readonly asked: string[] = [];
  readonly jobs = new Map<string, string>();
  /** What a stand-in does before it has its effect; throws to fail, waits to hang. */
  before: (what: string, signal: AbortSignal) => Promise<void> = async () => {};
}

export interface Pipeline extends AsyncDisposable {
  readonly world: World;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly dir: string;
  create(change?: Partial<SiteWish>): Promise<BegunSite>;
  runner(change?: RunnerChange): Promise<Runner>;
  execution(id: string): Promise<StoredExecution>;
  site(id: string): Promise<Site>;
  steer(id: string, step: StepName, wish: StepWish): Promise<StoredExecution>;
  queue(sessionId: string, kind: 'redeploy' | 'rollback', releaseId?: string): Promise<string>;
  destroy(sessionId: string): Promise<void>;
  /** Kinds of the events of a session. */
  events(sessionId: string): Promise<readonly string[]>;
  until(id: string, status: StoredExecution['status']): Promise<StoredExecution>;
}

export interface RunnerChange {
  readonly store?: Store;
  readonly steps?: Partial<Record<StepName, OwnWork>>;
  readonly fix?: PipelineTools['work']['askForFix'];
  readonly fixRounds?: number;
  readonly leaseMs?: number;
  readonly self?: ProcessIdentity;
  readonly only?: string;
  readonly clock?: Clock;
}

/** A real database and real files; agents, providers and browsers are stand-ins. */
export async function openPipeline(): Promise<Pipeline> {
  const dir = await mkdtemp(join(tmpdir(), 'tmux-builder-sites-'));
  const clock = systemClock;
  const ids = randomIds(clock);
  const store = await openStore({ path: join(dir, 'test.db'), clock, ids }, never);
  const sessions = await openSessions({ store, dataDir: dir, clock, ids, log: silentLog }, never);
  const world = new World();
  const runners = new AsyncDisposableStack();
  const execution = async (id: string): Promise<StoredExecution> =>
    await store.read(async (sql) => await getExecutionIn(sql, id), never);
  return {
    world,
    store,
    sessions,
    dir,
    create: async (change = {}) =>
      await createSite({ sessions, clock, ids }, { ...plainSite, ...change }, never),
    runner: async (change = {}) => {
      const own = change.store ?? store;
      const ownClock = change.clock ?? clock;
      const desk = deskOf(world);
      const deployer = async (): Promise<Deployer> => deployerOf(world);
      const stepTools = { store: own, clock: ownClock, dataDir: dir, desk, deployer };
      const real = pipelineWork({ ...stepTools, findBrowser: async () => undefined });
      const work = {
        steps: { ...real.steps, ...agentSteps(world), ...change.steps },
        askForFix: change.fix ?? (async (ctx) => (await ctx.ask(fixTask(ctx), never)).output),
      };
      const tools = {
        ...stepTools,
        sessions,
        ids,
        log: silentLog,
        work,
        roleDirs: [],
        fixRounds: change.fixRounds ?? 2,
      };
      const leaseMs = change.leaseMs ?? 15_000;
      const options = {
        leaseMs,
        heartbeatMs: leaseMs / 3,
        sweepMs: 50,
        concurrency: 4,
        only: change.only,
        ...(change.self !== undefined && { self: change.self }),
      };
      return runners.use(await Runner.start(tools, options, never));
    },
    execution,
    site: async (id) => await store.read(async (sql) => await getSiteIn(sql, id), never),
    steer: async (id, step, wish) =>
      await store.write(
        async (sql) => await steerStep(sql, { id, step, wish, now: clock.now() }),
        never,
      ),
    queue: async (sessionId, kind, releaseId) => {
      const wish = { sessionId, kind, now: clock.now(), ...(releaseId && { releaseId }) };
      return (await store.write(async (sql) => await queueExecution(sql, wish, ids), never)).id;
    },
    destroy: async (sessionId) => {
      const wish = { sessionId, reason: 'asked', now: clock.now() } as const;
      await store.write(async (sql) => await markDestroying(sql, wish), never);
    },
    events: async (sessionId) =>
      (await store.events(sessionId, 0, 1_000, never)).map(({ kind }) => kind),
    until: async (id, status) => {
      await expect.poll(async () => (await execution(id)).status, { interval: 5 }).toBe(status);
      return await execution(id);
    },
    [Symbol.asyncDispose]: async () => {
      await runners.disposeAsync();
      await store[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const plainSite: SiteWish = {
  session: { userId: 'ann' },
  requirements: 'A page about bread.',
  place: {
    provider: 'local',
    type: 'static',
    region: undefined,
    size: undefined,
    frontDoor: undefined,
    expiresAt: undefined,
  },
  options: { agent: undefined, model: undefined, permission: undefined },
  monthlyUsd: 0,
  userLimitUsd: undefined,
};

const plan = {
  title: 'Bread',
  summary: 'A page',
  site_type: 'static',
  pages: [{ path: '/', title: 'Bread', purpose: 'It' }],
};

/** What the agent does, each step by one task; the code is a page that the session's source gets. */
function agentSteps(world: World): Partial<Record<StepName, OwnWork>> {
  return {
    gather_requirements: async (ctx, signal) => {
      const { output } = await ctx.ask({ key: 'requirements', prompt: 'Say what it is.' }, signal);
      return { summary: output, result: { said: output } };
    },
    create_plan: async (ctx, signal) => {
      await ctx.ask({ key: 'plan', prompt: 'Plan it.' }, signal);
      return { summary: 'planned', result: plan };
    },
    generate_code: async (ctx, signal) => {
      await ctx.ask({ key: 'code', prompt: 'Write it.' }, signal);
      await world.before('write', signal);
      const source = join(ctx.session.dir, 'source');
      await mkdir(source, { recursive: true });
      await writeFile(join(source, 'index.html'), `<h1>Bread ${ctx.execution.id}</h1>`);
      return { summary: 'written' };
    },
    health_check: async (_ctx, signal) => {
      await world.before('health', signal);
      return { summary: 'healthy' };
    },
  };
}

function fixTask(ctx: { readonly execution: StoredExecution | { readonly fixRounds: number } }) {
  return { key: `fix.${ctx.execution.fixRounds}`, prompt: 'Mend it.' };
}

/** One job a key, whoever asks and however often. */
function deskOf(world: World): AgentDesk {
  return {
    enqueue: async (_session, _site, { key }, signal) => {
      await world.before('enqueue', signal);
      const known = world.jobs.get(key);
      if (known !== undefined) return { jobId: known };
      const jobId = `job_${world.jobs.size + 1}`;
      world.jobs.set(key, jobId);
      world.asked.push(key.split(':').slice(2).join(':'));
      return { jobId };
    },
    untilSettled: async (jobId, signal) => {
      await world.before('agent', signal);
      return { ...settledJob, id: jobId };
    },
    readOutput: async (jobId) => `answer of ${jobId}`,
  };
}

function deployerOf(world: World): Deployer {
  const publish = async (
    { name }: DeploymentPlan,
    { id }: Release,
    signal: AbortSignal,
  ): Promise<Deployed> => {
    await world.before('apply', signal);
    world.applied.push(id);
    world.live.set(name, id);
    await world.before('applied', signal);
    return { url: `http://127.0.0.1:1/${name}`, releaseId: id, changed: undefined, details: {} };
  };
  return {
    provider: 'local',
    plan: (spec) => ({
      spec,
      name: `site-${spec.sessionId}`,
      tags: {},
      resources: [],
      template: undefined,
      estimate: { monthlyUsd: 0, lines: [], note: '' },
    }),
    apply: async (one, release, _onEvent, signal) => await publish(one, release, signal),
    rollback: async (one, release, _onEvent, signal) => await publish(one, release, signal),
    status: async () => ({
      state: 'live',
      url: undefined,
      releaseId: undefined,
      reason: undefined,
    }),
    logs: async () => [],
    destroy: async ({ name }, _onEvent, signal) => {
      await world.before('destroy', signal);
      world.live.delete(name);
      await world.before('destroyed', signal);
    },
    list: async () => [],
  };
}

const settledJob: Job = {
  id: 'job',
  sessionId: 'ses',
  template: 'site',
  agent: 'demo',
  model: undefined,
  permission: 'ask',
  permissionRules: [],
  mode: 'persistent',
  budget: { maxTokens: undefined, maxCostUsd: undefined },
  directory: undefined,
  command: undefined,
  files: [],
  status: 'succeeded',
  priority: 0,
  runAt: 0,
  createdAt: 0,
  deadlineAt: undefined,
  timeLimitMs: 1,
  maxAttempts: 1,
  attempts: 1,
  backoffMs: 0,
  idempotencyKey: undefined,
  title: '',
  promptPath: '',
  outputPath: undefined,
  error: undefined,
  cancelRequestedAt: undefined,
  interruptRequestedAt: undefined,
  leaseWorker: undefined,
  leaseUntil: undefined,
  blockedBy: 0,
  startedAt: 0,
  settledAt: 0,
};

/** Waits until it is aborted, as something that hangs does. */
export async function hang(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  signal.throwIfAborted();
  return await promise;
}

export function refused(code: string): CodedError {
  return new CodedError(code, `it is ${code}`, { todo: 'mend it' });
}
