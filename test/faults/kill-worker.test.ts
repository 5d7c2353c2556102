import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Program } from './program.ts';

const JOBS = 20;

// Killed early (agents start), in the middle (prompts are handed over) and late (some are settled).
test.each([
  { kind: 'attempt.started', count: 3 },
  { kind: 'attempt.agent-started', count: 6 },
  { kind: 'attempt.delivering', count: 4 },
  { kind: 'attempt.busy', count: 8 },
  { kind: 'job.settled', count: 5 },
])(
  'kill -9 of the worker once $count jobs have $kind: the next one ends every job once',
  { timeout: 120_000 },
  async (moment) => {
    await using program = await Program.open({ workDelayMs: 300 });
    const ids = await program.addJobs(JOBS);
    const worker = program.start('worker', '--concurrency', '10');
    await program.untilEvents(ids, moment);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    expect(await program.run('worker', '--concurrency', '10', '--until-idle')).toBe(0);

    await program.expectEachDoneOnce(ids);
    // Whoever had been asked before the kill was adopted, not asked again by a second attempt.
    const attempts = await Promise.all(
      ids.map(async (id) => (await program.app.getJob(id)).attempts),
    );
    const submits = (await program.readOracle()).filter(({ event }) => event === 'submit').length;
    expect(submits).toBe(JOBS);
    expect(Math.max(...attempts)).toBeLessThanOrEqual(2);
    expect(await program.leftovers()).toEqual([]);
  },
);

test('kill -9 again and again still ends every job once', { timeout: 180_000 }, async () => {
  await using program = await Program.open({ workDelayMs: 200 });
  const ids = await program.addJobs(JOBS);
  // Primes, so that the kills meet different moments of a job.
  for (const ms of [311, 401, 503, 607, 701]) {
    const worker = program.start('worker', '--concurrency', '8');
    await new Promise((resolve) => setTimeout(resolve, ms));
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  expect(await program.run('worker', '--concurrency', '8', '--until-idle')).toBe(0);

  await program.expectEachDoneOnce(ids);
  expect(await program.leftovers()).toEqual([]);
});

test('two workers at once share the jobs, each done once', { timeout: 120_000 }, async () => {
  await using program = await Program.open();
  const ids = await program.addJobs(JOBS);
  const codes = await Promise.all([
    program.run('worker', '--concurrency', '6', '--until-idle'),
    program.run('worker', '--concurrency', '6', '--until-idle'),
  ]);

  expect(codes).toEqual([0, 0]);
  await program.expectEachDoneOnce(ids);
});

test('a worker that finds nothing to do ends what a dead one left of a settled job', async () => {
  await using program = await Program.open();
  const { id } = await program.app.addJob({
    agent: 'demo',
    template: 'echo_test',
    prompt: 'a job',
  });
  expect(await program.run('worker', '--until-idle')).toBe(0);
  const [attempt] = await program.app.listAttempts(id);
  const env = { ...process.env, TMUX_BUILDER_RUN: attempt?.runId };
  const orphan = spawn('sleep', ['1000'], { env, stdio: 'ignore' });
  await once(orphan, 'spawn');
  expect(await program.leftovers()).toEqual([orphan.pid]);

  expect(await program.run('worker', '--until-idle')).toBe(0);
  expect(await program.leftovers()).toEqual([]);
});
