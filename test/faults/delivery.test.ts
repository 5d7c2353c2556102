import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Job } from '../../src/app/index.ts';
import { Program } from './program.ts';

const AGENTS = 20;
const PROMPTS_EACH = 50;
const LARGEST = 64 * 1024;
/** What the demo agent adds to what it repeats. */
const SIGNATURE =
  '\n\n---\n*Made by the built-in demo agent of tmux-builder, without a model: fixed rules and true figures.*\n';

// 20 agents start at once and take 50 prompts each, of 1 byte to 64 KiB, while the processors burn.
// Every other agent swallows an Enter that follows a paste too soon.
test('of 1,000 prompts none is lost, doubled or merged', { timeout: 900_000 }, async () => {
  await using program = await Program.open();
  Object.assign(process.env, { DEMO_AGENT: '@scenarios.json', TMUX_BUILDER_CONCURRENCY: '20' });
  using _burning = burn();
  const jobs: Promise<Job>[] = [];
  for (let agent = 0; agent < AGENTS; agent += 1) {
    const session = await program.app.createSession({ name: `s${agent}`, agent: 'demo' });
    const scenario = { log: 'agent.log', pasteGuardMs: agent % 2 === 0 ? 0 : 100 };
    await writeFile(join(session.dir, 'source', 'scenarios.json'), JSON.stringify([scenario]));
    for (let index = 0; index < PROMPTS_EACH; index += 1) {
      const prompt = promptOf(agent * PROMPTS_EACH + index);
      const input = { prompt, session: session.id, template: 'echo_test', timeLimitMs: 600_000 };
      jobs.push(program.app.addJob({ ...input, mode: 'persistent' }));
    }
  }
  const added = await Promise.all(jobs);

  expect(await program.run('worker', '--until-idle', '--concurrency', String(AGENTS))).toBe(0);

  const lost: object[] = [];
  const instructions: string[] = [];
  for (const [index, { id }] of added.entries()) {
    const { outputPath, status } = await program.app.getJob(id);
    const attempts = await program.app.listAttempts(id);
    const output = outputPath === undefined ? '' : await readFile(outputPath, 'utf8');
    const isWhole = output === `${promptOf(index)}${SIGNATURE}`;
    if (!isWhole) lost.push({ id, status, errors: attempts.map(({ error }) => error) });
    for (const { exchangeDir } of attempts) {
      instructions.push((await readFile(join(exchangeDir, 'instruction.txt'), 'utf8')).trimEnd());
    }
  }
  expect(lost).toEqual([]);
  const submits = await readSubmits(program);
  expect(submits).toHaveLength(AGENTS * PROMPTS_EACH);
  expect(submits.toSorted()).toEqual(instructions.toSorted());
  for (const { id } of (await program.app.listSessions({ limit: 100 })).items) {
    await program.app.stopSession(id);
  }
});

/** 1 byte to 64 KiB, each length about as often on a logarithmic scale; all but the shortest differ. */
function promptOf(index: number): string {
  const length = Math.round(LARGEST ** (index / (AGENTS * PROMPTS_EACH - 1)));
  const mark = `${index} ünd "$(quotes)" \u4f60 ; `;
  return length < mark.length ? 'x'.repeat(length) : mark.repeat(length / mark.length).trim();
}

async function readSubmits(program: Program): Promise<readonly string[]> {
  const submits: string[] = [];
  for (const { dir } of (await program.app.listSessions({ limit: 100 })).items) {
    const log = await readFile(join(dir, 'source', 'agent.log'), 'utf8');
    for (const line of log.split('\n').filter((one) => one !== '')) {
      const { event, text } = JSON.parse(line);
      if (event === 'submit') submits.push(text);
    }
  }
  return submits;
}

/**
 * Keep every core busy, so that what wants to run mostly has to wait. A little nicer than the
 * agents: the test takes a third longer otherwise.
 */
function burn(): Disposable {
  const burners: ChildProcess[] = Array.from({ length: availableParallelism() }, () =>
    spawn('nice', ['-n', '5', '/bin/sh', '-c', 'while :; do :; done'], { stdio: 'ignore' }),
  );
  return { [Symbol.dispose]: () => burners.forEach((burner) => burner.kill('SIGKILL')) };
}
