import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, openApp } from '../src/app/index.ts';
import { type Clock, hasCode, silentLog, systemClock } from '../src/base/index.ts';
import { type HavocCounts, wreakHavoc } from './havoc.ts';
import { allJobs, checkInvariants, type Invariant } from './invariants.ts';
import { Random } from './random.ts';
import { drawFate } from './scenarios.ts';
import { Sentinel } from './sentinel.ts';
import { sweepOnce, Workers } from './workers.ts';

export interface SoakOptions {
  /** Agents at once. */
  readonly agents: number;
  /** How long jobs are added and things are broken; then what is left is done. */
  readonly ms: number;
  /** Share of the jobs whose first agent goes wrong, from 0 to 1. */
  readonly faults: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Keep the data directory, for looking at what broke. */
  readonly keep: boolean;
}

export interface SoakReport {
  readonly dir: string;
  readonly statuses: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly havoc: HavocCounts;
  readonly workersStarted: number;
  readonly invariants: readonly Invariant[];
}

const LEASE_MS = 4_000;
const WORKERS = 2;
/** Of all jobs; they go to a few conversations. */
const PERSISTENT_SHARE = 0.1;
const CONVERSATIONS = 3;
/** What is left over when nothing more is added has this long to come to its end. */
const DRAIN_MS = 5 * 60_000;
const never = new AbortController().signal;

/** Run many demo agents through the real program while things break; then check the invariants. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { agents, ms, seed, say } = options;
  const clock = systemClock;
  const dir = await mkdtemp(join(tmpdir(), 'tb-soak-'));
  const environment = environmentOf(dir, agents);
  Object.assign(process.env, environment);
  await using cleanup = new AsyncDisposableStack();
  if (!options.keep) cleanup.defer(async () => await rm(dir, { recursive: true, force: true }));
  const sentinel = cleanup.use(await Sentinel.open(join(dir, 'other')));
  const app = cleanup.use(
    await openApp({ dataDir: environment.TMUX_BUILDER_DATA_DIR, log: silentLog }),
  );
  const random = new Random(seed);
  const faults: Record<string, number> = {};
  let havoc: HavocCounts = {};
  let workersStarted = 0;
  {
    await using workers = new Workers(
      WORKERS,
      { ...process.env, ...environment },
      join(dir, 'worker.log'),
    );
    using limit = clock.deadline(ms, new Error('the time is up'));
    const breaking = wreakHavoc(
      { app, workers, random: new Random(seed + 1), clock, leaseMs: LEASE_MS },
      limit.signal,
    );
    await keepBusy({ app, clock, random, dir, options, faults }, limit.signal);
    havoc = await breaking;
    say('nothing more is added or broken; what is left is done');
    await drained(app, clock, say);
    workersStarted = workers.started;
  }
  // What a worker that was killed left behind is ended by the next one.
  await sweepOnce({ ...process.env, ...environment });
  for (const session of (await app.listSessions({ limit: 100 })).items) {
    await app.stopSession(session.id);
  }
  const jobs = await allJobs(app);
  const invariants = [...(await checkInvariants({ app, jobs })), await sentinel.check()];
  const statuses: Record<string, number> = {};
  for (const { status } of jobs) statuses[status] = (statuses[status] ?? 0) + 1;
  return { dir, statuses, faults, havoc, workersStarted, invariants };
}

function environmentOf(dir: string, agents: number) {
  return {
    TMUX_BUILDER_DATA_DIR: join(dir, 'data'),
    TMUX_BUILDER_RUNTIME_DIR: join(dir, 'r'),
    TMUX_BUILDER_PASS_ENVIRONMENT: 'DEMO_AGENT',
    TMUX_BUILDER_CONCURRENCY: String(agents),
    TMUX_BUILDER_BACKOFF_MS: '200',
    TMUX_BUILDER_LEASE_MS: String(LEASE_MS),
    TMUX_BUILDER_HEARTBEAT_MS: '1000',
    TMUX_BUILDER_PERMISSION: 'allow',
    DEMO_AGENT: '@scenarios.json',
  };
}

interface Adding {
  readonly app: App;
  readonly clock: Clock;
  readonly random: Random;
  readonly dir: string;
  readonly options: SoakOptions;
  /** Counts what was drawn. */
  readonly faults: Record<string, number>;
}

/** Add jobs so that there are always some more than agents, until aborted. */
async function keepBusy(adding: Adding, signal: AbortSignal): Promise<void> {
  const { app, clock, options } = adding;
  const enough = Math.ceil(options.agents * 1.5);
  for (let number = 0; !signal.aborted; number += 1) {
    const { items } = await app.listJobs({
      statuses: ['queued', 'leased', 'running'],
      limit: enough,
    });
    if (items.length >= enough) await clock.after(100, signal).catch(() => {});
    else await addOne(adding, number).catch(unlessBusy);
  }
}

/** A worker that is stopped within a transaction holds the lock until it goes on: add another one. */
function unlessBusy(error: unknown): void {
  if (!hasCode(error, 'store.busy')) throw error;
}

async function addOne(
  { app, random, dir, options, faults }: Adding,
  number: number,
): Promise<void> {
  const prompt = `soak job ${number}: ${'x'.repeat(random.between(1, 2_000))}`;
  if (random.chance(PERSISTENT_SHARE)) {
    const session = `talk-${random.between(1, CONVERSATIONS)}`;
    await ensureSession(app, session);
    await app.addJob({ prompt, session, agent: 'demo', mode: 'persistent', timeLimitMs: 60_000 });
    return;
  }
  const fate = drawFate(random, options.faults);
  if (fate.fault !== undefined) faults[fate.fault] = (faults[fate.fault] ?? 0) + 1;
  const directory = join(dir, 'work', String(number));
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'scenarios.json'), JSON.stringify(fate.scenarios));
  await app.addJob({ prompt, agent: 'demo', directory, timeLimitMs: 20_000, maxAttempts: 4 });
}

async function ensureSession(app: App, name: string): Promise<void> {
  const { items } = await app.listSessions({ limit: 100 });
  if (items.some((one) => one.name === name)) return;
  const session = await app.createSession({ name, agent: 'demo' });
  await writeFile(join(session.dir, 'source', 'scenarios.json'), '[{"log":"agent.log"}]');
}

async function drained(app: App, clock: Clock, say: (line: string) => void): Promise<void> {
  const end = clock.monotonic() + DRAIN_MS;
  for (;;) {
    const { items } = await app.listJobs({
      statuses: ['queued', 'leased', 'running'],
      limit: 1_000,
    });
    if (items.length === 0) return;
    if (clock.monotonic() > end) {
      say(`${items.length} jobs did not come to an end: ${items.map(({ id }) => id).join(', ')}`);
      return;
    }
    await clock.after(500, never);
  }
}
