import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownIdentity } from '../../../src/base/index.ts';
import { Bench } from './bench.ts';

const POLLING = { interval: 20, timeout: 60_000 } as const;
const demo = { agent: 'demo', template: 'echo_test', prompt: 'hello there' } as const;

test('shows an agent from its question to its end, and its recording after it', async () => {
  await using bench = await Bench.open({ permission: true });
  const { app } = bench;
  const session = await app.createSession({ userId: 'ann', name: 'shop' });
  const job = await app.addJob({ ...demo, session: session.id });
  const worker = await app.startWorker();
  const ann = { userId: 'ann' };
  const agentId = `${job.id}.1`;
  await expect.poll(async () => await app.listQuestions(), POLLING).toHaveLength(1);

  const listed = await app.listLiveAgents({ limit: 10 }, ann);
  expect(listed).toMatchObject({
    items: [
      {
        agent_id: agentId,
        agent: 'demo',
        state: 'asking',
        mode: 'one-shot',
        session_id: session.id,
        session_name: 'shop',
        job_id: job.id,
        attempt: 1,
        title: 'hello there',
        is_live: true,
        question: { kind: 'permission' },
      },
    ],
    next: undefined,
  });
  expect((await app.listLiveAgents({ limit: 10 }, { userId: 'bob' })).items).toEqual([]);
  const explained = await app.explainLiveAgent(agentId);
  expect(explained).toMatchObject({ agent_id: agentId, state: 'asking' });
  // A moment that nobody noted is none, not the year 1970.
  expect(explained.evidence.find(({ source }) => source === 'start')?.at).toBeNull();
  const place = await app.findTerminal(agentId);
  expect(existsSync(join(place.homeDir, 'stream.log'))).toBe(true);
  expect(place.pane?.paneId).toMatch(/^%\d+$/);
  expect(await app.tmuxSessions()).toMatchObject([
    { name: 'agent', agent_id: agentId, attach_command: expect.stringContaining('tmux -u -S ') },
  ]);
  expect(await app.openLocalTerminal(agentId, { isReadOnly: true })).toMatchObject({
    read_only: true,
    status: 'command_only',
  });
  expect((await app.checkReadiness()).checks.map(({ name, is_ok }) => [name, is_ok])).toEqual([
    ['database', true],
    ['disk', true],
    ['worker', true],
    ['tmux', true],
  ]);

  await app.answerAgent(job.id, { answer: ['allow'], by: 'Ann' });
  await app.waitForJob(job.id);
  await worker[Symbol.asyncDispose]();
  expect((await app.listLiveAgents({ limit: 10 }, ann)).items).toEqual([]);
  expect(await app.getLiveAgent(agentId)).toMatchObject({ state: 'exited', is_live: false });
  expect(await app.findTerminal(agentId)).toMatchObject({ pane: undefined });
  const page = await app.pageRecordings({ limit: 10 }, ann);
  expect(page.items).toMatchObject([{ job_id: job.id, title: 'hello there', agent: 'demo' }]);
  expect((await app.pageRecordings({ limit: 10 }, { userId: 'bob' })).items).toEqual([]);
  const lines: string[] = [];
  for await (const line of app.castOf(job.id, 1)) lines.push(line);
  expect(lines[0]).toContain('"version":3');
  expect(lines.length).toBeGreaterThan(2);
  expect((await app.checkReadiness()).is_ready).toBe(false);

  const output = await app.readOutput(job.id);
  await app.archiveSession(session.id);
  expect(await app.readOutput(job.id)).toBe(output);
  expect(await app.readPrompt(job.id)).toMatchObject({ is_cut: false });
  expect((await app.findTerminal(agentId)).homeDir).toContain('deleted');
});

test('lists a main agent once, while it waits and while it works', async () => {
  await using bench = await Bench.open({ permission: true });
  const { app } = bench;
  const session = await app.createSession({ userId: 'ann', agent: 'demo' });
  await app.startSession(session.id);
  const list = async () => (await app.listLiveAgents({ limit: 10 }, {})).items;

  const before = await list();
  expect(before).toMatchObject([
    { agent_id: session.id, state: 'ready', mode: 'persistent', job_id: null, is_live: true },
  ]);
  const waiting = await app.findTerminal(session.id);
  const worker = await app.startWorker();
  const job = await app.sendChat(session.id, { text: 'hello' });
  await expect.poll(async () => await app.listQuestions(), POLLING).toHaveLength(1);
  expect(await list()).toMatchObject([
    { agent_id: session.id, state: 'asking', job_id: job.job_id, attempt: 1 },
  ]);
  // One terminal, one name: whoever types there holds it against everybody else.
  expect(await app.findTerminal(`${job.job_id}.1`)).toEqual(waiting);
  await app.answerAgent(job.job_id, { answer: ['allow'] });
  await app.waitForJob(job.job_id);
  const { items } = await app.listChat(session.id, { limit: 10 });
  expect(items).toMatchObject([{ status: 'succeeded', prompt: 'hello\n' }]);
  expect(items[0]?.output).toContain('hello');
  await worker[Symbol.asyncDispose]();

  await app.stopSession(session.id);
  expect(await list()).toEqual([]);
  await expect(app.getLiveAgent(session.id)).rejects.toMatchObject({
    code: 'live-agent.not-found',
  });
  const kinds = (await app.feed.read({ after: 0, limit: 100 }, {})).events.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind.startsWith('session.agent'))).toEqual([
    'session.agent-started',
    'session.agent-stopped',
  ]);
});

