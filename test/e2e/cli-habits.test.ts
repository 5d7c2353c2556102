import { spawnSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobDetailView, runView } from '../../src/contract/index.ts';
import { main, Program } from './cli-program.ts';

test('a program gets the prompt as it was given, and nothing around it', async () => {
  await using program = await Program.open();
  const { stdout } = await program.run([
    'run',
    '--prompt=two words',
    '--',
    'sh',
    '-c',
    'cat "$0" > "$1"',
    '{prompt}',
    '{output}',
  ]);

  expect(stdout).toBe('two words\n');
});

test('a program is the one beside the person, wherever it then works', async () => {
  await using program = await Program.open();
  await writeFile(join(program.dir, 'shout.sh'), '#!/bin/sh\ntr a-z A-Z <"$1" >"$2"\n');
  await chmod(join(program.dir, 'shout.sh'), 0o755);
  const { code, stdout } = await program.run([
    'run',
    '--prompt=aloud',
    '--directory=/',
    '--',
    './shout.sh',
    '{prompt}',
    '{output}',
  ]);

  expect(code).toBe(0);
  expect(stdout).toBe('ALOUD\n');
});

test('an answer that cannot be written to stdout is no success', async () => {
  await using program = await Program.open();
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', '"$0" "$@" > /dev/full', process.execPath, main, 'templates', '--json'],
    { env: program.environment, encoding: 'utf8' },
  );

  expect(status).toBe(6);
  expect(stderr).toContain('could not be written');
});

test('a job shows what happened to it, in order, and its prompt in the list', async () => {
  await using program = await Program.open();
  const { job_id: id } = await program.json(runView.strict(), [
    'run',
    '--agent',
    'demo',
    'Say hello',
  ]);
  const job = await program.json(jobDetailView.strict(), ['job', 'show', id]);

  expect(job.title).toBe('Say hello');
  expect(job.events.map(({ kind }) => kind)).toEqual([
    'job.queued',
    'attempt.started',
    'attempt.agent-started',
    'attempt.delivering',
    'attempt.busy',
    'attempt.ended',
    'job.settled',
  ]);
  expect((await program.run(['job', 'show', id])).stdout).toContain('attempt.busy');
  expect((await program.run(['job', 'list'])).stdout).toContain('Say hello');
});

test('a key that was used before says so, and gives the earlier answer', async () => {
  await using program = await Program.open();
  const args = ['--agent', 'demo', '--key', 'once', 'Say hello'];
  const first = await program.json(runView.strict(), ['run', ...args]);
  const again = await program.run(['job', 'add', ...args]);

  expect(again.stdout.trim()).toBe(first.job_id);
  expect(again.stderr).toContain('has this key already');
  expect(again.stderr).not.toContain('No worker is running');
});

test("an agent's terminal has the configured size", async () => {
  await using program = await Program.open();
  const size = { TMUX_BUILDER_COLUMNS: '123', TMUX_BUILDER_ROWS: '45' };
  const args = ['run', '--prompt=x', '--', 'sh', '-c', 'stty size > "$0"', '{output}'];

  expect((await program.run(args, '', size)).stdout).toBe('45 123\n');
});

test('without tmux neither a job nor a worker is begun, and no job is left failed', async () => {
  await using program = await Program.open();
  const id = (await program.run(['job', 'add', '--agent', 'demo', 'later'])).stdout.trim();
  const without = { PATH: program.dir };
  const worker = await program.run(['worker', '--until-idle'], '', without);
  const run = await program.run(['run', '--agent', 'demo', 'now'], '', without);

  expect([worker.code, run.code]).toEqual([4, 4]);
  expect(worker.stderr).toContain('tmux was not found');
  const { stdout } = await program.run(['job', 'list', '--json']);
  const { items } = JSON.parse(stdout);
  expect(items).toMatchObject([{ job_id: id, status: 'queued', attempts: 0 }]);
});
