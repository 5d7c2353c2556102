import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SubjectKind, subjectSession } from '../../../src/app/subject-session.ts';
import { Bench } from './bench.ts';

let bench: Bench;
let ann: string;
let bob: string;
beforeEach(async () => {
  bench = await Bench.open();
  await bench.addUser('ann');
  await bench.addUser('bob');
  ann = (await bench.app.createSession({ userId: 'ann' })).id;
  bob = (await bench.app.createSession({ userId: 'bob' })).id;
});
afterEach(async () => await bench[Symbol.asyncDispose]());

test('shows jobs of sessions that one owns or is a member of, and no others', async () => {
  await bench.putJobs([
    { session: ann, id: 'job_ann' },
    { session: bob, id: 'job_bob' },
  ]);
  const seen = async (userId: string): Promise<readonly string[]> => {
    const page = await bench.app.searchJobs({ filter: {}, limit: 10 }, { userId });
    return page.items.map(({ job_id }) => job_id);
  };

  expect(await seen('ann')).toEqual(['job_ann']);
  expect(await seen('nobody')).toEqual([]);
  await bench.addMember(bob, 'ann', 'viewer');
  expect(await seen('ann')).toEqual(['job_bob', 'job_ann']);
  await bench.run('DELETE FROM members');
  expect(await seen('ann')).toEqual(['job_ann']);
});

test('narrows a token for one session to it', async () => {
  const other = (await bench.app.createSession({ userId: 'ann' })).id;
  await bench.putJobs([
    { session: ann, id: 'job_a' },
    { session: other, id: 'job_b' },
    { session: bob, id: 'job_c' },
  ]);

  const own = { userId: 'ann', sessionId: other };
  const foreign = { userId: 'ann', sessionId: bob };
  expect((await bench.app.searchJobs({ filter: {}, limit: 10 }, own)).items).toMatchObject([
    { job_id: 'job_b' },
  ]);
  expect((await bench.app.searchJobs({ filter: {}, limit: 10 }, foreign)).items).toEqual([]);
  expect((await bench.app.listSessions({ limit: 10, visibleTo: own })).items).toMatchObject([
    { id: other },
  ]);
});

test('finds words of a title, whatever they mean to LIKE', async () => {
  await bench.putJobs([
    { session: ann, id: 'job_a', title: 'Fix the 100% bug_here' },
    { session: ann, id: 'job_b', title: 'Fix the 1000 bugs' },
  ]);
  const found = async (text: string): Promise<readonly string[]> => {
    const page = await bench.app.searchJobs({ filter: { text }, limit: 10 }, {});
    return page.items.map(({ job_id }) => job_id);
  };

  expect(await found('fix BUG')).toEqual(['job_b', 'job_a']);
  expect(await found('100%')).toEqual(['job_a']);
  expect(await found('bug_')).toEqual(['job_a']);
  expect(await found('\\')).toEqual([]);
});

test('pages through everything that fits, each once', async () => {
  const jobs = Array.from({ length: 25 }, (_, n) => ({
    session: ann,
    id: `job_${n}`,
    createdAt: Math.floor(n / 3),
    status: n % 2 === 0 ? 'failed' : 'queued',
  }));
  await bench.putJobs(jobs);
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const search = { filter: { status: ['failed' as const] }, cursor, limit: 4 };
    const page = await bench.app.searchJobs(search, { userId: 'ann' });
    ids.push(...page.items.map(({ job_id }) => job_id));
    cursor = page.next;
  } while (cursor !== undefined);

  expect(new Set(ids).size).toBe(13);
  expect(ids).toHaveLength(13);
});

test('answers lists of 10,000 jobs from an index, also for one who sees few of them', async () => {
  const plan = async (where: string): Promise<string> => {
    const query = `EXPLAIN QUERY PLAN SELECT * FROM jobs ${where}
      ORDER BY created_at DESC, id DESC LIMIT 101`;
    const rows = await bench.store.read(async (sql) => await sql.all(query), never);
    return rows.map(({ detail }) => String(detail)).join('; ');
  };
  const visible = `session_id IN (SELECT id FROM sessions WHERE user_id = 'ann'
    UNION SELECT session_id FROM members WHERE user_id = 'ann')`;

  expect(await plan('')).toMatch(/USING INDEX jobs_by_age/);
  expect(await plan(`WHERE status IN ('failed')`)).toMatch(/USING INDEX jobs_by_status/);
  expect(await plan(`WHERE session_id = 'x'`)).toMatch(/USING INDEX jobs_by_session/);
  expect(await plan(`WHERE ${visible}`)).toMatch(/USING INDEX jobs_by/);
});

