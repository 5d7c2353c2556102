import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countingIds, FakeClock, ownIdentity, silentLog } from '../../../src/base/index.ts';
import {
  openSessions,
  type Session,
  sessionFolders,
  type Sessions,
  type SessionsOptions,
} from '../../../src/sessions/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';

const { signal } = new AbortController();
const userId = 'someone';

let dataDir: string;
let store: Store;
let clock: FakeClock;
let sessions: Sessions;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sessions-'));
  clock = new FakeClock();
  store = await openStore({ path: join(dataDir, 'a.db'), clock, ids: countingIds() }, signal);
  sessions = await open();
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

const ids = countingIds();
async function open(options: Partial<SessionsOptions> = {}): Promise<Sessions> {
  const tools = { store, dataDir, clock, ids, log: silentLog, ...options };
  return await openSessions(tools, signal);
}

async function run(sql: string, values: readonly (string | number)[]): Promise<void> {
  await store.write(async (one) => await one.run(sql, values), signal);
}

async function addJob(session: Session, id: string, status: string): Promise<void> {
  await run(
    `INSERT INTO jobs (id, session_id, agent, status, run_at, created_at)
     VALUES ($1, $2, 'demo', $3, 0, 0)`,
    [id, session.id, status],
  );
}

/** Leave the row as a program does that died in the middle. */
async function dieAs(session: Session, status: string): Promise<void> {
  await run("UPDATE sessions SET status = $2, busy_pid = 1, busy_start = 'never' WHERE id = $1", [
    session.id,
    status,
  ]);
}

test('changes of a budget at the same time add up, and null takes a limit away', async () => {
  const { id } = await sessions.create({ userId, budget: { maxTokens: 1, maxCostUsd: 1 } }, signal);

  await Promise.all([
    sessions.setBudget(id, { maxTokens: 50 }, signal),
    sessions.setBudget(id, { maxCostUsd: 2.5 }, signal),
  ]);
  const { budget } = await sessions.get(id, signal);
  const lifted = await sessions.setBudget(id, { maxTokens: null }, signal);

  expect(budget).toEqual({ maxTokens: 50, maxCostUsd: 2.5 });
  expect(lifted.budget).toEqual({ maxTokens: undefined, maxCostUsd: 2.5 });
});

test('makes a directory that explains itself', async () => {
  const session = await sessions.create({ name: 'site', userId, agent: 'demo' }, signal);

  expect(session).toMatchObject({ name: 'site', status: 'active', agent: 'demo' });
  expect(session.dir).toBe(join(dataDir, 'sessions', 'active', session.id));
  expect(await readdir(session.dir)).toEqual(
    [...sessionFolders, 'job_queue.json', 'metadata.json'].toSorted(),
  );
  expect(JSON.parse(readFileSync(join(session.dir, 'metadata.json'), 'utf8'))).toEqual({
    version: 1,
    session_id: session.id,
    name: 'site',
    user_id: userId,
    agent: 'demo',
    concurrency: null,
    created_at: '2023-11-14T22:13:20.000Z',
  });
  expect(await sessions.hasFolders(session.id)).toBe(true);
  expect(await store.events(session.id, 0, 10, signal)).toMatchObject([
    { kind: 'session.created', data: { name: 'site', user_id: userId } },
  ]);
});

test('makes nothing when the name is unsafe or the row cannot be written', async () => {
  await expect(sessions.create({ name: '../up', userId }, signal)).rejects.toMatchObject({
    code: 'session.bad-name',
  });
  const stopped = new AbortController();
  const failing = sessions.create({ userId }, stopped.signal);
  stopped.abort(new Error('stop'));

  await expect(failing).rejects.toThrow('stop');
  expect(await readdir(join(dataDir, 'sessions', 'active'))).toEqual([]);
});

