import { expect, test } from 'vitest';
import { z } from 'zod';
import { type RouteName, type Route, routes, siteRoutes } from '../../../src/contract/index.ts';
import { type Asked, keptLog, PASSWORD, TestServer } from './test-server.ts';

// Each job asks once before it writes its output.
process.env['DEMO_AGENT'] = JSON.stringify({ permission: true });
process.env['TMUX_BUILDER_PASS_ENVIRONMENT'] = 'DEMO_AGENT';

interface Input extends Asked {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: string;
}

/** Calls routes by their names, and remembers which. */
class Caller {
  readonly used = new Set<RouteName>();
  cookie = '';
  readonly #server: TestServer;

  constructor(server: TestServer) {
    this.#server = server;
  }

  /** The reply, which has to be a success of the route's own status, and to have its shape. */
  async call<N extends RouteName>(name: N, input: Input = {}) {
    const { status, json, text } = await this.#ask(name, input);
    const route: Route = routes[name];
    expect(status, `${name}: ${text}`).toBe(route.status);
    this.used.add(name);
    return (route.kind === 'json' ? json : text) as z.output<(typeof routes)[N]['reply']>;
  }

  /** The first piece of an endless stream. */
  async hear(name: RouteName, input: Input = {}): Promise<string> {
    const { path } = routes[name];
    const asked = { cookie: this.cookie, ...input };
    const response = await this.#server.open('GET', fill(path, input), asked);
    expect(response.statusCode).toBe(200);
    this.used.add(name);
    const [first] = await response.take(1).toArray();
    response.destroy();
    return String(first);
  }

  async #ask(name: RouteName, input: Input) {
    const { method, path } = routes[name];
    const url = `${fill(path, input)}${input.query ?? ''}`;
    return await this.#server.ask(method, url, { cookie: this.cookie, ...input });
  }
}

function fill(path: string, { params = {} }: Input): string {
  return path.replaceAll(/:(\w+)/g, (_all, key: string) => encodeURIComponent(params[key] ?? key));
}

test('every route does its work, and its reply has the shape of the contract', async () => {
  const { log, lines } = keptLog();
  await using server = await TestServer.open({ log });
  await using _worker = await server.app.startWorker({ concurrency: 2 });
  const caller = new Caller(server);
  caller.cookie = (await server.makeAdmin()).cookie;

  await useSystem(caller);
  const session = await caller.call('createSession', { body: { name: 'all', agent: 'demo' } });
  await useSession(caller, session.session_id);
  await useAccounts(caller, session.session_id);
  await useJobs(caller, session.session_id);
  await useMainAgent(caller, session.session_id);
  await endSession(caller, session.session_id);

  // Those of sites are used in sites.test.ts, without a pipeline behind them.
  const others = Object.keys(routes).filter((name) => !(name in siteRoutes));
  const missing = others.filter((name) => !caller.used.has(name as RouteName));
  expect(missing).toEqual([]);
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
});

async function useSystem(caller: Caller): Promise<void> {
  await caller.call('about');
  await caller.call('healthz');
  await caller.call('readyz');
  expect(await caller.call('metrics')).toContain('tmux_builder_jobs');
  expect(await caller.hear('events')).toContain('retry:');
  await caller.call('listEvents');
  await caller.call('listInstalled');
  await caller.call('listTemplates');
  await caller.call('listWorkers');
  await caller.call('issueTicket');
  await caller.call('usage');
  await caller.call('listAudit');
  expect(await caller.call('verifyAudit')).toMatchObject({ is_whole: true });
}

async function useSession(caller: Caller, id: string): Promise<void> {
  const params = { session_id: id, name: 'notes.txt' };
  await caller.call('listSessions');
  await caller.call('getSession', { params });
  const set = await caller.call('setSession', { params, body: { max_tokens: 1_000_000 } });
  expect(set.max_tokens).toBe(1_000_000);
  await caller.call('uploadFile', { params, raw: 'notes' });
  const { items } = await caller.call('listFiles', { params, query: '?path=uploads' });
  expect(items).toMatchObject([{ path: 'uploads/notes.txt', bytes: 5 }]);
  expect(await caller.call('readFile', { params, query: '?path=uploads/notes.txt' })).toBe('notes');
  await caller.call('deleteUpload', { params });
  await caller.call('sessionUsage', { params });
}

async function useAccounts(caller: Caller, sessionId: string): Promise<void> {
  const user = await caller.call('createUser', { body: { name: 'bob@home', role: 'viewer' } });
  const params = { user_id: user.user_id, session_id: sessionId };
  await caller.call('listUsers');
  await caller.call('setUser', { params, body: { role: 'operator' } });
  const { invitation_path: link } = await caller.call('resetUser', { params });
  const code = link.split('#')[1];
  const nobody = { cookie: undefined };
  await caller.call('getInvitation', { ...nobody, body: { code } });
  await caller.call('acceptInvitation', {
    ...nobody,
    body: { code, password: 'nine lives of bob' },
  });
  // Names do as well as ids.
  const named = { ...params, user_id: 'bob@home' };
  await caller.call('setMember', { params: named, body: { role: 'viewer' } });
  expect((await caller.call('listMembers', { params })).items).toMatchObject([
    { name: 'bob@home' },
  ]);
  await caller.call('removeMember', { params });

  const token = await caller.call('createToken', { body: { name: 'one', role: 'viewer' } });
  await caller.call('listTokens');
  await caller.call('revokeToken', { params: { token_id: token.token_id } });
  await caller.call('logIn', { ...nobody, body: { name: 'root', password: PASSWORD } });
  const { items } = await caller.call('listLogins');
  const other = items.find((login) => !login.is_this);
  await caller.call('endLogin', { params: { login_id: other?.login_id ?? '' } });
  const password = 'ten lives of a cat';
  await caller.call('setPassword', { body: { old: PASSWORD, password } });
  expect((await caller.call('me')).user.name).toBe('root');
}