test('takes a main agent that could not be started for none that starts', async () => {
  await using bench = await Bench.open({ crash: { phase: 'start' } });
  const { app } = bench;
  const session = await app.createSession({ userId: 'ann', agent: 'demo' });

  await expect(app.startSession(session.id)).rejects.toMatchObject({
    code: expect.any(String),
  });
  expect((await app.listLiveAgents({ limit: 10 }, {})).items).toEqual([]);
});

test('tells a main agent that starts from one whose starter died', async () => {
  await using bench = await Bench.open();
  const session = await bench.app.createSession({ userId: 'ann', agent: 'demo' });
  await bench.run('UPDATE sessions SET main_agent_at = 5');
  const record = { version: 1, adapter: 'demo', number: 1, nonce: 'n', runId: 'r' };
  const path = join(session.dir, 'state', 'agent.json');
  const socketPath = '/none/tmux.sock';
  await writeFile(path, JSON.stringify({ ...record, conversationId: 'c', socketPath }));
  const list = async () => (await bench.app.listLiveAgents({ limit: 10 }, {})).items;

  expect(await list()).toEqual([]);
  const { pid, startTime } = await ownIdentity();
  await bench.run('UPDATE sessions SET busy_pid = $1, busy_start = $2', [pid, startTime]);
  expect(await list()).toMatchObject([{ agent_id: session.id, state: 'starting', is_live: true }]);
  await bench.run(`UPDATE sessions SET busy_start = 'another'`);
  expect(await list()).toEqual([]);
});

test('says that nobody knows what an agent does whose worker has fallen silent', async () => {
  await using bench = await Bench.open();
  const session = await bench.app.createSession({ userId: 'ann' });
  await bench.putJobs([{ session: session.id, id: 'job_a', status: 'running' }]);
  await bench.run(`UPDATE jobs SET attempts = 1, lease_until = 1000`);
  await bench.run(
    `INSERT INTO attempts (job_id, number, worker_id, state, started_at, exchange_dir, nonce,
       conversation_id, run_id, socket_path)
     VALUES ('job_a', 1, 'w', 'busy', 1, '/none', 'n', 'c', 'r', '/none/tmux.sock')`,
  );

  expect(await bench.app.getLiveAgent('job_a.1')).toMatchObject({
    state: 'unknown',
    since: '1970-01-01T00:00:01.000Z',
  });
  await bench.run(`UPDATE attempts SET server_pid = 999999, server_start = 'x', pane_id = '%0'`);
  expect(await bench.app.getLiveAgent('job_a.1')).toMatchObject({ state: 'lost', is_live: false });
  for (const id of ['job_a.2', 'job_a', 'job_b.1', '../x', `${session.id}x`]) {
    await expect(bench.app.getLiveAgent(id)).rejects.toMatchObject({
      code: expect.stringMatching(/not-found$/),
    });
  }
});

test('knows the terminal of an agent that is being started once it is there', async () => {
  await using bench = await Bench.open();
  const session = await bench.app.createSession({ userId: 'ann' });
  await bench.putJobs([{ session: session.id, id: 'job_a', status: 'leased' }]);
  await bench.run(`UPDATE jobs SET attempts = 1`);
  await bench.run(
    `INSERT INTO attempts (job_id, number, worker_id, state, started_at, exchange_dir, nonce,
       conversation_id, run_id, socket_path)
     VALUES ('job_a', 1, 'w', 'starting', 1, '/none', 'n', 'c', 'r', '/none/tmux.sock')`,
  );
  const found = bench.app.findTerminal('job_a.1');
  const { pid, startTime } = await ownIdentity();
  await bench.run(`UPDATE attempts SET server_pid = $1, server_start = $2, pane_id = '%7'`, [
    pid,
    startTime,
  ]);

  expect(await found).toMatchObject({ pane: { paneId: '%7', socketPath: '/none/tmux.sock' } });
});

test('pages through agents, each once', async () => {
  await using bench = await Bench.open();
  const session = await bench.app.createSession({ userId: 'ann' });
  const ids = Array.from({ length: 23 }, (_, n) => `job_${n}`);
  await bench.putJobs(ids.map((id) => ({ session: session.id, id, status: 'running' })));
  await bench.run(`UPDATE jobs SET attempts = 1`);
  await bench.run(
    `INSERT INTO attempts (job_id, number, worker_id, state, started_at, exchange_dir, nonce,
       conversation_id, run_id, socket_path)
     SELECT id, 1, 'w', 'busy', length(id), '/none', id, 'c', id, '/none/tmux.sock' FROM jobs`,
  );
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await bench.app.listLiveAgents({ cursor, limit: 5 }, { userId: 'ann' });
    seen.push(...page.items.map(({ job_id }) => job_id ?? ''));
    cursor = page.next;
  } while (cursor !== undefined);

  expect(seen.toSorted()).toEqual(ids.toSorted());
});
