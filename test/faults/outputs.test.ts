import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Program } from './program.ts';

const faults = {
  'written in two parts': { scenarios: [{ output: 'partial' }], end: 'succeeded' },
  'written twice': { scenarios: [{ output: 'twice' }], end: 'succeeded' },
  'not written': { scenarios: [{ output: 'none' }], end: 'job.no-output' },
  'not written, exit status 0': {
    scenarios: [{ crash: { phase: 'submitted', status: 0 } }],
    end: 'agent.exited',
  },
  'written elsewhere': { scenarios: [{ output: 'wrong-path' }], end: 'job.no-output' },
  'an empty file': { scenarios: [{ output: 'empty' }], end: 'job.invalid-output' },
  'a link': { scenarios: [{ output: 'symlink' }], end: 'job.invalid-output' },
  'a directory': { scenarios: [{ output: 'directory' }], end: 'job.invalid-output' },
  // The second attempt does not take the file of the first for its own.
  'that of an earlier attempt': {
    scenarios: [{ crash: { phase: 'output', status: 1 } }, { output: 'none' }],
    end: 'job.no-output',
  },
  'never due': { scenarios: [{ hang: true }], end: 'job.timed-out' },
};

test('an output counts when the turn is over and it is a whole file at its place, else it says why', async () => {
  await using program = await Program.open('@scenarios.json');
  const entries = Object.entries(faults);
  const ids: string[] = [];
  for (const [, { scenarios }] of entries) {
    const limit = 'hang' in (scenarios[0] ?? {}) ? { timeLimitMs: 3_000 } : {};
    ids.push(await program.addScenario(scenarios, { maxAttempts: scenarios.length, ...limit }));
  }
  await using worker = await program.app.startWorker({ concurrency: entries.length });
  const ends = await Promise.all(ids.map(async (id) => await program.app.waitForJob(id)));
  await worker.untilIdle(AbortSignal.timeout(60_000));

  const found = ends.map(({ status, error }, index) => [
    entries[index]?.[0],
    error?.code ?? status,
  ]);
  expect(found).toEqual(entries.map(([name, { end }]) => [name, end]));
  for (const { id, status } of ends.filter((job) => job.status === 'succeeded')) {
    expect(await program.app.readOutput(id), status).toContain('hello');
  }
  expect(await program.leftovers()).toEqual([]);
});

test('an output that comes after the end of its attempt is kept and changes nothing', async () => {
  await using program = await Program.open({ output: 'none' });
  const job = await program.app.addJob({ agent: 'demo', prompt: 'hello', maxAttempts: 1 });
  expect(await program.run('worker', '--until-idle')).toBe(0);
  const [attempt] = await program.app.listAttempts(job.id);
  const late = join(attempt?.exchangeDir ?? '', `output-${attempt?.nonce}.md`);
  await writeFile(late, 'too late\n');
  expect(await program.run('worker', '--until-idle')).toBe(0);

  expect(await program.app.getJob(job.id)).toMatchObject({
    status: 'failed',
    error: { code: 'job.no-output' },
  });
  expect(await readFile(late, 'utf8')).toBe('too late\n');
});