async function useJobs(caller: Caller, sessionId: string): Promise<void> {
  const body = { session_id: sessionId, agent: 'demo', prompt: 'Say hello' };
  const job = await caller.call('addJob', { body });
  const params = { job_id: job.job_id, attempt: 1, agent_id: `${job.job_id}.1` };
  const asks = async (): Promise<number> => (await caller.call('needsYou')).questions.length;
  await expect.poll(asks, { timeout: 60_000 }).toBe(1);
  await useAgent(caller, params.agent_id);
  const { items: questions } = await caller.call('listQuestions');
  const question = { question_id: questions[0]?.question_id ?? '' };
  await caller.call('answerQuestion', { params: question, body: { answer: ['allow'] } });
  const statusOf = async (): Promise<string> => (await caller.call('getJob', { params })).status;
  await expect.poll(statusOf, { timeout: 60_000 }).toBe('succeeded');

  await caller.call('listJobs', { query: `?session_id=${sessionId}&status=succeeded` });
  expect(await caller.call('countJobs')).toMatchObject({ succeeded: 1 });
  await caller.call('listAttempts', { params });
  await caller.call('listJobEvents', { params });
  expect((await caller.call('readPrompt', { params })).prompt).toContain('Say hello');
  expect((await caller.call('readOutput', { params })).output).toContain('Hello!');
  await caller.call('showRecording', { params });
  expect(await caller.call('readRecording', { params })).toContain('"version":3');
  await caller.call('showLog', { params });
  await caller.call('listRecordings');
  await changeJobs(caller, body);
}

async function useAgent(caller: Caller, agentId: string): Promise<void> {
  const params = { agent_id: agentId };
  expect((await caller.call('listAgents')).items).toMatchObject([{ agent_id: agentId }]);
  expect(await caller.call('getAgent', { params })).toMatchObject({ state: 'asking' });
  await caller.call('explainAgent', { params });
  expect((await caller.call('tmuxSessions')).sessions).toHaveLength(1);
  const attached = await caller.call('attachTerminal', { params, body: {} });
  expect(attached).toMatchObject({ read_only: true });
  expect(await caller.hear('agentLogs', { params })).toContain('data: ');
}

async function changeJobs(caller: Caller, body: object): Promise<void> {
  const later = await caller.call('addJob', { body: { ...body, delay_ms: 3_600_000 } });
  const params = { job_id: later.job_id };
  const chosen = { job_ids: [later.job_id] };
  expect((await caller.call('setJob', { params, body: { priority: 7 } })).priority).toBe(7);
  expect((await caller.call('cancelJobs', { body: chosen })).done).toEqual([later.job_id]);
  expect((await caller.call('retryJobs', { body: chosen })).done).toEqual([later.job_id]);
  await caller.call('cancelJob', { params });
  const statusOf = async (): Promise<string> => (await caller.call('getJob', { params })).status;
  await expect.poll(statusOf, { timeout: 60_000 }).toBe('cancelled');
  await caller.call('retryJob', { params, body: {} });
  await expect.poll(statusOf, { timeout: 60_000 }).toBe('running');
  await caller.call('interruptJob', { params });
  await caller.call('cancelJob', { params });
  await expect.poll(statusOf, { timeout: 60_000 }).toBe('cancelled');
  await caller.call('dismissFailed', { body: chosen });
}

async function useMainAgent(caller: Caller, sessionId: string): Promise<void> {
  const params = { session_id: sessionId };
  expect(await caller.call('startSession', { params })).toMatchObject({ is_healthy: true });
  expect(await caller.call('checkSession', { params })).toMatchObject({ is_healthy: true });
  await caller.call('recoverSession', { params });
  const job = await caller.call('sendChat', { params, body: { text: 'hello' } });
  expect((await caller.call('listChat', { params })).items).toMatchObject([{ job_id: job.job_id }]);
  await caller.call('cancelJob', { params: { job_id: job.job_id } });
  const statusOf = async (): Promise<string> =>
    (await caller.call('getJob', { params: { job_id: job.job_id } })).status;
  await expect.poll(statusOf, { timeout: 60_000 }).toBe('cancelled');
  await caller.call('stopSession', { params });
}

async function endSession(caller: Caller, sessionId: string): Promise<void> {
  const params = { session_id: sessionId };
  await caller.call('archiveSession', { params });
  await caller.call('restoreSession', { params });
  await caller.call('archiveSession', { params });
  await caller.call('deleteSession', { params });
  await caller.call('logOut');
}
