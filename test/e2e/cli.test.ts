import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  agentView,
  attachmentView,
  checkView,
  eventView,
  jobDetailView,
  jobLogView,
  jobOutputView,
  jobView,
  runView,
  sessionView,
  settingView,
  templateView,
} from '../../src/contract/index.ts';
import { main, Program } from './cli-program.ts';

const list = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });

test('does a prompt with the demo agent and says that it is no model', async () => {
  await using program = await Program.open();
  const { code, stdout, stderr } = await program.run(['run', 'Say hello']);
  expect(code).toBe(0);
  expect(stdout).toContain('Hello!');
  expect(stderr).toMatch(/^Claude Code is not installed: .*demo.*not a model/);
  const path = /^demo answered after .*: (?<path>.*)$/m.exec(stderr)?.groups?.['path'] ?? '';
  expect(await readFile(path, 'utf8')).toBe(stdout);
});

test('prints exactly one object with --json, before or after the command', async () => {
  await using program = await Program.open();
  const first = await program.json(runView.strict(), ['run', 'Say hello']);
  expect(first).toMatchObject({ status: 'succeeded', attempts: 1, agent: 'demo', error: null });
  expect(await readFile(first.output_path ?? '', 'utf8')).toBe(first.output);

  const { stdout, stderr } = await program.run(['--json', '-q', 'run', '-'], 'Say hello');
  expect(runView.parse(JSON.parse(stdout)).status).toBe('succeeded');
  expect(stderr).toBe('');
});

test('runs any program, its arguments untouched by a shell or by our options', async () => {
  await using program = await Program.open();
  const script = 'cat "$0" "$3" >"$1"; printf "[%s]" "$2" >>"$1"; exit 0';
  const file = join(program.dir, 'prompt.txt');
  await writeFile(file, 'from a file');
  const tail = ['sh', '-c', script, '{prompt}', '{output}', '--json $(id) -V', '/dev/null'];
  const { code, stdout } = await program.run(['run', '--prompt-file', file, '--', ...tail]);
  expect(code).toBe(0);
  expect(stdout).toContain('from a file');
  expect(stdout).toContain('[--json $(id) -V]');
});

