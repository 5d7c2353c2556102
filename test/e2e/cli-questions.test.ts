import { expect, test } from 'vitest';
import { z } from 'zod';
import { auditView, jobDetailView, questionView } from '../../src/contract/index.ts';
import { type Ended, Program, type Running } from './cli-program.ts';

const list = z.object({ items: z.array(questionView), next: z.null() });
const entries = z.object({ items: z.array(auditView), next: z.null() });
const failure = z.object({ error: z.object({ code: z.string() }) });

async function asked(program: Program) {
  return (await program.json(list, ['asking'])).items;
}

/** Begin a job of the demo agent, and wait until it asks. */
async function begin(program: Program, ...options: readonly string[]): Promise<Running> {
  const running = program.start(['run', '--agent', 'demo', ...options, 'hello']);
  await running.until('-> Answer it:');
  return running;
}

async function codeOf(ended: Promise<Ended>): Promise<readonly [number | null, string]> {
  const { code, stdout } = await ended;
  return [code, failure.parse(JSON.parse(stdout)).error.code];
}

async function eventsOf(program: Program, jobId: string) {
  return (await program.json(jobDetailView, ['job', 'show', jobId])).events;
}

test('a permission and a question are listed, answered from elsewhere, and the job goes on', async () => {
  await using program = await Program.open({ permission: true, question: true });
  const running = await begin(program);

  const [permission] = await asked(program);
  const first = permission?.question_id ?? '';
  const table = await program.run(['asking']);
  const shown = await program.run(['job', 'show', permission?.job_id ?? '']);
  const allowed = await program.run(['job', 'answer', first, 'allow']);
  await running.until('asks: Which colour?');
  const [question] = await asked(program);
  const chosen = await program.run(['job', 'answer', question?.job_id ?? '', 'Sea green']);
  const { code, stdout, stderr } = await running.ended;

  expect(permission).toMatchObject({ kind: 'permission', tool: 'Write', answered_by: null });
  expect(table.stdout).toContain(first);
  expect(table.stdout).toContain('allow, deny');
  expect(shown.stdout).toContain(`tmux-builder job answer ${first} ANSWER`);
  expect([allowed.code, chosen.code, code]).toEqual([0, 0, 0]);
  expect(stderr).toContain(`tmux-builder job answer ${first} ANSWER`);
  expect(stdout).toContain('The colour is Sea green.');
  expect(await asked(program)).toEqual([]);
  const events = await eventsOf(program, permission?.job_id ?? '');
  const answers = events.filter(({ kind }) => kind === 'attempt.answered');
  expect(answers.map(({ data }) => [data['by'], data['answer']])).toEqual([
    ['person', { kind: 'allow' }],
    ['person', { kind: 'text', text: 'Sea green' }],
  ]);
});

test('an answer counts once, and only where it was meant', async () => {
  await using program = await Program.open({ permission: true, question: true });
  const running = await begin(program);
  const [permission] = await asked(program);
  const { question_id: first = '', job_id: jobId = '' } = permission ?? {};

  const odd = codeOf(program.run(['job', 'answer', first, 'perhaps', '--json']));
  expect(await odd).toEqual([2, 'job.bad-answer']);
  const none = codeOf(program.run(['job', 'answer', 'qst_0', 'allow', '--json']));
  expect(await none).toEqual([3, 'job.no-such-question']);
  await program.run(['job', 'answer', first, 'allow']);
  await running.until('asks: Which colour?');
  const late = codeOf(program.run(['job', 'answer', first, 'deny', '--json']));
  expect(await late).toEqual([5, 'job.answered-before']);
  const stray = codeOf(program.run(['job', 'answer', jobId, 'allow', '--json']));
  expect(await stray).toEqual([2, 'job.bad-answer']);
  await program.run(['job', 'answer', jobId, '1']);

  expect((await running.ended).stdout).toContain('The colour is Red.');
  const settled = codeOf(program.run(['job', 'answer', jobId, 'allow', '--json']));
  expect(await settled).toEqual([5, 'job.not-asking']);
});

