import { expect, test } from 'vitest';
import { Program } from './program.ts';

/** The servers once every agent has its prompt; on a slow machine the last ones may be done. */
async function untilServers(program: Program, ids: readonly string[]): Promise<readonly number[]> {
  const { app } = program;
  await program.untilEvents(ids, { kind: 'attempt.busy', count: ids.length });
  const attempts = await Promise.all(ids.map(async (id) => (await app.listAttempts(id)).at(-1)));
  return attempts.flatMap((attempt) => attempt?.address?.server.pid ?? []);
}

test(
  'a killed tmux server costs its job one attempt, and no other job anything',
  { timeout: 120_000 },
  async () => {
    await using program = await Program.open({ workDelayMs: 1_500 });
    const { app } = program;
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1)
      ids.push((await app.addJob({ agent: 'demo', prompt: `job ${n}` })).id);
    await using worker = await app.startWorker({ concurrency: 4 });
    const [first = 0] = await untilServers(program, ids);
    process.kill(first, 'SIGKILL');
    const ends = await Promise.all(ids.map(async (id) => await app.waitForJob(id)));
    await worker.untilIdle(AbortSignal.timeout(60_000));

    expect(ends.map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
    expect(ends.map(({ attempts }) => attempts)).toEqual([2, 1, 1, 1]);
    expect((await app.listAttempts(ids[0] ?? ''))[0]?.error?.code).toBe('job.agent-lost');
    expect(await program.leftovers()).toEqual([]);
  },
);

test(
  'the end of the host: servers and worker die together, and no attempt is left',
  { timeout: 120_000 },
  async () => {
    await using program = await Program.open({ workDelayMs: 60_000 });
    const { app } = program;
    const job = await app.addJob({ agent: 'demo', prompt: 'long', maxAttempts: 1 });
    const child = program.start('worker');
    const pids = await untilServers(program, [job.id]);
    child.kill('SIGKILL');
    for (const pid of [...pids, ...(await program.leftovers())]) process.kill(pid, 'SIGKILL');
    await using _worker = await app.startWorker();
    const end = await app.waitForJob(job.id);

    expect(end).toMatchObject({ status: 'failed', attempts: 1, error: { code: 'job.agent-lost' } });
  },
);
