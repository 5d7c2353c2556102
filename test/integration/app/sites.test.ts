import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Agents } from '../../../src/agents/index.ts';
import * as sites from '../../../src/app/sites-cases.ts';
import { CodedError, randomIds, silentLog, systemClock } from '../../../src/base/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { Deployer, FoundDeployment } from '../../../src/deploy/index.ts';
import { openSessions } from '../../../src/sessions/index.ts';
import { openStore } from '../../../src/store/index.ts';

const never = new AbortController().signal;
const wish = { requirements: 'A page about bread.' } as const;

test('a site that costs more than nobody has to confirm is made once that is confirmed', async () => {
  await using bench = await open();
  const { ctx } = bench;
  const cloud = { ...wish, provider: 'aws' } as const;

  expect(await sites.estimateSite(ctx, cloud, never)).toMatchObject({
    provider: 'aws',
    region: 'us-east-1',
    cost: { monthly_usd: 20 },
    must_be_confirmed: true,
    user_limit_usd: 50,
    user_monthly_usd: 0,
  });
  const create = async (confirmed_monthly_usd?: number) =>
    await sites.createSite(ctx, { ...cloud, confirmed_monthly_usd }, never);
  await expect(create()).rejects.toMatchObject({ code: 'site.not-confirmed' });
  await expect(create(19.99)).rejects.toMatchObject({ code: 'site.not-confirmed' });
  expect(await create(20)).toMatchObject({ status: 'building', monthly_usd: 20 });
  await create(25);
  await expect(create(20)).rejects.toMatchObject({ code: 'site.over-limit' });
  const { items } = await sites.listSites(ctx, { limit: 10 }, {}, never);
  expect(items).toHaveLength(2);
  // Nothing is left of the one that was refused.
  expect((await ctx.app.sessions.list({ limit: 10 }, never)).items).toHaveLength(2);
});

test('a person by e-mail becomes a user once, whose sites others do not see', async () => {
  await using bench = await open();
  const { ctx } = bench;
  const person = { ...wish, email: 'Ann@Example.org', phone: '+32 1' };
  const first = await sites.createForPerson(ctx, person, never);
  const again = await sites.createForPerson(ctx, { ...wish, email: 'ann@example.org ' }, never);
  const other = await sites.createForPerson(ctx, { ...wish, email: 'bob@example.org' }, never);

  expect([first, again, other].map(({ is_new_user }) => is_new_user)).toEqual([true, false, true]);
  expect(again.user_id).toBe(first.user_id);
  const site = await sites.getSiteView(ctx, first.session_id, never);
  const page = { limit: 10, visibility: {} };
  const own = await sites.listUserSessions(ctx, { userId: site.user_guid, ...page }, never);
  expect(own.items.map(({ execution_id }) => execution_id)).toEqual([
    again.execution_id,
    first.execution_id,
  ]);
  const seen = { userId: first.user_id, limit: 10, visibility: { userId: other.user_id } };
  expect((await sites.listUserSessions(ctx, seen, never)).items).toEqual([]);
  const bobs = await sites.listSites(ctx, { limit: 10 }, { userId: other.user_id }, never);
  expect(bobs.items.map(({ session_id }) => session_id)).toEqual([other.session_id]);
});

test('a site that could not be published is refused, and leaves neither session nor user', async () => {
  await using bench = await open();
  const { ctx } = bench;
  const cloud = { ...wish, provider: 'aws', email: 'ann@example.org' } as const;
  const refusals = [
    [{ ...cloud }, 'site.not-confirmed'],
    [{ ...cloud, confirmed_monthly_usd: 20, region: 'eu-west-9' }, 'deploy.no-credentials'],
    [{ ...cloud, requirements: ' ' }, 'site.no-requirements'],
    [{ ...cloud, requirements: 'x'.repeat(200_001) }, 'site.requirements-too-long'],
  ] as const;
  for (const [refused, code] of refusals) {
    await expect(sites.createForPerson(ctx, refused, never)).rejects.toMatchObject({ code });
  }

  expect((await ctx.app.sessions.list({ limit: 10 }, never)).items).toEqual([]);
  const made = await sites.createForPerson(ctx, { ...wish, email: cloud.email }, never);
  expect(made.is_new_user).toBe(true);
});

test('pages of sites go on where the page before ended', async () => {
  await using bench = await open();
  const { ctx } = bench;
  for (const _site of [1, 2, 3]) await sites.createSite(ctx, wish, never);
  const first = await sites.listSites(ctx, { limit: 2 }, {}, never);
  const cursor = first.next ?? '';
  const second = await sites.listSites(ctx, { limit: 2, cursor }, {}, never);

  const ids = [...first.items, ...second.items].map(({ session_id }) => session_id);
  expect(new Set(ids).size).toBe(3);
  expect(second.next).toBeNull();
});

test('a list holds the beginning of long requirements, the site all of them', async () => {
  await using bench = await open();
  const { ctx } = bench;
  const requirements = 'A page about bread. '.repeat(1_000);
  const made = await sites.createSite(ctx, { requirements }, never);
  const { items } = await sites.listSites(ctx, { limit: 10 }, {}, never);

  expect(items.map((one) => one.requirements.length)).toEqual([1_000]);
  expect((await sites.getSiteView(ctx, made.session_id, never)).requirements).toBe(requirements);
});