test('a refusal reaches the agent', async () => {
  await using program = await Program.open({ permission: true });
  const running = await begin(program, '--attempts', '1');
  const [permission] = await asked(program);

  const answer = ['deny', '--message', 'Not there.'];
  await program.run(['job', 'answer', permission?.question_id ?? '', ...answer]);

  // It wrote no output then.
  expect((await running.ended).code).toBe(1);
  const events = await eventsOf(program, permission?.job_id ?? '');
  expect(events.find(({ kind }) => kind === 'attempt.answered')?.data).toMatchObject({
    by: 'person',
    answer: { kind: 'deny', message: 'Not there.' },
  });
});

test('the agent of a conversation asks under the policy of each message', async () => {
  await using program = await Program.open({ permission: true });
  await program.run(['session', 'create', 'talk']);
  const talk = ['chat', 'talk', '--agent', 'demo'];

  const allowed = await program.run([...talk, '--permission', 'allow', 'first']);
  const running = program.start([...talk, 'second']);
  await running.until('-> Answer it:');
  const [permission] = await asked(program);
  await program.run(['job', 'answer', permission?.question_id ?? '', 'allow']);

  expect(allowed.code).toBe(0);
  expect((await running.ended).code).toBe(0);
  await program.run(['session', 'stop', 'talk']);
});

test('whether a directory may be trusted is asked at the start', async () => {
  await using program = await Program.open({ trust: true });
  const running = await begin(program, '--directory', program.dir);
  const [trust] = await asked(program);

  await program.run(['job', 'answer', trust?.question_id ?? '', 'yes']);

  expect((await running.ended).code).toBe(0);
  expect(trust).toMatchObject({ kind: 'trust', choices: ['Yes', 'No, exit'], tool: null });
});

test('what rules decide is asked of nobody', async () => {
  await using program = await Program.open({ permission: true });

  const allowed = await program.run(['run', '--agent', 'demo', '--allow', 'Write(/*.md)', 'hello']);
  const configured = { TMUX_BUILDER_PERMISSION_RULES: 'allow Write(/*)\ndeny Write(/*.md)' };
  const args = ['run', '--agent', 'demo', '--attempts', '1', 'hello'];
  const denied = await program.run(args, '', configured);

  expect(allowed.code).toBe(0);
  expect(allowed.stderr).not.toContain('asks');
  expect(denied.code).toBe(1);
  expect(denied.stderr).not.toContain('asks');
});

test('a rule that cannot be meant is refused before anything begins', async () => {
  await using program = await Program.open();

  const args = ['job', 'add', '--agent', 'demo', '--deny', 'Write(src/**)', 'hello', '--json'];
  expect(await codeOf(program.run(args))).toEqual([2, 'agent.bad-rule']);
  const { stdout } = await program.run(['job', 'list', '--json']);
  expect(JSON.parse(stdout)).toEqual({ items: [], next: null });
});

test('terminals it attaches to, answers and deleted sessions are in the audit log', async () => {
  await using program = await Program.open({ permission: true });
  const running = await begin(program);
  const [permission] = await asked(program);
  const { question_id: questionId = '', job_id: jobId = '' } = permission ?? {};

  await program.run(['job', 'attach', jobId, '--print']);
  await program.run(['job', 'answer', jobId, 'allow']);
  expect((await running.ended).code).toBe(0);
  const { session_id: sessionId } = await program.json(jobDetailView, ['job', 'show', jobId]);
  await program.run(['session', 'archive', sessionId]);
  await program.run(['session', 'delete', 'default', '--yes']);

  const { items } = await program.json(entries, ['audit', 'list']);
  expect(
    items.map(({ action, subject, user_id: user, data }) => [action, subject, user, data]),
  ).toEqual([
    ['session.delete', sessionId, null, {}],
    ['question.answer', questionId, null, { answer: ['allow'] }],
    ['terminal.attached', `${jobId}.1`, null, { is_read_only: true }],
  ]);
});