test('finds by id, by name with active ones first, and by the unique start of an id', async () => {
  const old = await sessions.create({ name: 'twice', userId }, signal);
  await sessions.archive(old.id, signal);
  const young = await sessions.create({ name: 'twice', userId }, signal);

  expect((await sessions.get(old.id, signal)).id).toBe(old.id);
  expect((await sessions.get('twice', signal)).id).toBe(young.id);
  expect(await sessions.find(young.id.slice(0, 5), signal)).toBeUndefined();
  await expect(sessions.get(young.id.slice(0, 6), signal)).rejects.toMatchObject({
    code: 'session.ambiguous',
    facts: { ids: [young.id, old.id] },
  });
  await expect(sessions.get('twic', signal)).rejects.toMatchObject({ code: 'session.not-found' });
  await expect(sessions.get('%', signal)).rejects.toMatchObject({ code: 'session.not-found' });
  await expect(sessions.getActive(old.id, signal)).rejects.toMatchObject({
    code: 'session.not-active',
  });
});

test('finds the active session of a name behind many newer ones that were archived', async () => {
  const active = await sessions.create({ name: 'default', userId }, signal);
  for (let number = 0; number < 6; number += 1) {
    const { id } = await sessions.create({ name: 'default', userId }, signal);
    await sessions.archive(id, signal);
  }

  expect(await sessions.get('default', signal)).toEqual(active);
});

test('pages newest first without repeats while sessions are added, and filters by status', async () => {
  const made: string[] = [];
  for (let number = 0; number < 5; number += 1) {
    made.unshift((await sessions.create({ userId }, signal)).id);
    // Pairs share their millisecond, and a page ends within each: the id decides.
    if (number % 2 === 1) clock.jump(1);
  }

  const first = await sessions.list({ limit: 2 }, signal);
  await sessions.create({ userId }, signal);
  const second = await sessions.list({ limit: 2, cursor: first.next }, signal);
  const third = await sessions.list({ limit: 2, cursor: second.next }, signal);

  const listed = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
  expect(listed).toEqual(made);
  expect(third.next).toBeUndefined();
  await sessions.archive(made[1] ?? '', signal);
  const archived = await sessions.list({ limit: 9, status: 'archived', userId }, signal);
  expect(archived.items.map(({ id }) => id)).toEqual([made[1]]);
  expect((await sessions.list({ limit: 9, userId: 'nobody' }, signal)).items).toEqual([]);
  await expect(sessions.list({ limit: 2, cursor: 'x' }, signal)).rejects.toMatchObject({
    code: 'list.bad-cursor',
  });
});

test('archives with every file, restores, and deletes for good', async () => {
  const session = await sessions.create({ userId }, signal);
  await writeFile(join(session.dir, 'output', 'a.md'), 'kept');
  await addJob(session, 'job_1', 'succeeded');

  const archived = await sessions.archive(session.id, signal);
  expect(archived).toMatchObject({ status: 'archived', archivedAt: clock.now() });
  expect(readFileSync(join(archived.dir, 'output', 'a.md'), 'utf8')).toBe('kept');
  expect(existsSync(session.dir)).toBe(false);

  const restored = await sessions.restore(session.id, signal);
  expect(restored).toEqual({ ...session, archivedAt: undefined });
  expect(readFileSync(join(restored.dir, 'output', 'a.md'), 'utf8')).toBe('kept');
  await expect(sessions.delete(session.id, signal)).rejects.toMatchObject({
    code: 'session.not-archived',
  });

  await sessions.archive(session.id, signal);
  await sessions.delete(session.id, signal);
  expect(await sessions.find(session.id, signal)).toBeUndefined();
  expect(existsSync(archived.dir)).toBe(false);
  expect(await store.events(session.id, 0, 10, signal)).toMatchObject([
    { kind: 'session.deleted', data: { user_id: 'someone' } },
  ]);
  const jobs = await store.read(async (sql) => await sql.all('SELECT id FROM jobs'), signal);
  expect(jobs).toEqual([]);
});

test.each(['queued', 'leased', 'running'])(
  'refuses to archive while a job is %s',
  async (status) => {
    const session = await sessions.create({ userId }, signal);
    await addJob(session, 'job_1', status);

    await expect(sessions.archive(session.id, signal)).rejects.toMatchObject({
      code: 'session.has-running-jobs',
      facts: { jobs: ['job_1'] },
      todo: expect.stringContaining('cancel job_1'),
    });
    expect(await sessions.get(session.id, signal)).toEqual(session);
  },
);

