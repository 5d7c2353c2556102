import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type App, type JobInput, openApp } from '../../src/app/index.ts';
import { findByEnvironment, sendSignal, silentLog } from '../../src/base/index.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** What the demo agent writes down about itself: the oracle of "asked exactly once". */
export interface OracleLine {
  readonly event: string;
  readonly text?: string;
}

/** Often, to meet the moment, and no longer than any machine needs. */
export const POLLING = { interval: 5, timeout: 90_000 } as const;

/** The real program on a data directory of its own, started and killed as a person would. */
export class Program implements AsyncDisposable {
  readonly dir: string;
  readonly app: App;
  readonly oracle: string;
  readonly #children = new Set<ChildProcess>();
  readonly #env: NodeJS.ProcessEnv;

  private constructor(dir: string, app: App, env: NodeJS.ProcessEnv) {
    this.dir = dir;
    this.app = app;
    this.#env = env;
    this.oracle = join(dir, 'oracle.jsonl');
  }

  /** `@scenarios.json`: each session says in this file of its `source/` how its agents behave. */
  static async open(
    scenario: Readonly<Record<string, unknown>> | '@scenarios.json' = {},
  ): Promise<Program> {
    // Short: a socket's path ends at 107 bytes.
    const dir = await mkdtemp(join(tmpdir(), 'tb-fault-'));
    // For the programs that we start, and for an app in our own process alike.
    const env = Object.assign(process.env, {
      TMUX_BUILDER_DATA_DIR: join(dir, 'data'),
      TMUX_BUILDER_RUNTIME_DIR: join(dir, 'r'),
      TMUX_BUILDER_PASS_ENVIRONMENT: 'DEMO_AGENT',
      TMUX_BUILDER_BACKOFF_MS: '10',
      DEMO_AGENT:
        typeof scenario === 'string'
          ? scenario
          : JSON.stringify({ log: join(dir, 'oracle.jsonl'), ...scenario }),
    });
    const app = await openApp({ dataDir: env.TMUX_BUILDER_DATA_DIR, log: silentLog });
    return new Program(dir, app, env);
  }

  start(...args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [main, ...args], {
      env: this.#env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // What nobody reads must not fill the pipe.
    child.stderr.resume();
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  get runtimeDir(): string {
    return join(this.dir, 'r');
  }

  /** Run to its end with PATH alone in its environment. */
  async runBare(
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly stdout: string }> {
    const env = {
      PATH: process.env['PATH'],
      TMUX_BUILDER_DATA_DIR: this.#env['TMUX_BUILDER_DATA_DIR'],
      TMUX_BUILDER_RUNTIME_DIR: this.runtimeDir,
    };
    const child = spawn(process.execPath, [main, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
    const [code] = await once(child, 'close');
    return { code, stdout };
  }

  /** Signal a process that may have ended a moment ago. */
  kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
    sendSignal(pid, signal);
  }

  async addJobs(count: number): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const input = { agent: 'demo', template: 'echo_test', prompt: `job ${n}` };
      ids.push((await this.app.addJob(input)).id);
    }
    return ids;
  }

  /** Add a job in a session of its own whose first agents behave as told, one after the other. */
  async addScenario(scenarios: readonly object[], input: Partial<JobInput> = {}): Promise<string> {
    const session = await this.app.createSession();
    await writeFile(join(session.dir, 'source', 'scenarios.json'), JSON.stringify(scenarios));
    const job = { agent: 'demo', template: 'echo_test', prompt: 'hello', session: session.id };
    return (await this.app.addJob({ ...job, ...input })).id;
  }

  /** Resolves once `count` jobs have an event of this kind. */
  async untilEvents(
    ids: readonly string[],
    { kind, count }: { readonly kind: string; readonly count: number },
  ): Promise<void> {
    const reached = async (): Promise<number> => {
      const events = await Promise.all(ids.map(async (id) => await this.app.listJobEvents(id)));
      return events.filter((one) => one.some((event) => event.kind === kind)).length;
    };
    await expect.poll(reached, POLLING).toBeGreaterThanOrEqual(count);
  }

  /** Each job succeeded and ended once, and each attempt that was asked was asked once. */
  async expectEachDoneOnce(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const kinds = (await this.app.listJobEvents(id)).map(({ kind }) => kind);
      expect(await this.app.getJob(id)).toMatchObject({ status: 'succeeded' });
      expect(kinds.filter((kind) => kind === 'job.settled')).toHaveLength(1);
      expect(await this.app.readOutput(id)).toContain('job ');
    }
    // The text of an instruction is its attempt's own.
    const submits = (await this.readOracle()).filter(({ event }) => event === 'submit');
    expect(new Set(submits.map(({ text }) => text)).size).toBe(submits.length);
  }

  /** Run to its end; resolves with the exit code. */
  async run(...args: readonly string[]): Promise<number | null> {
    const [code] = await once(this.start(...args), 'exit');
    return code;
  }

  /** Run a command of tmux to its end. */
  async tmux(...args: readonly string[]): Promise<void> {
    const [code] = await once(spawn('tmux', [...args], { stdio: 'ignore' }), 'exit');
    if (code !== 0) throw new Error(`tmux ${args.join(' ')} ended with ${code}`);
  }

  async readOracle(): Promise<readonly OracleLine[]> {
    const text = await readFile(this.oracle, 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  }

  /** Processes of agents of this data directory that are alive, however they were re-parented. */
  async leftovers(): Promise<readonly number[]> {
    const pids: number[] = [];
    const { items } = await this.app.listJobs({ limit: 1_000 });
    for (const job of items) {
      for (const { runId } of await this.app.listAttempts(job.id)) {
        pids.push(...findByEnvironment('TMUX_BUILDER_RUN', runId).map(({ pid }) => pid));
      }
    }
    return pids;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const pid of await this.leftovers()) process.kill(pid, 'SIGKILL');
    await this.app[Symbol.asyncDispose]();
    await rm(this.dir, { recursive: true, force: true });
  }
}
