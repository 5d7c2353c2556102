import { once } from 'node:events';
import { expect, test } from 'vitest';
import { findByEnvironment } from '../../src/base/index.ts';
import { POLLING, Program } from './program.ts';

test('a worker that is told to stop leaves its agents, and cancelling ends every process', async () => {
  await using program = await Program.open({ hang: true, fork: true });
  const ids = await program.addJobs(3);
  const worker = program.start('worker', '--concurrency', '3');
  await program.untilEvents(ids, { kind: 'attempt.busy', count: 3 });
  worker.kill('SIGTERM');
  const [code] = await once(worker, 'exit');
  const left = await program.leftovers();
  for (const id of ids) expect(await program.run('job', 'cancel', id)).toBe(0);

  expect(code).toBe(0);
  expect(left.length).toBeGreaterThanOrEqual(3);
  expect(await program.leftovers()).toEqual([]);
  for (const id of ids) expect((await program.app.getJob(id)).status).toBe('cancelled');
});

test('a second signal ends a draining worker at once, and nothing is lost', async () => {
  await using program = await Program.open({ workDelayMs: 3_000 });
  const ids = await program.addJobs(2);
  const worker = program.start('worker', '--drain', '--concurrency', '2');
  await program.untilEvents(ids, { kind: 'attempt.busy', count: 2 });
  let said = '';
  worker.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString()));
  worker.kill('SIGTERM');
  // Two signals that wait for their process are one.
  await expect.poll(() => said, POLLING).toContain('Once more leaves them');
  worker.kill('SIGTERM');
  await once(worker, 'exit');
  const [running] = (await program.app.listJobs({ statuses: ['running'], limit: 1 })).items;

  expect(running).toBeDefined();
  expect(await program.run('worker', '--until-idle')).toBe(0);
  await program.expectEachDoneOnce(ids);
});

test('a child that the agent left behind is gone before the directory is used again', async () => {
  await using program = await Program.open('@scenarios.json');
  const id = await program.addScenario([{ fork: true, crash: { phase: 'submitted' } }, {}]);
  await using _worker = await program.app.startWorker();
  await program.untilEvents([id], { kind: 'job.requeued', count: 1 });
  const [first] = await program.app.listAttempts(id);

  expect(findByEnvironment('TMUX_BUILDER_RUN', first?.runId ?? '')).toEqual([]);
  expect(await program.app.waitForJob(id)).toMatchObject({ status: 'succeeded', attempts: 2 });
});

test('does a job without HOME, TERM and a locale, as cron and systemd start it', async () => {
  await using program = await Program.open();
  const job = ['run', '--agent', 'demo', '--template', 'echo_test', 'hällo ✓'];
  const { code, stdout } = await program.runBare(...job);

  expect({ code, hasText: stdout.includes('hällo ✓') }).toEqual({ code: 0, hasText: true });
});