test('counts jobs by status, and those that ask among the running ones', async () => {
  await bench.putJobs([
    { session: ann, id: 'job_a', status: 'running' },
    { session: ann, id: 'job_b', status: 'running' },
    { session: ann, id: 'job_c', status: 'failed' },
    { session: bob, id: 'job_d', status: 'failed' },
  ]);
  await ask('job_a', 'qst_1');

  expect(await bench.app.countJobs({}, { userId: 'ann' })).toMatchObject({
    running: 2,
    asking: 1,
    failed: 1,
    queued: 0,
  });
  expect((await bench.app.countJobs({}, {})).failed).toBe(2);
});

test('cancels and retries what one may steer, and says why not for the rest', async () => {
  await bench.putJobs([
    { session: ann, id: 'job_a' },
    { session: ann, id: 'job_done', status: 'succeeded' },
    { session: bob, id: 'job_b' },
  ]);
  const job_ids = ['job_a', 'job_done', 'job_b', 'job_none'];
  await bench.addMember(bob, 'ann', 'viewer');

  const { done, refused } = await bench.app.cancelJobs({ job_ids }, { userId: 'ann' });
  expect(done).toEqual(['job_a']);
  expect(refused.map(({ job_id, code }) => [job_id, code])).toEqual([
    ['job_done', 'job.wrong-status'],
    ['job_b', 'auth.forbidden'],
    ['job_none', 'job.not-found'],
  ]);
  expect((await bench.app.getJob('job_b')).status).toBe('queued');
  await bench.run(`UPDATE members SET role = 'operator'`);
  expect((await bench.app.cancelJobs({ job_ids: ['job_b'] }, { userId: 'ann' })).done).toEqual([
    'job_b',
  ]);
  const retried = await bench.app.retryJobs({ filter: {} }, { userId: 'ann' });
  expect([...retried.done].toSorted()).toEqual(['job_a', 'job_b']);
  await bench.run('DELETE FROM members');
  const hidden = await bench.app.cancelJobs({ job_ids: ['job_b'] }, { userId: 'ann' });
  expect(hidden.refused).toMatchObject([{ code: 'job.not-found' }]);
});

test('cancels thousands, and lets others write in between', async () => {
  const count = 3_000;
  await bench.putJobs(Array.from({ length: count }, (_, n) => ({ session: ann, id: `job_${n}` })));
  let isDone = false;
  const cancelling = bench.app.cancelJobs({ filter: { session_id: ann } }, {});
  void cancelling.then(() => (isDone = true));

  await setImmediate();
  await bench.record(bob, 'test.between');
  expect(isDone).toBe(false);
  expect((await cancelling).done).toHaveLength(count);
});

test('changes the priority of a queued job alone', async () => {
  await bench.putJobs([
    { session: ann, id: 'job_a' },
    { session: ann, id: 'job_b', status: 'running' },
  ]);

  expect(await bench.app.setPriority('job_a', 7)).toMatchObject({ priority: 7 });
  expect(await bench.app.listJobEvents('job_a')).toMatchObject([
    { kind: 'job.priority-set', data: { priority: 7, before: 0 } },
  ]);
  await expect(bench.app.setPriority('job_b', 7)).rejects.toMatchObject({ code: 'job.not-queued' });
});

test('asks for the end of a job that runs, and does not wait for it', async () => {
  await bench.putJobs([{ session: ann, id: 'job_a', status: 'running' }]);

  expect(await bench.app.requestCancel('job_a')).toMatchObject({ status: 'running' });
  expect((await bench.app.getJob('job_a')).cancelRequestedAt).toBeDefined();
});

test('shows what needs somebody until it is put aside or tried again', async () => {
  await bench.putJobs([
    { session: ann, id: 'job_a', status: 'failed' },
    { session: ann, id: 'job_b', status: 'running', title: 'the one that asks' },
    { session: bob, id: 'job_c', status: 'failed' },
  ]);
  await ask('job_b', 'qst_1');

  expect(await bench.app.needsYou({ userId: 'ann' })).toMatchObject({
    questions: [{ question_id: 'qst_1', session_id: ann, job_title: 'the one that asks' }],
    failed: [{ job_id: 'job_a' }],
    failed_count: 1,
  });
  await bench.addMember(bob, 'ann', 'viewer');
  await bench.app.dismissFailed(['job_a', 'job_c'], { userId: 'ann' });
  expect((await bench.app.needsYou({})).failed).toMatchObject([{ job_id: 'job_c' }]);
  expect(await bench.app.listJobEvents('job_a')).toMatchObject([{ kind: 'job.dismissed' }]);
  await bench.app.retryJob('job_a');
  await bench.run(`UPDATE jobs SET status = 'failed' WHERE id = 'job_a'`);
  expect((await bench.app.needsYou({ userId: 'ann' })).failed_count).toBe(2);
});

