import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, openApp } from '../../src/app/index.ts';
import { findByEnvironment, silentLog } from '../../src/base/index.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** What the demo agent writes down about itself: the oracle of "asked exactly once". */
export interface OracleLine {
  readonly event: string;
  readonly text?: string;
}

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

  static async open(scenario: Readonly<Record<string, unknown>> = {}): Promise<Program> {
    // Short: a socket's path ends at 107 bytes.
    const dir = await mkdtemp(join(tmpdir(), 'tb-fault-'));
    // For the programs that we start, and for an app in our own process alike.
    const env = Object.assign(process.env, {
      TMUX_BUILDER_DATA_DIR: join(dir, 'data'),
      TMUX_BUILDER_RUNTIME_DIR: join(dir, 'r'),
      TMUX_BUILDER_PASS_ENVIRONMENT: 'DEMO_AGENT',
      TMUX_BUILDER_BACKOFF_MS: '10',
      DEMO_AGENT: JSON.stringify({ log: join(dir, 'oracle.jsonl'), ...scenario }),
    });
    const app = await openApp({ dataDir: env.TMUX_BUILDER_DATA_DIR, log: silentLog });
    return new Program(dir, app, env);
  }

  start(...args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [main, ...args], { env: this.#env, stdio: 'ignore' });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Run to its end; resolves with the exit code. */
  async run(...args: readonly string[]): Promise<number | null> {
    const [code] = await once(this.start(...args), 'exit');
    return code;
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