test('stays active, directory and row, when the directory cannot be moved', async () => {
  const session = await sessions.create({ userId }, signal);
  const refusing = await open({
    rename: async () => await Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' })),
  });

  await expect(refusing.archive(session.id, signal)).rejects.toMatchObject({
    code: 'session.cannot-move',
  });

  expect(await sessions.get(session.id, signal)).toEqual(session);
  expect(existsSync(session.dir)).toBe(true);
  expect((await sessions.archive(session.id, signal)).status).toBe('archived');
});

test('does not archive over a directory that is there already', async () => {
  const session = await sessions.create({ userId }, signal);
  const foreign = join(dataDir, 'sessions', 'deleted', session.id);
  await mkdir(foreign, { recursive: true });
  await writeFile(join(foreign, 'somebody.txt'), 'kept');

  await expect(sessions.archive(session.id, signal)).rejects.toMatchObject({
    code: 'session.cannot-move',
  });

  expect(readFileSync(join(foreign, 'somebody.txt'), 'utf8')).toBe('kept');
  expect(await sessions.get(session.id, signal)).toEqual(session);
});

test('says that the directory is missing, and leaves the status', async () => {
  const session = await sessions.create({ userId }, signal);
  await rm(session.dir, { recursive: true });

  await expect(sessions.archive(session.id, signal)).rejects.toMatchObject({
    code: 'session.directory-missing',
  });
  expect((await sessions.get(session.id, signal)).status).toBe('active');
  expect(await sessions.hasFolders(session.id)).toBe(false);
  await sessions.makeFolders(session.id);
  expect(await sessions.hasFolders(session.id)).toBe(true);
});

test('lets one of two programs that archive at once do it, and refuses the other', async () => {
  const session = await sessions.create({ userId }, signal);
  const other = await open();

  const outcomes = await Promise.allSettled([
    sessions.archive(session.id, signal),
    other.archive(session.id, signal),
  ]);

  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'session.busy' },
  });
});

test('finishes a deletion whose doer died when it is opened', async () => {
  const session = await sessions.create({ userId }, signal);
  const { dir } = await sessions.archive(session.id, signal);
  await dieAs(session, 'deleting');
  await rm(join(dir, 'output'), { recursive: true });

  const reopened = await open();

  expect(await reopened.find(session.id, signal)).toBeUndefined();
  expect(existsSync(dir)).toBe(false);
});

test('finishes an archive whose doer died before it restores', async () => {
  const session = await sessions.create({ userId }, signal);
  await dieAs(session, 'archiving');

  const restored = await sessions.restore(session.id, signal);

  expect(restored.status).toBe('active');
  const kinds = (await store.events(session.id, 0, 10, signal)).map(({ kind }) => kind);
  expect(kinds).toEqual(['session.created', 'session.archived', 'session.restored']);
});

test('opens although a half-done move cannot be finished, and leaves that to later', async () => {
  const session = await sessions.create({ userId }, signal);
  await dieAs(session, 'archiving');
  await rm(session.dir, { recursive: true });
  const warnings: string[] = [];

  const reopened = await open({ log: { ...silentLog, warn: (text) => warnings.push(text) } });

  expect(warnings).toEqual(['session move not finished']);
  expect((await reopened.get(session.id, signal)).status).toBe('active');
});

test('leaves a move alone whose doer lives', async () => {
  const session = await sessions.create({ userId }, signal);
  const { pid, startTime } = await ownIdentity();
  await run(
    "UPDATE sessions SET status = 'archiving', busy_pid = $2, busy_start = $3 WHERE id = $1",
    [session.id, pid, startTime],
  );

  const reopened = await open();

  expect((await reopened.get(session.id, signal)).status).toBe('archiving');
  await expect(reopened.restore(session.id, signal)).rejects.toMatchObject({
    code: 'session.busy',
    facts: { pid },
  });
});
