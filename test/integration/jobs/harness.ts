import type { Agents } from '../../../src/agents/index.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Clock,
  type Log,
  randomIds,
  silentLog,
  systemClock,
} from '../../../src/base/index.ts';
import {
  type Attempt,
  getJob,
  insertJob,
  type Job,
  listAttempts,
  type NewJob,
  startWorker,
  transitions,
  type Worker,
} from '../../../src/jobs/index.ts';
import { openSessions } from '../../../src/sessions/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { expect } from 'vitest';
import { FakeAgents, type Behaviour } from '../../support/fake-agents.ts';

export const never = new AbortController().signal;

/** A database, a session and stand-in agents in a directory of their own. */
export interface Harness extends AsyncDisposable {
  readonly dir: string;
  readonly store: Store;
  readonly agents: FakeAgents;
  sessionDir(id: string): string;
  add(id: string, change?: Partial<NewJob>): Promise<Job>;
  job(id: string): Promise<Job>;
  attempts(id: string): Promise<readonly Attempt[]>;
  events(id: string): Promise<readonly string[]>;
  worker(change?: Partial<HarnessWorker>): Promise<Worker>;
  until(id: string, statuses: readonly string[]): Promise<Job>;
}

interface HarnessWorker {
  readonly store: Store;
  readonly agents: Agents;
  readonly concurrency: number;
  readonly sessionConcurrency: number;
  readonly leaseMs: number;
  readonly log: Log;
  readonly only: readonly string[];
  readonly clock: Clock;
  /** It will die in the middle: nothing waits for its end, only its timers are stopped. */
  readonly isDoomed: boolean;
}

export async function openHarness(
  behave: (jobId: string, attempt: number) => Behaviour = () => 'succeed',
): Promise<Harness> {
  const dir = await mkdtemp(join(tmpdir(), 'tmux-builder-jobs-'));
  const clock = systemClock;
  const ids = randomIds(clock);
  const store = await openStore({ path: join(dir, 'test.db'), clock, ids }, never);
  await watchTransitions(store);
  const sessions = await openSessions({ store, dataDir: dir, clock, ids, log: silentLog }, never);
  for (const id of ['ses', 'two']) {
    await sessions.makeFolders(id);
    await store.write(
      async (sql) =>
        await sql.run(
          `INSERT INTO sessions (id, name, user_id, status, created_at) VALUES ($1, $1, 'u', 'active', 1)`,
          [id],
        ),
      never,
    );
  }
  const agents = new FakeAgents((request) => {
    const [attempt = '', jobId = ''] = request.exchange.dir.split('/').toReversed();
    return behave(jobId, Number(attempt));
  });
  const workers = new AsyncDisposableStack();

  const mortalClock: Clock = {
    ...clock,
    every: (ms, tick) => workers.use(disposableOf(clock.every(ms, tick))),
  };

  const add = async (id: string, change: Partial<NewJob> = {}): Promise<Job> => {
    const promptPath = join(sessions.activeDir('ses'), 'prompts', `${id}.md`);
    await writeFile(promptPath, `prompt of ${id}\n`);
    const job = { ...plainJob(id, promptPath, clock.now()), ...change };
    return await store.write(async (sql) => await insertJob(sql, job), never);
  };
  const job = async (id: string): Promise<Job> => await getJob(store, id, never);
  return {
    dir,
    store,
    agents,
    sessionDir: (id) => sessions.activeDir(id),
    add,
    job,
    attempts: async (id) => await listAttempts(store, id, never),
    events: async (id) => (await store.events(id, 0, 1000, never)).map(({ kind }) => kind),
    worker: async (change = {}) => {
      const tools = {
        store: change.store ?? store,
        agents: change.agents ?? agents,
        clock: change.clock ?? (change.isDoomed === true ? mortalClock : clock),
        ids,
        log: change.log ?? silentLog,
        sessions,
        socketPath: (nonce: string) => join(dir, 'run', nonce, 's'),
        startLimitMs: 5_000,
        sessionDir: (id: string) => sessions.activeDir(id),
        agentEnvironment: {},
      };
      const options = {
        limits: {
          concurrency: change.concurrency ?? 4,
          sessionConcurrency: change.sessionConcurrency,
        },
        leaseMs: change.leaseMs ?? 15_000,
        heartbeatMs: (change.leaseMs ?? 15_000) / 3,
        sweepMs: 50,
        only: change.only,
        place: (one: Job, nonce: string) => ({
          exchangeDir: join(
            sessions.activeDir(one.sessionId),
            'jobs',
            one.id,
            String(one.attempts),
          ),
          socketPath: join(dir, nonce.slice(0, 12), 'tmux.sock'),
        }),
      };
      const worker = await startWorker(tools, options, never);
      return change.isDoomed === true ? worker : workers.use(worker);
    },
    until: async (id, statuses) => {
      for (;;) {
        const { promise, resolve } = Promise.withResolvers<void>();
        using _watch = store.watch(resolve);
        const now = await job(id);
        if (statuses.includes(now.status)) return now;
        await promise;
      }
    },
    [Symbol.asyncDispose]: async () => {
      await workers.disposeAsync();
      await checkTransitions(store);
      await store[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Let the database itself note every change of a status, whatever code makes it. */
async function watchTransitions(store: Store): Promise<void> {
  await store.write(async (sql) => {
    await sql.run('CREATE TABLE seen (before text, after text)');
    await sql.run(`CREATE TRIGGER see AFTER UPDATE OF status ON jobs WHEN old.status <> new.status
      BEGIN INSERT INTO seen VALUES (old.status, new.status); END`);
  }, never);
}

async function checkTransitions(store: Store): Promise<void> {
  const known = new Set(transitions.map(({ from, to }) => `${from} -> ${to}`));
  const rows = await store.read(
    async (sql) => await sql.all('SELECT DISTINCT before, after FROM seen'),
    never,
  );
  const seen = rows.map(({ before, after }) => `${before} -> ${after}`);
  expect(seen.filter((one) => !known.has(one))).toEqual([]);
}

function disposableOf(timer: Disposable): Disposable & AsyncDisposable {
  const dispose = (): void => timer[Symbol.dispose]();
  return { [Symbol.dispose]: dispose, [Symbol.asyncDispose]: async () => dispose() };
}

function plainJob(id: string, promptPath: string, now: number): NewJob {
  return {
    id,
    sessionId: 'ses',
    template: 'generic',
    agent: 'demo',
    model: undefined,
    permission: 'ask',
    permissionRules: [],
    mode: 'one-shot',
    budget: { maxTokens: undefined, maxCostUsd: undefined },
    directory: undefined,
    command: undefined,
    files: [],
    priority: 0,
    runAt: now,
    createdAt: now,
    deadlineAt: undefined,
    timeLimitMs: 60_000,
    maxAttempts: 3,
    backoffMs: 1,
    idempotencyKey: undefined,
    title: `prompt of ${id}`,
    promptPath,
    promptDigest: `digest of ${id}`,
    dependencies: [],
  };
}
