import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Program } from './program.ts';

/** Kill until nothing is left: what dies may just have started something. */
async function killAll(program: Program): Promise<void> {
  for (;;) {
    const pids = await program.leftovers();
    if (pids.length === 0) return;
    for (const pid of pids) program.kill(pid);
  }
}

test.each([
  { kind: 'attempt.started', count: 2 },
  { kind: 'attempt.delivering', count: 3 },
  { kind: 'attempt.busy', count: 5 },
])(
  'the host dies once $count jobs have $kind: each job ends once, and nobody was asked twice',
  { timeout: 120_000 },
  async (moment) => {
    await using program = await Program.open({ workDelayMs: 600 });
    const ids = await program.addJobs(6);
    const worker = program.start('worker', '--concurrency', '6');
    await program.untilEvents(ids, moment);
    worker.kill('SIGKILL');
    await killAll(program);
    await once(worker, 'exit');
    await rm(program.runtimeDir, { recursive: true });

    expect(await program.run('worker', '--concurrency', '6', '--until-idle')).toBe(0);
    await program.expectEachDoneOnce(ids);
    expect(await program.leftovers()).toEqual([]);
  },
);
