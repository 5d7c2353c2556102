import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openApp, restoreBackup } from '../../../src/app/index.ts';
import { sendSignal, silentLog } from '../../../src/base/index.ts';
import { Bench } from './bench.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open({ workDelayMs: 50 });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

const demo = { agent: 'demo', template: 'echo_test' } as const;

/** Every job that the restored directory lists has its files. */
async function filesOf(dataDir: string): Promise<readonly string[]> {
  await using app = await openApp({ dataDir, log: silentLog });
  const { items } = await app.listJobs({ limit: 1_000 });
  return items.flatMap(({ promptPath, outputPath }) => [promptPath, outputPath ?? []].flat());
}

test('is whole while jobs run, and what was queued is done in the restored one', async () => {
  const { app } = bench;
  const ids: string[] = [];
  for (let n = 0; n < 8; n += 1) ids.push((await app.addJob({ ...demo, prompt: `p ${n}` })).id);
  const worker = await app.startWorker({ concurrency: 2 });
  const first = await app.waitForJob(ids[0] ?? '');
  const late = await app.addJob({ ...demo, prompt: 'late', delayMs: 3_600_000 });

  const made = await app.backUp(join(bench.dir, 'backup'));
  const dataDir = join(bench.dir, 'restored');
  await restoreBackup({ from: made.directory, dataDir });

  for (const path of await filesOf(dataDir)) expect(existsSync(path), path).toBe(true);
  await using restored = await openApp({ dataDir, log: silentLog });
  const jobs = (await restored.listJobs({ limit: 100 })).items;
  expect(jobs.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids, late.id]));
  expect(jobs.filter(({ status }) => ['leased', 'running'].includes(status))).toEqual([]);
  expect(await restored.readOutput(first.id)).toBe(await app.readOutput(first.id));
  expect(await restored.readOutput(first.id)).toContain('p 0');
  const checks = await restored.examine();
  expect(checks.filter(({ name }) => ['data directory', 'jobs'].includes(name))).toMatchObject([
    { result: 'ok' },
    { result: 'ok' },
  ]);
  const again = await restored.addJob({ ...demo, prompt: 'one more' });
  expect((await restored.executeJob(again.id)).status).toBe('succeeded');
  const left = jobs.find(({ status, id }) => status === 'queued' && id !== late.id);
  expect((await restored.executeJob(left?.id ?? '')).status).toBe('succeeded');
  // The original went on as if nothing had been.
  for (const id of ids) expect((await app.waitForJob(id)).status).toBe('succeeded');
  await worker[Symbol.asyncDispose]();
});

test('queues a job again that ran, and takes no agent of the original for its own', async () => {
  const session = await bench.app.createSession({ userId: 'ann' });
  await bench.putJobs([{ session: session.id, id: 'job_runs', status: 'running' }]);
  await bench.run(`UPDATE jobs SET attempts = 1, max_attempts = 1, prompt_path = $1`, [
    join(session.dir, 'prompts', 'x.md'),
  ]);
  await bench.run(
    `INSERT INTO attempts (job_id, number, worker_id, state, started_at, exchange_dir, nonce,
       conversation_id, run_id, socket_path, server_pid, server_start, pane_id)
     VALUES ('job_runs', 1, 'w', 'busy', 1, $1, 'n', 'c', 'job_runs.1.n', '/tmp/x/tmux.sock', $2, 's', '%0')`,
    [join(session.dir, 'jobs', 'job_runs', '1'), process.pid],
  );

  const made = await bench.app.backUp(join(bench.dir, 'backup'));
  const dataDir = join(bench.dir, 'restored');
  await restoreBackup({ from: made.directory, dataDir });

  await using restored = await openApp({ dataDir, log: silentLog });
  const job = await restored.getJob('job_runs');
  expect(job).toMatchObject({ status: 'queued', maxAttempts: 2 });
  expect(job.promptPath).toBe(join(dataDir, 'sessions', 'active', session.id, 'prompts', 'x.md'));
  const [attempt] = await restored.listAttempts('job_runs');
  expect(attempt).toMatchObject({ state: 'ended', runId: 'restored.job_runs.1.n' });
  expect(attempt?.socketPath.startsWith(dataDir)).toBe(true);
});