test('a queued job is done by a worker, and every command shows it in its shape', async () => {
  await using program = await Program.open();
  const added = await program.run(['job', 'add', '--priority', '-5', 'Say hello']);
  expect(added.stderr).toContain('No worker is running');
  const id = added.stdout.trim();
  const second = await program.json(jobView.strict(), ['job', 'add', 'hi', '--after', id]);
  expect(second.blocked_by).toBe(1);

  const worker = await program.run(['worker', '--until-idle', '--json']);
  expect(worker.code).toBe(0);
  const [start, ...events] = worker.stdout.trim().split('\n');
  expect(JSON.parse(start ?? '')).toMatchObject({ kind: 'worker.started', adopted: 0 });
  const settled = events
    .map((line) => eventView.parse(JSON.parse(line)))
    .filter(({ kind }) => kind === 'job.settled');
  expect(settled.map(({ stream }) => stream)).toEqual([id, second.job_id]);

  const short = id.slice(0, -1);
  const shown = await program.json(jobDetailView.strict(), ['job', 'show', short]);
  expect(shown).toMatchObject({ job_id: id, status: 'succeeded', priority: -5 });
  expect(shown.attempt_list).toHaveLength(1);
  const output = await program.json(jobOutputView.strict(), ['job', 'output', id]);
  expect((await program.run(['job', 'output', id])).stdout).toBe(output.output);
  const log = await program.json(jobLogView.strict(), ['job', 'logs', id]);
  expect(existsSync(log.path)).toBe(true);
  const waited = await program.json(list(jobView.strict()), ['job', 'wait', id, second.job_id]);
  expect(waited.items.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  const page = await program.json(list(jobView), ['job', 'list', '--limit', '1']);
  expect(page.items[0]?.job_id).toBe(second.job_id);
  const rest = ['job', 'list', '--cursor', page.next ?? '', '--status', 'succeeded', 'failed'];
  expect((await program.json(list(jobView), rest)).items[0]?.job_id).toBe(id);
});

test('the log of a job has no escape sequences in a pipe, and follows to the end', async () => {
  await using program = await Program.open({ workDelayMs: 300 });
  const id = (await program.run(['job', 'add', 'Say hello'])).stdout.trim();
  const following = program.start(['job', 'logs', id, '--follow']);
  await program.run(['worker', '--until-idle']);
  const { code, stdout, stderr } = await following.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('demo agent');
  expect(stdout).not.toContain('\u001b');
  expect(stderr).toContain('succeeded');
  expect((await program.run(['job', 'logs', id])).stdout).toBe(stdout);
  expect((await program.run(['job', 'logs', id, '--raw'])).stdout).toContain('\u001b[');
});

test('a session is made, listed, archived, restored and deleted', async () => {
  await using program = await Program.open();
  const made = await program.json(sessionView.strict(), [
    'session',
    'create',
    'shop',
    '--agent',
    'demo',
    '--start',
  ]);
  expect((await program.json(list(sessionView), ['session', 'list'])).items).toHaveLength(1);
  const start = await program.run(['session', 'start', 'shop']);
  expect(start.code).toBe(0);
  const shown = JSON.parse((await program.run(['session', 'show', 'shop', '--json'])).stdout);
  expect(shown).toMatchObject({ session_id: made.session_id, health: { healthy: true } });
  expect((await program.run(['session', 'stop', 'shop'])).code).toBe(0);
  expect((await program.run(['session', 'archive', 'shop'])).stdout).toContain('archived');
  expect((await program.run(['session', 'restore', 'shop'])).stdout).toContain('active');
  await program.run(['session', 'archive', 'shop']);

  const refused = await program.run(['session', 'delete', 'shop']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('--yes');
  expect((await program.run(['session', 'delete', 'shop', '--yes'])).code).toBe(0);
  expect((await program.run(['session', 'show', made.session_id])).code).toBe(3);
});

test('tells what it found on this machine', async () => {
  await using program = await Program.open();
  const agents = await program.json(list(agentView.strict()), ['agents']);
  expect(agents.items.find(({ agent }) => agent === 'demo')).toMatchObject({ found: true });
  const checks = await program.json(list(checkView.strict()), ['doctor']);
  expect(checks.items.find(({ name }) => name === 'tmux')?.result).toBe('ok');
  const templates = await program.json(list(templateView.strict()), ['templates']);
  expect(templates.items.map(({ name }) => name)).toContain('file_analysis');
});

test('reads and changes the configuration, and says where a value comes from', async () => {
  await using program = await Program.open();
  const set = await program.json(settingView.strict(), ['config', 'set', 'concurrency', '8']);
  expect(set).toMatchObject({ key: 'concurrency', value: 8, source: 'file' });
  expect((await program.run(['config', 'get', 'concurrency'])).stdout).toBe('8\n');
  await program.run(['config', 'unset', 'concurrency']);
  const all = await program.json(list(settingView.strict()), ['config']);
  expect(all.items.find(({ key }) => key === 'concurrency')).toMatchObject({ source: 'default' });
  expect((await program.run(['config', 'path'])).stdout.trim()).toBe(
    join(program.dataDir, 'config.yaml'),
  );
});

test('cancels a running job, retries it, and refuses what its state forbids', async () => {
  await using program = await Program.open({ hang: true });
  const worker = program.start(['worker']);
  await worker.until('jobs at once');
  const id = (await program.run(['job', 'add', '-q', 'Say hello'])).stdout.trim();
  await worker.until(`${id} working`);
  const attach = await program.json(attachmentView.strict(), ['job', 'attach', id, '--write']);
  expect(attach).toMatchObject({ read_only: false });
  expect((await program.run(['job', 'retry', id])).code).toBe(5);
  expect((await program.run(['job', 'output', id])).code).toBe(5);
  const late = await program.run(['job', 'wait', id, '--timeout', '50ms']);
  expect(late.code).toBe(124);
  expect((await program.run(['job', 'cancel', id])).stdout).toBe(`${id} cancelled\n`);
  expect((await program.run(['job', 'wait', id])).code).toBe(1);
  expect((await program.run(['job', 'attach', id, '--print'])).code).toBe(5);
  worker.kill('SIGTERM');
  expect((await worker.ended).code).toBe(0);
});

test('a worker that is stopped leaves its agent, and the next one takes it over', async () => {
  await using program = await Program.open({ workDelayMs: 2_000 });
  const id = (await program.run(['job', 'add', 'Say hello'])).stdout.trim();
  const first = program.start(['worker']);
  await first.until(`${id} working`);
  first.kill('SIGINT');
  expect((await first.ended).code).toBe(0);

  const second = await program.run(['worker', '--until-idle']);
  expect(second.stdout).toContain('takes over 1 attempts');
  const shown = await program.json(jobDetailView, ['job', 'show', id]);
  expect(shown).toMatchObject({ status: 'succeeded', attempts: 1 });
});

test('a drained worker finishes what runs before it ends', async () => {
  await using program = await Program.open({ workDelayMs: 500 });
  const id = (await program.run(['job', 'add', 'Say hello'])).stdout.trim();
  const worker = program.start(['worker', '--drain']);
  await worker.until(`${id} working`);
  worker.kill('SIGTERM');
  const { code, stdout } = await worker.ended;
  expect(code).toBe(0);
  expect(stdout).toContain(`${id} succeeded`);
});

test('a reader that goes away ends the program quietly', async () => {
  await using program = await Program.open();
  await program.run(['job', 'add', 'Say hello']);
  const shell = `${process.execPath} ${main} worker | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', shell], {
    env: program.environment,
  });
  expect(stdout).toMatch(/^worker: .*\n0\n$/);
  expect(stderr).toBe('');
});
