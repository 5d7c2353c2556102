import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { App } from '../../src/app/index.ts';
import { POLLING, Program } from './program.ts';

/** Resolves with what waits for a person, once something does. */
async function untilAsked(app: App) {
  await expect.poll(async () => await app.listQuestions(), POLLING).toHaveLength(1);
  const [question] = await app.listQuestions();
  if (question === undefined) throw new Error('the question is gone');
  return question;
}

async function addJob({ app }: Program): Promise<string> {
  return (await app.addJob({ agent: 'demo', template: 'echo_test', prompt: 'hello' })).id;
}

test('kill -9 of the worker while an agent asks: answered meanwhile, asked once', async () => {
  await using program = await Program.open({ permission: true });
  const { app } = program;
  const jobId = await addJob(program);
  const worker = program.start('worker');
  const question = await untilAsked(app);
  worker.kill('SIGKILL');
  await once(worker, 'exit');

  await app.answerAgent(question.id, { answer: ['allow'] });
  expect(await program.run('worker', '--until-idle')).toBe(0);

  expect(await app.getJob(jobId)).toMatchObject({ status: 'succeeded', attempts: 1 });
  const kinds = (await app.listJobEvents(jobId)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => /asking|answered/.test(kind))).toEqual([
    'attempt.asking',
    'attempt.answered',
  ]);
  const oracle = await program.readOracle();
  expect(oracle.filter(({ event }) => event === 'hook-answer')).toHaveLength(1);
  expect(oracle.filter(({ event }) => event === 'submit')).toHaveLength(1);
  expect(await program.leftovers()).toEqual([]);
});

test('kill -9 of the worker while an agent asks: the next one still asks the same', async () => {
  await using program = await Program.open({ permission: true });
  const { app } = program;
  const jobId = await addJob(program);
  const before = program.start('worker');
  const question = await untilAsked(app);
  before.kill('SIGKILL');
  await once(before, 'exit');

  const after = program.run('worker', '--until-idle');
  await program.untilEvents([jobId], { kind: 'attempt.taken-over', count: 1 });
  expect((await app.listQuestions()).map(({ id }) => id)).toEqual([question.id]);
  await app.answerAgent(jobId, { answer: ['allow'] });

  expect(await after).toBe(0);
  expect(await app.getJob(jobId)).toMatchObject({ status: 'succeeded', attempts: 1 });
});

test('an answer given in the terminal while no worker lives is no open question', async () => {
  await using program = await Program.open({ permission: true });
  const { app } = program;
  const jobId = await addJob(program);
  const before = program.start('worker');
  const question = await untilAsked(app);
  before.kill('SIGKILL');
  await once(before, 'exit');

  const { command } = await app.attachmentOf(jobId, false);
  const socket = command[command.indexOf('-S') + 1] ?? '';
  await program.tmux('-S', socket, 'send-keys', '-t', '%0', '1');
  expect(await program.run('worker', '--until-idle')).toBe(0);

  expect(await app.getJob(jobId)).toMatchObject({ status: 'succeeded', attempts: 1 });
  const events = await app.listJobEvents(jobId);
  expect(events.find(({ kind }) => kind === 'attempt.answered')?.data).toMatchObject({
    question_id: question.id,
    by: 'terminal',
  });
  await expect(app.answerAgent(question.id, { answer: ['deny'] })).rejects.toMatchObject({
    code: 'job.answered-before',
  });
});