test('a copy harms neither the clouds nor the programs of the original', async () => {
  const local = await bench.app.sites.create({ requirements: 'A page.' });
  const cloud = await bench.app.sites.create({ requirements: 'A page.', time_to_live_h: 1 });
  await bench.run(
    `UPDATE sites SET provider = 'aws', status = 'destroying' WHERE session_id = $1`,
    [cloud.session_id],
  );
  const program = join('sites', local.session_id, 'program.json');
  await mkdir(join(bench.dataDir, 'sites', local.session_id), { recursive: true });
  await writeFile(join(bench.dataDir, program), JSON.stringify({ pid: 1, startTime: '1' }));

  const made = await bench.app.backUp(join(bench.dir, 'backup'));
  const dataDir = join(bench.dir, 'restored');
  const { keptSites } = await restoreBackup({ from: made.directory, dataDir });

  expect(keptSites).toBe(1);
  expect(existsSync(join(bench.dataDir, program))).toBe(true);
  expect(existsSync(join(dataDir, program))).toBe(false);
  await using restored = await openApp({ dataDir, log: silentLog });
  const site = await restored.sites.get(cloud.session_id);
  expect(site).toMatchObject({ status: 'failed', expires_at: null });
  expect(site.execution.status).toBe('cancelled');
  expect((await bench.app.sites.get(cloud.session_id)).expires_at).not.toBeNull();
});