test('what is left at a provider is removed when it is ours, and else told alone', async () => {
  await using bench = await open();
  const { ctx } = bench;
  const live = await sites.createSite(ctx, wish, never);
  const found = (sessionId: string, guid: string, extra: object = {}): FoundDeployment => ({
    provider: 'local',
    name: `site-${sessionId}`,
    tags: { SessionID: sessionId, UserGUID: guid, SiteType: 'static', ...extra },
    state: 'live',
    region: undefined,
  });
  bench.found.push(
    found(live.session_id, live.user_guid),
    found('ses_gone', live.user_guid),
    found('ses_foreign', '11111111-1111-4111-8111-111111111111'),
    { ...found('ses_renamed', live.user_guid), name: 'another' },
  );
  const reap = async (isDry: boolean) =>
    await sites.reapSites(ctx, { providers: ['local'], isDry }, () => {}, never);

  expect((await reap(true)).map(({ is_removed }) => is_removed)).toEqual([false, false, false]);
  expect(bench.destroyed).toEqual([]);
  expect(await reap(false)).toMatchObject([
    { session_id: 'ses_gone', reason: 'no such session', is_removed: true, error: null },
    { session_id: 'ses_foreign', is_removed: false, error: { code: 'site.not-ours' } },
    { session_id: 'ses_renamed', is_removed: false, error: { code: 'site.not-ours' } },
  ]);
  expect(bench.destroyed).toEqual(['site-ses_gone']);
});

test('executions go by id, by a unique beginning, and by their session', async () => {
  await using bench = await open();
  const { ctx } = bench;
  const site = await sites.createSite(ctx, { ...wish, name: 'shop' }, never);
  const { execution_id: id } = site.execution;
  const find = async (reference: string) =>
    (await sites.getExecutionView(ctx, reference, never)).execution_id;

  expect(await Promise.all([id, id.slice(0, -2), 'shop', site.session_id].map(find))).toEqual(
    Array.from({ length: 4 }, () => id),
  );
  await expect(find('exe_nothing')).rejects.toMatchObject({ code: 'execution.not-found' });
  await expect(find('nothing')).rejects.toThrow('There is no site or execution nothing.');
  await sites.createSite(ctx, wish, never);
  await expect(find(id.slice(0, 7))).rejects.toMatchObject({ code: 'execution.ambiguous-id' });
  const plain = await ctx.app.sessions.create({ userId: 'ann' }, never);
  await expect(sites.getSiteView(ctx, plain.id, never)).rejects.toMatchObject({
    code: 'site.not-found',
  });
});

async function open() {
  const dir = await mkdtemp(join(tmpdir(), 'tmux-builder-app-sites-'));
  const clock = systemClock;
  const ids = randomIds(clock);
  const store = await openStore({ path: join(dir, 'test.db'), clock, ids }, never);
  const sessions = await openSessions({ store, dataDir: dir, clock, ids, log: silentLog }, never);
  const env = { TMUX_BUILDER_RUNTIME_DIR: join(dir, 'run') };
  const config = await loadConfig({ argvDataDir: dir, env, homedir: dir, cwd: dir });
  const app = { config, store, sessions, agents: noAgents, clock, ids, log: silentLog };
  const found: FoundDeployment[] = [];
  const destroyed: string[] = [];
  const ctx: sites.SitesContext = {
    app: {
      ...app,
      agentEnvironment: {},
      desktopEnvironment: {},
      templateDirs: [],
      runtimeDir: join(dir, 'run'),
    },
    deployer: async (provider) => ({ ...deployerOf(found, destroyed), provider }),
    findBrowser: async () => undefined,
    serveLocal: async () => {},
  };
  return {
    ctx,
    found,
    destroyed,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function deployerOf(found: readonly FoundDeployment[], destroyed: string[]): Deployer {
  const no = async (): Promise<never> => {
    throw new CodedError('deploy.failed', 'it is not asked for here');
  };
  return {
    provider: 'local',
    plan: (spec) => ({
      spec,
      name: `site-${spec.sessionId}`,
      tags: {},
      resources: [{ type: 'bucket', name: 'b' }],
      template: undefined,
      estimate: { monthlyUsd: spec.provider === 'aws' ? 20 : 0, lines: [], note: '' },
    }),
    apply: no,
    rollback: no,
    status: async (plan) => {
      if (plan.spec.region === 'eu-west-9') throw new CodedError('deploy.no-credentials', 'none');
      return { state: 'absent', url: undefined, releaseId: undefined, reason: undefined };
    },
    logs: no,
    destroy: async ({ name }) => void destroyed.push(name),
    list: async () => found,
  };
}

const unasked: () => never = () => {
  throw new Error('no agent is asked here');
};

const noAgents: Agents = {
  names: ['demo'],
  detect: unasked,
  start: unasked,
  adopt: unasked,
  explain: unasked,
  usage: unasked,
  findConversation: unasked,
  review: unasked,
  clear: unasked,
};