test('shows sites that failed, or are not destroyed, to whoever may see them', async () => {
  const fine = await bench.app.sites.create({ requirements: 'A page.', userId: 'ann' });
  const failed = await bench.app.sites.create({ requirements: 'A page.', userId: 'ann' });
  const billed = await bench.app.sites.create({ requirements: 'A page.', userId: 'bob' });
  await bench.run(
    `UPDATE executions SET status = 'failed', ended_at = 5, error_code = 'check.failed',
       error_message = 'it is red' WHERE session_id = $1`,
    [failed.session_id],
  );
  await bench.run(
    `UPDATE sites SET status = 'destroying', error_code = 'deploy.denied', error_message = 'no'
     WHERE session_id = $1`,
    [billed.session_id],
  );

  expect((await bench.app.needsYou({ userId: 'ann' })).sites).toMatchObject([
    { session_id: failed.session_id, kind: 'failed', error: { code: 'check.failed' } },
  ]);
  const all = (await bench.app.needsYou({})).sites.map(({ session_id: id, kind }) => [id, kind]);
  expect(all).toEqual([
    [billed.session_id, 'not-destroyed'],
    [failed.session_id, 'failed'],
  ]);
  await bench.run(`UPDATE sites SET destroyed_at = 9 WHERE session_id <> $1`, [fine.session_id]);
  expect((await bench.app.needsYou({})).sites).toEqual([]);
});

test('keeps who answered', async () => {
  await bench.putJobs([{ session: ann, id: 'job_a', status: 'running' }]);
  await ask('job_a', 'qst_1');

  await bench.app.answerAgent('qst_1', { answer: ['allow'], by: 'Ann' });
  await expect(bench.app.answerAgent('qst_1', { answer: ['deny'] })).rejects.toMatchObject({
    code: 'job.answered-before',
    facts: { by: 'Ann' },
  });
});

test('tells the session of a job, an agent and a question, by whole ids alone', async () => {
  await bench.putJobs([{ session: ann, id: 'job_abcdef', status: 'running' }]);
  await ask('job_abcdef', 'qst_1');
  const find = async (by: SubjectKind, id: string) =>
    await subjectSession(bench, by, id, new AbortController().signal);

  expect(await find('job_id', 'job_abcdef')).toBe(ann);
  expect(await find('agent_id', 'job_abcdef.1')).toBe(ann);
  expect(await find('agent_id', ann)).toBe(ann);
  expect(await find('question_id', 'qst_1')).toBe(ann);
  const refused = async (by: SubjectKind, id: string) =>
    await expect(find(by, id)).rejects.toMatchObject({ code: expect.any(String) });
  await refused('job_id', 'job_abcde');
  await refused('session_id', ann.slice(0, -1));
  await refused('agent_id', 'job_abcdef');
  await refused('question_id', 'qst_2');
});

test('lets nobody but admins reach out of a session', async () => {
  const { app } = bench;
  const theirs = { prompt: 'hello', agent: 'demo', template: 'echo_test', session_id: ann };
  const as = { isAdmin: false };
  await bench.putJobs([{ session: bob, id: 'job_b' }]);

  const bodies = [
    { ...theirs, directory: '/tmp' },
    { ...theirs, command: ['sh', '{output}'] },
    { prompt: 'hello' },
  ];
  for (const body of bodies) {
    await expect(app.addJobFor(body, as)).rejects.toMatchObject({ code: 'auth.forbidden' });
  }
  const waits = { ...theirs, depends_on: ['job_b'] };
  await expect(app.addJobFor(waits, as)).rejects.toMatchObject({ code: 'job.not-found' });
  const first = await app.addJobFor(theirs, { ...as, idempotencyKey: 'k' });
  const second = await app.addJobFor(theirs, { ...as, idempotencyKey: 'k' });
  expect([first.isNew, second.isNew]).toEqual([true, false]);
  expect(second.job.job_id).toBe(first.job.job_id);
});

test('reads a conversation newest first, and a prompt as it was given', async () => {
  const { app } = bench;
  const session = await app.createSession({ userId: 'ann', agent: 'demo' });
  const first = await app.sendChat(session.id, { text: 'hello' });
  const long = 'é'.repeat(40_000);
  const second = await app.sendChat(session.id, { text: long });

  const { items } = await app.listChat(session.id, { limit: 10 });
  expect(items.map(({ job_id }) => job_id)).toEqual([second.job_id, first.job_id]);
  expect(items[0]?.prompt).toBe('é'.repeat(32_768));
  expect(items[1]).toMatchObject({ prompt: 'hello\n', output: null });
  expect(await app.readPrompt(second.job_id)).toMatchObject({ is_cut: false, prompt: `${long}\n` });
});

const never = new AbortController().signal;

async function ask(job: string, question: string): Promise<void> {
  await bench.run(`UPDATE jobs SET attempts = 1 WHERE id = $1`, [job]);
  await bench.run(
    `INSERT INTO questions (id, job_id, attempt, asked_at, kind, question, choices)
     VALUES ($1, $2, 1, 1, 'permission', 'May I?', '["Yes","No"]')`,
    [question, job],
  );
}
