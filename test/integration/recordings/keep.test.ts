import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppContext } from '../../../src/app/context.ts';
import { pruneRecordings, sweepRecordings } from '../../../src/app/keep-recordings.ts';
import { countingIds, FakeClock, silentLog } from '../../../src/base/index.ts';
import { openSessions, type Session } from '../../../src/sessions/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';

const { signal } = new AbortController();
const DAY_MS = 86_400_000;
const MB = 1_000_000;

let dataDir: string;
let store: Store;
let clock: FakeClock;
let ctx: AppContext;
let session: Session;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tb-keep-'));
  clock = new FakeClock();
  const ids = countingIds();
  store = await openStore({ path: join(dataDir, 'a.db'), clock, ids }, signal);
  const tools = { store, clock, ids, log: silentLog };
  const sessions = await openSessions({ ...tools, dataDir }, signal);
  session = await sessions.create({ userId: 'someone' }, signal);
  const config = { recordingsKeepDays: 30, recordingsMaxMb: 3 };
  // What retention needs of it, and no more.
  ctx = { ...tools, sessions, config } as unknown as AppContext;
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

interface Wish {
  readonly job?: string;
  readonly number?: number;
  readonly home?: string;
  /** Left out: it runs. */
  readonly endedAt?: number;
  readonly socketPath?: string;
}

/** An attempt with a recording of one MB; returns its directory. */
async function addAttempt(name: string, wish: Wish = {}): Promise<string> {
  const { job = name, number = 1, home = join('jobs', name, '1'), endedAt } = wish;
  const dir = join(session.dir, home);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'stream.log'), Buffer.alloc(MB));
  await writeFile(join(dir, 'output.md'), 'answer');
  await store.write(async (sql) => {
    await sql.run(
      `INSERT INTO jobs (id, session_id, agent, status, run_at, created_at)
       VALUES ($1, $2, 'demo', 'running', 0, 0) ON CONFLICT DO NOTHING`,
      [job, session.id],
    );
    await sql.run(
      `INSERT INTO attempts (job_id, number, state, started_at, ended_at, exchange_dir, home_dir,
         socket_path, server_pid) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)`,
      [
        job,
        number,
        endedAt === undefined ? 'busy' : 'ended',
        endedAt ?? clock.now(),
        endedAt ?? null,
        join(session.dir, 'jobs', job, String(number)),
        dir,
        wish.socketPath ?? join(dataDir, 'no', 'socket'),
      ],
    );
  }, signal);
  return dir;
}

function isKept(dir: string): boolean {
  return existsSync(join(dir, 'stream.log'));
}

test('a sweep removes what is too old and what is too much, the oldest first', async () => {
  const now = clock.now();
  const old = await addAttempt('old', { endedAt: now - 31 * DAY_MS });
  const ages = [29, 3, 2, 1];
  const dirs = await Promise.all(
    ages.map(async (days) => await addAttempt(`d${days}`, { endedAt: now - days * DAY_MS })),
  );

  const { removed, keptBytes } = await sweepRecordings(ctx, signal);

  expect(removed.map(({ jobId }) => jobId).toSorted()).toEqual(['d29', 'old']);
  expect(keptBytes).toBe(3 * MB);
  expect([old, ...dirs].map(isKept)).toEqual([false, false, true, true, true]);
  expect(existsSync(join(old, 'output.md'))).toBe(true);
});

test('what an agent may still write to is kept, however old or large', async () => {
  const longAgo = clock.now() - 400 * DAY_MS;
  const running = await addAttempt('running');
  // A conversation that lives on: its jobs have ended, its agent waits for the next one.
  const socketPath = join(dataDir, 'live', 'tmux.sock');
  await mkdir(join(dataDir, 'live'));
  const idle = await addAttempt('idle', { endedAt: longAgo, home: 'state/agent-1', socketPath });
  // Of two attempts in one recording one goes on.
  const shared = { home: 'state/agent-2', job: 'shared' };
  await addAttempt('shared', { ...shared, endedAt: longAgo });
  const both = await addAttempt('shared', { ...shared, number: 2 });

  const all = { olderThanMs: 0, maxBytes: 0 };
  expect((await pruneRecordings(ctx, all, signal)).removed).toEqual([]);
  expect([running, idle, both].map(isKept)).toEqual([true, true, true]);

  await rm(join(dataDir, 'live'), { recursive: true });
  expect((await pruneRecordings(ctx, all, signal)).removed.map(({ dir }) => dir)).toEqual([idle]);
});

test('later sweeps look only at what is left, and find all of it', async () => {
  const first = await addAttempt('first', { endedAt: clock.now() - 2 * DAY_MS });
  const socketPath = join(dataDir, 'live', 'tmux.sock');
  await mkdir(join(dataDir, 'live'));
  const idle = await addAttempt('idle', { endedAt: clock.now() - 10 * DAY_MS, socketPath });
  expect((await sweepRecordings(ctx, signal)).removed).toEqual([]);

  await clock.advance(29 * DAY_MS);
  const second = await addAttempt('second', { endedAt: clock.now() });
  await sweepRecordings(ctx, signal);
  expect([first, idle, second].map(isKept)).toEqual([false, true, true]);

  await rm(join(dataDir, 'live'), { recursive: true });
  await sweepRecordings(ctx, signal);
  expect([idle, second].map(isKept)).toEqual([false, true]);

  await clock.advance(31 * DAY_MS);
  await sweepRecordings(ctx, signal);
  expect(isKept(second)).toBe(false);
});

test('recordings of an archived session are removed as well', async () => {
  await addAttempt('old', { endedAt: clock.now() - 31 * DAY_MS });
  await store.write(async (sql) => {
    await sql.run(`UPDATE jobs SET status = 'succeeded'`);
  }, signal);
  const archived = await ctx.sessions.archive(session.id, signal);
  const dir = join(archived.dir, 'jobs', 'old', '1');
  expect(isKept(dir)).toBe(true);

  expect((await sweepRecordings(ctx, signal)).removed.map((one) => one.dir)).toEqual([dir]);
  expect(isKept(dir)).toBe(false);
});

test('a sweep that would remove something says so before, without doing it', async () => {
  const dir = await addAttempt('one', { endedAt: clock.now() });
  const plan = await pruneRecordings(ctx, { maxBytes: 0, dryRun: true }, signal);
  expect(plan.removed.map(({ bytes, isGrowing }) => [bytes, isGrowing])).toEqual([[MB, false]]);
  expect(plan.keptBytes).toBe(0);
  expect(isKept(dir)).toBe(true);
});
