import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Route, type RouteName, siteRoutes } from '../../../src/contract/index.ts';
import { StandInSites, writeSite } from './stand-in-sites.ts';
import { type Person, type Reply, TestServer } from './test-server.ts';

const EXECUTION = 'exe_1';

let server: TestServer;
let sites: StandInSites;
let admin: Person;
let sessionId: string;

beforeAll(async () => {
  server = await TestServer.open();
  admin = await server.makeAdmin();
  sessionId = (await server.app.createSession({ userId: admin.userId })).id;
  // Rights are looked up in the database; the stand-in is asked after that.
  await writeSite(server, sessionId, EXECUTION);
});

beforeEach(() => {
  sites = StandInSites.in(server.app, sessionId);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

interface Use {
  readonly name: keyof typeof siteRoutes;
  readonly query?: string;
  readonly body?: object;
  /** The use case that is called first, and with what after the session's or execution's id. */
  readonly asks: string;
  readonly with?: readonly unknown[];
}

const uses: readonly Use[] = [
  { name: 'estimateSite', body: { provider: 'aws' }, asks: 'estimate' },
  { name: 'createSite', body: { requirements: 'a shop' }, asks: 'create' },
  { name: 'listSites', query: '?limit=5&status=live', asks: 'list' },
  { name: 'getSite', asks: 'get' },
  { name: 'listExecutions', asks: 'executions' },
  { name: 'listReleases', asks: 'releases' },
  { name: 'diffSite', asks: 'diff' },
  { name: 'siteLogs', query: '?lines=7', asks: 'logs', with: [7] },
  { name: 'readSiteFile', query: '?path=a.json', asks: 'openArtefact', with: ['a.json'] },
  { name: 'redeploySite', asks: 'redeploy' },
  { name: 'rollbackSite', body: { release_id: 'r1' }, asks: 'rollback', with: ['r1'] },
  { name: 'destroySite', asks: 'destroy' },
  { name: 'getExecution', asks: 'execution' },
  { name: 'cancelExecution', asks: 'cancel' },
  { name: 'retryStep', asks: 'retryStep', with: ['deploy'] },
  { name: 'skipStep', asks: 'skipStep', with: ['deploy'] },
  { name: 'rerunFromStep', asks: 'rerunFrom', with: ['deploy'] },
  { name: 'readStepLog', query: '?after=3', asks: 'stepLog', with: ['deploy', 3] },
  {
    name: 'createUserWithSite',
    body: {
      email: 'user@example.com',
      phone: '+1234567890',
      host_provider: 'aws',
      site_type: 'static',
      requirements: 'Build a portfolio website with dark theme',
    },
    asks: 'createForPerson',
  },
  { name: 'listUserSessions', query: '?limit=5', asks: 'userSessions' },
  {
    name: 'chatWithSite',
    body: { message: 'darker' },
    asks: 'chat',
    with: [{ text: 'darker', idempotencyKey: undefined }],
  },
  { name: 'siteChatHistory', asks: 'chatHistory' },
  { name: 'redeployExecution', asks: 'execution' },
];

test('every route of sites is used below', () => {
  expect(uses.map(({ name }) => name).toSorted()).toEqual(Object.keys(siteRoutes).toSorted());
});

test.each(uses)('$name asks for $asks, and answers as the contract says', async (use) => {
  const reply = await ask(use.name, use);

  const route: Route = siteRoutes[use.name];
  expect(reply.status, reply.text).toBe(route.status);
  expect(sites.asked[0]?.name).toBe(use.asks);
  const id = route.path.includes(':session_id') ? sessionId : EXECUTION;
  expect(use.with === undefined || sites.asked[0]?.with).toEqual(
    use.with === undefined || [id, ...use.with],
  );
});

test('a site belongs to whoever asks for it', async () => {
  const otto = await server.makePerson('otto', 'operator');
  await ask('createSite', { body: { requirements: 'a shop', type: 'dynamic' }, person: otto });
  await ask('estimateSite', { body: {}, person: otto });

  expect(sites.asked).toEqual([
    { name: 'create', with: [{ requirements: 'a shop', type: 'dynamic', userId: otto.userId }] },
    { name: 'estimate', with: [{ type: 'static', userId: otto.userId }] },
  ]);
});

test('lists hold what whoever asks may see', async () => {
  const vera = await server.makePerson('vera', 'viewer');
  await ask('listSites', { person: vera });
  await ask('listUserSessions', { person: vera });
  await ask('listUserSessions', {});

  expect(sites.asked.map((one) => one.with.at(-1))).toEqual([
    { userId: vera.userId },
    { userId: vera.userId },
    {},
  ]);
});

test('a person is made with the words of the origin documents, by admins alone', async () => {
  const body = {
    email: 'user@example.com',
    phone: '+1234567890',
    host_provider: 'azure',
    site_type: 'dynamic',
    requirements: 'Build a portfolio',
  };
  const reply = await ask('createUserWithSite', { body });

  expect(reply).toMatchObject({
    status: 201,
    json: { execution_id: EXECUTION, user_id: 'usr_1', session_id: sessionId, is_new_user: true },
  });
  const { host_provider: provider, site_type: type, ...wish } = body;
  expect(sites.asked[0]?.with).toEqual([{ ...wish, provider, type }]);
  const oscar = await server.makePerson('oscar', 'operator');
  expect((await ask('createUserWithSite', { body, person: oscar })).status).toBe(403);
});

test('a message with redeploy publishes what comes of it, in the session of its execution', async () => {
  const body = { message: 'darker', redeploy: true };
  const reply = await ask('chatWithSite', { body });

  expect(reply.json).toMatchObject({ job_id: 'job_1', execution_id: 'exe_2' });
  expect(sites.asked.map(({ name }) => name)).toEqual(['chat', 'redeploy']);
  expect(sites.asked[1]?.with).toEqual([sessionId]);
  expect((await ask('chatWithSite', { body: { message: 'x' } })).json).toMatchObject({
    execution_id: null,
  });
});

test('an execution is redeployed in its session', async () => {
  const reply = await ask('redeployExecution', {});

  expect(reply).toMatchObject({
    status: 202,
    json: { execution_id: 'exe_2', user_id: 'usr_1', session_id: sessionId },
  });
  expect(sites.asked[1]).toEqual({ name: 'redeploy', with: [sessionId] });
});

test.each(['createSite', 'createUserWithSite', 'redeploySite', 'chatWithSite'] as const)(
  '%s with a key is done once',
  async (name) => {
    const { body = {} } = uses.find((use) => use.name === name) ?? {};
    const key = `once-${name}`;
    const first = await ask(name, { body, key });
    const done = sites.asked.length;
    const again = await ask(name, { body, key });

    expect([first.status, again.status]).toEqual([siteRoutes[name].status, 200]);
    expect(again.json).toEqual(first.json);
    expect(sites.asked).toHaveLength(done);
  },
);

test('a message keeps its key itself, one of its user', async () => {
  await ask('chatWithSite', { body: { message: 'x' }, key: 'mine' });

  expect(sites.asked[0]?.with).toEqual([
    EXECUTION,
    { text: 'x', idempotencyKey: `${admin.userId}:mine` },
  ]);
});

test.each(['createSite', 'estimateSite', 'createUserWithSite'] as const)(
  'a token for one session is refused %s',
  async (name) => {
    const token = await server.makeToken('root', 'admin', sessionId);
    const { path, method } = siteRoutes[name];
    const { body } = uses.find((use) => use.name === name) ?? {};
    const reply = await server.ask(method, path, { token, body });

    expect(reply).toMatchObject({ status: 403, json: { code: 'auth.forbidden' } });
    expect(sites.asked).toEqual([]);
  },
);

test.each([
  ['createSite', {}, 'body.requirements'],
  ['createSite', { requirements: '  ' }, 'body.requirements'],
  ['createSite', { requirements: 'x', provider: 'gcp' }, 'body.provider'],
  ['createSite', { requirements: 'x', type: 'other' }, 'body.type'],
  ['createSite', { requirements: 'x', time_to_live_h: 0 }, 'body.time_to_live_h'],
  ['createUserWithSite', { email: 'nobody' }, 'body.email'],
  ['rollbackSite', {}, 'body.release_id'],
  ['chatWithSite', { message: '' }, 'body.message'],
] as const)('%s refuses %j at %s', async (name, body, path) => {
  const reply = await ask(name, { body });

  expect(reply).toMatchObject({ status: 400, json: { code: 'request.invalid' } });
  expect(reply.text).toContain(path);
  expect(sites.asked).toEqual([]);
});

test('a step that there is none of is refused', async () => {
  const path = `/api/executions/${EXECUTION}/steps/dance/retry`;
  const reply = await server.ask('POST', path, { cookie: admin.cookie });

  expect(reply).toMatchObject({ status: 400, json: { code: 'request.invalid' } });
});

test('what is changed is written down before it is done, without what people wrote', async () => {
  await ask('createSite', { body: { requirements: 'a secret shop', provider: 'aws' } });
  await ask('skipStep', {});
  const { text } = await server.ask('GET', '/api/audit?limit=2', { cookie: admin.cookie });
  const { items } = JSON.parse(text);

  expect(items).toMatchObject([
    { action: 'execution.step-skip', subject: EXECUTION, data: { step: 'deploy' } },
    { action: 'site.create', data: { provider: 'aws', type: 'static' } },
  ]);
  expect(text).not.toContain('secret');
});

test.each([
  ['shot.png', 'image/png'],
  ['plan.json', 'application/json; charset=utf-8'],
  ['deploy.log', 'text/plain; charset=utf-8'],
  ['logo.svg', 'application/octet-stream'],
  ['app.js', 'application/octet-stream'],
])('%s is sent as %s, and cannot run', async (name, type) => {
  sites.files.set(`output/${name}`, 'bytes');
  const { headers, text } = await ask('readSiteFile', { query: `?path=output/${name}` });

  expect(text).toBe('bytes');
  expect(headers['content-type']).toBe(type);
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['content-security-policy']).toContain("default-src 'none'; sandbox;");
});

test('a report is a page that may run scripts in an origin of its own', async () => {
  sites.files.set('output/report/index.html', '<script>1</script>');
  const { headers } = await ask('readSiteFile', { query: '?path=output/report/index.html' });

  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  const policy = String(headers['content-security-policy']).split('; ');
  expect(policy).toContain('sandbox allow-scripts');
  expect(policy).toContain("default-src 'none'");
});

test('the dashboard may show previews and reports in frames', async () => {
  const { headers } = await server.ask('GET', '/api/docs');

  expect(headers['content-security-policy']).toContain(
    "frame-src 'self' http://127.0.0.1:* http://localhost:* https:;",
  );
});

interface Wish {
  readonly query?: string;
  readonly body?: object;
  readonly person?: Person;
  readonly key?: string;
}

async function ask(name: RouteName & keyof typeof siteRoutes, wish: Wish): Promise<Reply> {
  const { method, path } = siteRoutes[name];
  const ids: Record<string, string> = {
    session_id: sessionId,
    execution_id: EXECUTION,
    step: 'deploy',
    user_id: 'usr_1',
  };
  const url = path.replaceAll(/:(\w+)/g, (_all, key: string) => ids[key] ?? '');
  const { cookie } = wish.person ?? admin;
  return await server.ask(method, `${url}${wish.query ?? ''}`, {
    cookie,
    ...(wish.body !== undefined && { body: wish.body }),
    ...(wish.key !== undefined && { headers: { 'idempotency-key': wish.key } }),
  });
}
