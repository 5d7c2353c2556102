import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  chatHistoryView,
  executionView,
  problemView,
  releaseView,
  siteView,
  userSessionView,
} from '../../src/contract/index.ts';
import { openServer } from './serve-program.ts';
import { SiteProgram } from './site-program.ts';

const PASSWORD = 'correct horse battery';
const words = 'A bakery called Crust with opening hours and a contact form';

interface Reply<T> {
  readonly status: number;
  readonly value: T;
}

/** Asks as a program does that has a token. */
class Client {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async ask<T>(schema: z.ZodType<T>, how: string, body?: object): Promise<Reply<T>> {
    const response = await this.#fetch(how, body);
    const text = await response.text();
    const read = schema.safeParse(JSON.parse(text));
    if (!read.success) throw new Error(`${how} gave ${text}`, { cause: read.error });
    return { status: response.status, value: read.data };
  }

  /** Status and code of a refusal. */
  async refused(how: string, body?: object): Promise<readonly [number, string]> {
    const { status, value } = await this.ask(problemView, how, body);
    return [status, value.code];
  }

  async text(how: string): Promise<{ readonly headers: Headers; readonly text: string }> {
    const response = await this.#fetch(how);
    return { headers: response.headers, text: await response.text() };
  }

  async untilEnded(id: string): Promise<z.infer<typeof executionView>> {
    const read = async () => (await this.ask(executionView, `GET /api/status/${id}`)).value;
    const isOver = async () => (await read()).ended_at !== null;
    await expect.poll(isOver, { timeout: 120_000, interval: 200 }).toBe(true);
    return await read();
  }

  async #fetch(how: string, body?: object): Promise<Response> {
    const [method = '', path = ''] = how.split(' ');
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    return await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, ...json },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

