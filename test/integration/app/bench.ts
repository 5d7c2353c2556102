import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, openApp } from '../../../src/app/index.ts';
import { silentLog, systemClock, randomIds } from '../../../src/base/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';

const never = new AbortController().signal;

export interface BenchJob {
  readonly session: string;
  readonly id: string;
  readonly status?: string;
  readonly title?: string;
  readonly agent?: string;
  readonly mode?: string;
  readonly createdAt?: number;
}

/** An App on a directory of its own, and a second connection to write what no use case would. */
export class Bench implements AsyncDisposable {
  readonly dir: string;
  readonly app: App;
  readonly store: Store;

  private constructor(dir: string, app: App, store: Store) {
    this.dir = dir;
    this.app = app;
    this.store = store;
  }

  /** @param scenario how the demo agent behaves; see src/demo-agent/scenario.ts. */
  static async open(scenario: object = {}): Promise<Bench> {
    process.env['DEMO_AGENT'] = JSON.stringify(scenario);
    process.env['TMUX_BUILDER_PASS_ENVIRONMENT'] = 'DEMO_AGENT';
    // As somebody far away: no window is to open on the desktop of whoever runs the tests.
    process.env['SSH_CONNECTION'] = 'test';
    const dir = await mkdtemp(join(tmpdir(), 'tb-app-'));
    const dataDir = join(dir, 'data');
    const app = await openApp({ dataDir, log: silentLog });
    const clock = systemClock;
    const tools = { clock, ids: randomIds(clock) };
    const store = await openStore({ path: join(dataDir, 'tmux-builder.db'), ...tools }, never);
    return new Bench(dir, app, store);
  }

  get dataDir(): string {
    return join(this.dir, 'data');
  }

  async run(sql: string, values: readonly (string | number | null)[] = []): Promise<void> {
    await this.store.write(async (tx) => await tx.run(sql, values), never);
  }

  async addUser(id: string): Promise<void> {
    await this.run(
      `INSERT INTO users (id, name, role, created_at) VALUES ($1, $1, 'operator', 0)`,
      [id],
    );
  }

  async addMember(session: string, user: string, role: string): Promise<void> {
    const values = [session, user, role];
    await this.run('INSERT INTO members (session_id, user_id, role) VALUES ($1, $2, $3)', values);
  }

  /** Rows of jobs as they are after whatever happened to them. */
  async putJobs(jobs: readonly BenchJob[]): Promise<void> {
    await this.store.write(async (sql) => {
      for (const job of jobs) {
        const { session, id, status = 'queued', title = id, agent = 'demo' } = job;
        const { mode = 'one-shot', createdAt = 0 } = job;
        await sql.run(
          `INSERT INTO jobs (id, session_id, template, agent, permission, mode, status, run_at,
             created_at, time_limit_ms, title, prompt_path, settled_at)
           VALUES ($1, $2, 'generic', $3, 'ask', $4, $5, 0, $6, 1000, $7, '/none', $6)`,
          [id, session, agent, mode, status, createdAt, title],
        );
      }
    }, never);
  }

  async record(stream: string, kind: string): Promise<void> {
    await this.store.write(
      async (sql) => await sql.append({ stream, kind, at: 1, data: {} }),
      never,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
    await this.app[Symbol.asyncDispose]();
    await rm(this.dir, { recursive: true, force: true });
  }
}