test('has a session where the snapshot has it, whoever moves it meanwhile', async () => {
  const moved = await bench.app.createSession({ userId: 'ann', name: 'moved' });
  const deleted = await bench.app.createSession({ userId: 'ann', name: 'deleted' });
  await writeFile(join(moved.dir, 'source', 'a.txt'), 'kept');
  let isMoved = false;
  const move = async (): Promise<void> => {
    await bench.app.archiveSession(moved.id);
    await bench.app.archiveSession(deleted.id);
    await bench.app.deleteSession(deleted.id);
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  // The first files are copied once the snapshot is there.
  await writeFile(join(bench.dataDir, 'config.yaml'), 'concurrency: 2\n');
  const backing = bench.app.backUp(join(bench.dir, 'backup'), () => {
    if (isMoved) return;
    isMoved = true;
    void move().then(resolve);
  });
  await Promise.all([backing, promise]);
  const dataDir = join(bench.dir, 'restored');
  await restoreBackup({ from: join(bench.dir, 'backup'), dataDir });

  await using restored = await openApp({ dataDir, log: silentLog });
  const { items } = await restored.listSessions({ limit: 10 });
  const found = items.find(({ id }) => id === moved.id);
  expect(await readFile(join(found?.dir ?? '', 'source', 'a.txt'), 'utf8')).toBe('kept');
  for (const { dir } of items) expect(existsSync(dir), dir).toBe(true);
});

test('keeps links, modes and empty directories, and leaves a file that grows as long as it was', async () => {
  const session = await bench.app.createSession({ userId: 'ann' });
  const source = join(session.dir, 'source');
  await mkdir(join(source, 'empty'));
  await writeFile(join(source, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  await symlink('run.sh', join(source, 'link'));
  await appendFile(join(source, 'log'), 'line\n');

  await bench.app.backUp(join(bench.dir, 'backup'));
  const dataDir = join(bench.dir, 'restored');
  await restoreBackup({ from: join(bench.dir, 'backup'), dataDir });

  const put = join(dataDir, 'sessions', 'active', session.id, 'source');
  expect(readdirSync(put).toSorted()).toEqual(['empty', 'link', 'log', 'run.sh']);
  expect(await readFile(join(put, 'link'), 'utf8')).toBe('#!/bin/sh\n');
});

test('refuses a changed backup, one without an end, and a directory that is not empty', async () => {
  const session = await bench.app.createSession({ userId: 'ann' });
  await writeFile(join(session.dir, 'source', 'a.txt'), 'as it was');
  const from = join(bench.dir, 'backup');
  await bench.app.backUp(from);
  const dataDir = join(bench.dir, 'restored');
  const copy = join(from, 'sessions', 'active', session.id, 'source', 'a.txt');
  await writeFile(copy, 'as it is!');

  await expect(restoreBackup({ from, dataDir })).rejects.toMatchObject({
    code: 'backup.incomplete',
  });
  await writeFile(copy, 'as it was');
  // What the refused one left is begun anew.
  await restoreBackup({ from, dataDir });
  await expect(restoreBackup({ from, dataDir })).rejects.toMatchObject({
    code: 'data-dir.not-empty',
  });
  const manifest = await readFile(join(from, 'manifest.jsonl'), 'utf8');
  await writeFile(join(from, 'manifest.jsonl'), manifest.slice(0, manifest.lastIndexOf('{')));
  await expect(restoreBackup({ from, dataDir: join(bench.dir, 'x') })).rejects.toMatchObject({
    code: 'backup.incomplete',
  });
  await expect(bench.app.backUp(from)).rejects.toMatchObject({ code: 'backup.bad-directory' });
  await expect(bench.app.backUp(join(bench.dataDir, 'b'))).rejects.toMatchObject({
    code: 'backup.bad-directory',
  });
});

test('leaves nothing behind when it cannot be written, and says what', async () => {
  const parent = join(bench.dir, 'file');
  await writeFile(parent, '');
  const before = readdirSync(bench.dir);

  await expect(bench.app.backUp(parent)).rejects.toMatchObject({ code: 'backup.bad-directory' });
  await expect(bench.app.backUp(join(parent, 'backup'))).rejects.toMatchObject({
    code: 'backup.bad-directory',
  });
  const tooDeep = join(bench.dir, 'x'.repeat(250));
  await expect(bench.app.backUp(tooDeep)).rejects.toMatchObject({ code: 'backup.failed' });
  expect(readdirSync(bench.dir)).toEqual(before);
});

test.each(['/etc/x', '../x', 'a/../../x', 'a/./b'])('restores nothing at %j', async (path) => {
  const from = join(bench.dir, 'evil');
  await mkdir(from);
  const head = {
    kind: 'tmux-builder-backup',
    version: 1,
    made_at: '2026-01-01T00:00:00Z',
    data_dir: '/d',
    real_dir: '/d',
  };
  const lines = [head, { type: 'link', path, target: '/etc' }, { type: 'end', entries: 1 }];
  await writeFile(join(from, 'manifest.jsonl'), lines.map((one) => JSON.stringify(one)).join('\n'));

  await expect(restoreBackup({ from, dataDir: join(bench.dir, 'x') })).rejects.toMatchObject({
    code: 'backup.incomplete',
  });
});

test('is no backup when it is killed in the midst, and the next one is', async () => {
  const session = await bench.app.createSession({ userId: 'ann' });
  const directory = join(session.dir, 'source', 'many');
  await mkdir(directory);
  for (let n = 0; n < 1_000; n += 1) await writeFile(join(directory, `${n}`), `${n}`);
  const to = join(bench.dir, 'backup');
  const child = start('backup', to);
  const parts = (): readonly string[] =>
    readdirSync(bench.dir).filter((name) => name.startsWith('backup.part-'));
  await expect
    .poll(() => parts().some((part) => existsSync(join(bench.dir, part, 'sessions'))), {
      interval: 1,
      timeout: 60_000,
    })
    .toBe(true);
  const exited = once(child, 'exit');
  if (child.pid !== undefined) sendSignal(child.pid, 'SIGKILL');
  await exited;

  expect(existsSync(to)).toBe(false);
  const [part = ''] = parts();
  const dataDir = join(bench.dir, 'restored');
  const wish = { from: join(bench.dir, part), dataDir };
  await expect(restoreBackup(wish)).rejects.toMatchObject({ code: 'backup.incomplete' });
  const [code] = await once(start('backup', to), 'exit');
  expect(code).toBe(0);
  const restoring = start('--data-dir', dataDir, 'restore', to);
  const [restored] = await once(restoring, 'exit');
  expect(restored).toBe(0);
  const put = join(dataDir, 'sessions', 'active', session.id, 'source', 'many');
  expect(readdirSync(put)).toHaveLength(1_000);
});

function start(...args: readonly string[]): ChildProcess {
  const env = { ...process.env, TMUX_BUILDER_DATA_DIR: bench.dataDir };
  return spawn(process.execPath, [main, ...args], { env, stdio: 'ignore' });
}