/** Make the first admin, and a token of theirs. */
async function logIn(tb: SiteProgram, link: string | null, url: string): Promise<Client> {
  const accepted = await fetch(`${url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: link?.split('#')[1], name: 'root', password: PASSWORD }),
  });
  expect(accepted.status).toBe(200);
  const made = ['token', 'create', 'sites', '--user', 'root', '--role', 'admin'];
  const { token } = await tb.json(z.looseObject({ token: z.string() }), made);
  return new Client(url, token);
}

const started = z.object({
  execution_id: z.string(),
  user_id: z.string(),
  session_id: z.string(),
});

test('the routes of the origin documents bring a person to a site, and change it', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  await using server = await openServer(tb.program, [], tb.environment);
  const { url, first_admin_url: link } = server.started;
  const client = await logIn(tb, link, url);

  const body = {
    email: 'user@example.com',
    phone: '+1234567890',
    host_provider: 'local',
    site_type: 'static',
    requirements: words,
    agent: 'demo',
  };
  const withNew = started.extend({ is_new_user: z.boolean() }).strict();
  const { status, value: first } = await client.ask(withNew, 'POST /api/create-user', body);
  expect(status).toBe(201);
  expect(first.is_new_user).toBe(true);
  const made = await client.untilEnded(first.execution_id);
  expect(made).toMatchObject({ ...idsOf(first), status: 'succeeded', progress: 100 });
  expect(await page(made.url ?? '')).toContain('Crust');

  const sessions = z.object({ items: z.array(userSessionView), next: z.null() });
  const { value: own } = await client.ask(sessions, `GET /api/user/${first.user_id}/sessions`);
  expect(own.items).toMatchObject([
    { session_id: first.session_id, execution_id: first.execution_id, url: made.url },
  ]);

  const message = { message: 'Make it dark', redeploy: true };
  const sent = z.looseObject({ job_id: z.string(), execution_id: z.string() });
  const chat = await client.ask(sent, `POST /api/chat/${first.execution_id}`, message);
  expect(chat.status).toBe(202);
  const changed = await client.untilEnded(chat.value.execution_id);
  expect(changed).toMatchObject({ kind: 'redeploy', status: 'succeeded' });
  expect(await page(new URL('assets/style.css', made.url ?? '').href)).toContain('dark');
  const { value: history } = await client.ask(
    chatHistoryView,
    `GET /api/chat/${first.execution_id}/history`,
  );
  expect(history.messages.slice(-2)).toMatchObject([
    { role: 'user', text: 'Make it dark\n' },
    { role: 'agent', job_id: chat.value.job_id },
  ]);

  const again = await client.ask(started.strict(), `POST /api/redeploy/${first.execution_id}`);
  expect(again).toMatchObject({ status: 202, value: { session_id: first.session_id } });
  expect(await client.untilEnded(again.value.execution_id)).toMatchObject({ status: 'succeeded' });

  const known = await client.ask(withNew, 'POST /api/create-user', body);
  expect(known.value).toMatchObject({ user_id: first.user_id, is_new_user: false });
  await client.untilEnded(known.value.execution_id);
});

test('a site is looked at, rolled back and destroyed by HTTP', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  await using server = await openServer(tb.program, [], tb.environment);
  const { url, first_admin_url: link } = server.started;
  const client = await logIn(tb, link, url);

  const wish = { requirements: words, agent: 'demo', name: 'shop' };
  const { value: site } = await client.ask(siteView, 'POST /api/sites', wish);
  const at = `/api/sites/${site.session_id}`;
  const made = await client.untilEnded(site.execution.execution_id);
  const artefacts = made.steps.flatMap((step) => step.artefacts);
  const plan = artefacts.find(({ name }) => name === 'plan.json');
  const read = await client.text(`GET ${at}/artefact?path=${encodeURIComponent(plan?.path ?? '')}`);
  expect(read.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(JSON.parse(read.text)).toMatchObject({ site_type: 'static' });

  const log = z.object({ lines: z.array(z.object({ text: z.string() })), is_cut: z.boolean() });
  const steps = `/api/executions/${made.execution_id}/steps`;
  const { value: lines } = await client.ask(log, `GET ${steps}/deploy/log`);
  expect(lines.lines.map(({ text }) => text).join('\n')).toContain('Release r');

  const releases = z.object({ items: z.array(releaseView) });
  const { value: before } = await client.ask(releases, `GET ${at}/releases`);
  await client.ask(z.unknown(), `POST /api/chat/${made.execution_id}`, { message: 'Make it dark' });
  const { value: queued } = await client.ask(executionView, `POST ${at}/redeploy`);
  await client.untilEnded(queued.execution_id);
  const release = before.items[0]?.release_id;
  const back = await client.ask(executionView, `POST ${at}/rollback`, { release_id: release });
  expect(await client.untilEnded(back.value.execution_id)).toMatchObject({ status: 'succeeded' });
  const { value: now } = await client.ask(siteView, `GET ${at}`);
  expect(now).toMatchObject({ status: 'live', release_id: release });

  expect(await client.refused(`POST ${steps}/deploy/retry`)).toEqual([409, 'execution.not-newest']);
  expect(await client.refused(`POST ${at}/rollback`, { release_id: 'r0' })).toEqual([
    409,
    'site.no-release',
  ]);
  expect(await client.refused('GET /api/status/exe_none')).toEqual([404, 'execution.not-found']);
  expect(await client.refused('GET /api/sites/ses_none')).toEqual([404, 'session.not-found']);
  expect(await client.refused(`GET ${at}/artefact?path=../../secret`)).toEqual([
    400,
    'session.path-outside',
  ]);
  const cloud = { requirements: words, provider: 'aws', type: 'dynamic' };
  expect(await client.refused('POST /api/sites', cloud)).toEqual([409, 'site.not-confirmed']);
  expect(await client.refused('POST /api/sites', { ...cloud, provider: 'gcp' })).toEqual([
    400,
    'request.invalid',
  ]);

  const gone = await client.ask(siteView, `DELETE ${at}`);
  expect(gone).toMatchObject({ status: 202, value: { status: 'destroying' } });
  const status = async () => (await client.ask(siteView, `GET ${at}`)).value.status;
  await expect.poll(status, { timeout: 60_000 }).toBe('destroyed');
  await expect(fetch(made.url ?? '')).rejects.toThrow('fetch failed');
  expect(await client.refused(`POST ${at}/redeploy`)).toEqual([409, 'site.destroyed']);
});

function idsOf({ execution_id, user_id, session_id }: z.infer<typeof started>) {
  return { execution_id, user_id, session_id };
}

async function page(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return await response.text();
}
