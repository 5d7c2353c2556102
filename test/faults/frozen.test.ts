import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { isRunning } from '../../src/base/index.ts';
import { Program } from './program.ts';

// Lower than any lease that makes sense, so that a test need not wait long for its end.
Object.assign(process.env, { TMUX_BUILDER_LEASE_MS: '1000', TMUX_BUILDER_HEARTBEAT_MS: '300' });

/**
 * Stop a worker between two transactions: in one it would hold the lock of the database, and
 * everybody would wait for it.
 */
function stop(worker: ChildProcess, { dir }: Program): void {
  using database = new DatabaseSync(join(dir, 'data', 'tmux-builder.db'), { timeout: 100 });
  for (;;) {
    worker.kill('SIGSTOP');
    // The signal is on its way for a moment in which it may still take the lock.
    while (!/\) T /.test(readFileSync(`/proc/${worker.pid}/stat`, 'utf8')));
    try {
      database.exec('BEGIN IMMEDIATE; ROLLBACK');
      return;
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('locked'))) throw error;
      worker.kill('SIGCONT');
    }
  }
}

test.each(['attempt.started', 'attempt.agent-started', 'attempt.busy'])(
  'a worker that is stopped past its lease from %s on, and wakes, changes nothing any more',
  { timeout: 120_000 },
  async (kind) => {
    await using program = await Program.open({ workDelayMs: 2_500 });
    const ids = await program.addJobs(4);
    const sleeper = program.start('worker', '--concurrency', '4');
    await program.untilEvents(ids, { kind, count: 1 });
    stop(sleeper, program);
    const ended = program.run('worker', '--concurrency', '4', '--until-idle');
    await program.untilEvents(ids, { kind: 'attempt.taken-over', count: 1 });
    sleeper.kill('SIGCONT');

    expect(await ended).toBe(0);
    await program.expectEachDoneOnce(ids);
    // Nobody ended an agent that had been asked: it would have been asked again.
    const submits = (await program.readOracle()).filter(({ event }) => event === 'submit');
    expect(submits).toHaveLength(ids.length);
    sleeper.kill('SIGTERM');
    await once(sleeper, 'exit');
    expect(await program.leftovers()).toEqual([]);
  },
);

test(
  'a stopped tmux server is killed: work that ends is taken all the same, the rest is tried again',
  { timeout: 120_000 },
  async () => {
    await using program = await Program.open('@scenarios.json');
    const ending = await program.addScenario([{ workDelayMs: 600 }]);
    const hanging = await program.addScenario([{ hang: true }, {}]);
    const ids = [ending, hanging];
    await using worker = await program.app.startWorker({ concurrency: 2 });
    await program.untilEvents(ids, { kind: 'attempt.busy', count: 2 });
    const servers = [];
    for (const id of ids) {
      const server = (await program.app.listAttempts(id)).at(-1)?.address?.server;
      if (server === undefined) expect.fail('it has no server');
      program.kill(server.pid, 'SIGSTOP');
      servers.push(server);
    }
    const ends = await Promise.all(ids.map(async (id) => await program.app.waitForJob(id)));
    await worker.untilIdle(AbortSignal.timeout(60_000));

    expect(ends.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect(ends.map(({ attempts }) => attempts)).toEqual([1, 2]);
    expect(await Promise.all(servers.map(isRunning))).toEqual([false, false]);
    expect(await program.leftovers()).toEqual([]);
  },
);
