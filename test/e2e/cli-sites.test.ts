import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  executionView,
  releaseView,
  siteDiffView,
  siteEstimateView,
  siteView,
} from '../../src/contract/index.ts';
import { SiteProgram, siteResult } from './site-program.ts';

const releases = z.object({ items: z.array(releaseView) });
const words = 'A bakery called Crust with opening hours and a contact form';

test('a site comes from words, changes by chat, goes back, and leaves nothing behind', async () => {
  await using tb = await SiteProgram.open();
  const create = ['site', 'create', '--name', 'shop', '--agent', 'demo', words];
  const made = await tb.json(siteResult, create);

  expect(made).toMatchObject({ name: 'shop', status: 'live', execution: { status: 'succeeded' } });
  expect(made.execution.steps.map(({ status }) => status)).toEqual(Array(9).fill('succeeded'));
  expect(made.tests).toMatchObject({ failed: 0 });
  expect(made.tests?.passed).toBeGreaterThan(0);
  expect(made.screenshots).toHaveLength(2);
  for (const path of made.screenshots) {
    expect((await readFile(path)).subarray(1, 4).toString()).toBe('PNG');
  }
  expect(await readFile(made.report_path ?? '', 'utf8')).toContain('<html');
  const url = made.url ?? '';
  const before = await page(url);
  expect(before).toContain('Crust');
  expect((await tb.run(['site', 'open', 'shop', '--print'])).stdout).toBe(`${url}\n`);

  const said = await tb.run(['site', 'chat', 'shop', 'Make it dark']);
  expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining('dark') });
  const diff = await tb.json(siteDiffView, ['site', 'diff', 'shop']);
  expect(diff.release_id).toBe(made.release_id);
  expect(diff.files.map(({ path }) => path)).toContain('assets/style.css');
  const style = new URL('assets/style.css', url).href;
  const live = await page(style);
  const shown = await tb.run(['site', 'diff', 'shop']);
  expect(shown.stdout).toMatch(/^changed: assets\/style\.css$/m);
  expect(shown.stdout).toMatch(/^\+.*color-scheme: dark/m);

  const published = await tb.json(siteResult, ['site', 'redeploy', 'shop']);
  expect(published).toMatchObject({ url, execution: { kind: 'redeploy', status: 'succeeded' } });
  expect(published.release_id).not.toBe(made.release_id);
  expect(await page(style)).not.toBe(live);
  const { items } = await tb.json(releases, ['site', 'releases', 'shop']);
  expect(items.map((one) => [one.release_id, one.is_live])).toEqual([
    [published.release_id, true],
    [made.release_id, false],
  ]);

  const back = ['site', 'rollback', 'shop', made.release_id ?? ''];
  expect(await tb.run(back)).toMatchObject({ code: 0, stdout: `${url}\n` });
  expect(await page(style)).toBe(live);

  expect((await tb.run(['site', 'destroy', 'shop', '--yes'])).stdout).toContain('destroyed');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  expect(await tb.json(siteView, ['site', 'status', 'shop'])).toMatchObject({
    status: 'destroyed',
    url: null,
  });
  expect((await tb.run(['site', 'reap'])).stderr).toContain('Nothing is left.');
  const { stdout: log } = await tb.run(['audit', 'list', '--json']);
  const actions = Array.from(log.matchAll(/"action":"(site\.\w+)"/g), ([, name]) => name);
  expect(actions.toReversed()).toEqual([
    'site.create',
    'site.redeploy',
    'site.rollback',
    'site.destroy',
  ]);
  // A browser goes through the site three times.
}, 600_000);

test('without a browser the site is made, and says what was not checked', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  const { code, stdout, stderr } = await tb.run(['site', 'create', '--agent', 'demo', words]);

  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  expect(await page(stdout.trim())).toContain('Crust');
  expect(stderr).toMatch(/^✓ 7\/9 health_check/m);
  expect(stderr).toMatch(/^- 8\/9 screenshot {2}skipped .*(?:Chrom|browser)/m);
  expect(stderr).toMatch(/^- 9\/9 e2e_tests {2}skipped/m);
});

test('Ctrl-C leaves an execution for "site resume"', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  const running = tb.start(['site', 'create', '--agent', 'demo', '--name', 'left', words]);
  await running.until('3/9 gather_requirements begins');
  running.kill('SIGINT');
  const { code, stderr } = await running.ended;

  expect(code).toBe(130);
  const [, id = ''] = /site resume (exe_\w+)/.exec(stderr) ?? [];
  expect(stderr).toContain(`site cancel ${id}`);
  const left = await tb.json(siteView, ['site', 'status', id]);
  expect(left).toMatchObject({ name: 'left', status: 'building' });
  const before = left.execution.steps.filter(({ status }) => status === 'succeeded');
  const resumed = await tb.json(siteResult, ['site', 'resume', 'left']);
  expect(resumed.execution).toMatchObject({ execution_id: id, status: 'succeeded' });
  // What was done stays done.
  expect(resumed.execution.steps.slice(0, before.length)).toEqual(before);
  expect((await tb.run(['site', 'list', '--json'])).stdout.match(/"session_id"/g)).toHaveLength(2);
});

test('a detached site is made by the next worker', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  const create = [
    'site',
    'create',
    '--detach',
    '--agent',
    'demo',
    '--name',
    'later',
    '--file',
    '-',
  ];
  const begun = await tb.json(siteView, create, words);
  expect(begun).toMatchObject({ status: 'building', requirements: words });

  expect((await tb.run(['worker', '--until-idle'])).code).toBe(0);

  const made = await tb.json(siteView, ['site', 'status', 'later']);
  expect(made).toMatchObject({ status: 'live', execution: { status: 'succeeded' } });
  expect(await page(made.url ?? '')).toContain('Crust');
});

test('steps of an execution can be read, done again, and an execution cancelled', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  await writeFile(join(tb.program.dir, 'wish.md'), words);
  const create = ['site', 'create', '--agent', 'demo', '--name', 'steps', '--file', 'wish.md'];
  const made = await tb.json(siteResult, create);
  const { stdout } = await tb.run(['site', 'logs', 'steps', '--step', 'deploy', '--lines', '1']);
  expect(stdout).toMatch(/^\d{4}-\S+ .*127\.0\.0\.1.*\n$/);
  expect((await tb.run(['site', 'logs', 'steps'])).stdout).toContain('is live');

  const again = await tb.json(siteResult, ['site', 'rerun', 'steps', 'health_check']);
  expect(again.execution.execution_id).toBe(made.execution.execution_id);
  expect(again.execution.steps.find(({ step }) => step === 'health_check')?.attempts).toBe(2);

  const queued = await tb.json(executionView, ['site', 'redeploy', 'steps', '--detach']);
  expect(queued.status).toBe('queued');
  const cancelled = await tb.json(executionView, ['site', 'cancel', 'steps']);
  expect(cancelled).toMatchObject({ execution_id: queued.execution_id, status: 'cancelled' });
  const status = await tb.run(['site', 'status', 'steps']);
  expect(status.stdout).toMatch(/^execution .*redeploy cancelled/m);
  expect(await page(made.url ?? '')).toContain('Crust');
});

test('a site for a person by e-mail makes the user once', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  const create = ['site', 'create', '--detach', '--email', 'User@Example.com', '--phone', '+12345'];
  const [one, two] = [
    await tb.json(siteView, [...create, words]),
    await tb.json(siteView, [...create, words]),
  ];

  expect(two.user_id).toBe(one.user_id);
  expect(two.user_guid).toBe(one.user_guid);
  expect((await tb.run(['user', 'list', '--json'])).stdout).toContain('user@example.com');
});

test('script/run --site makes a site on this machine', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  const script = fileURLToPath(new URL('../../script/run', import.meta.url));
  const args = ['--site', '--agent', 'demo', words, '--detach', '--json'];
  const env = { ...tb.program.environment, ...tb.environment };
  const { stdout } = await promisify(execFile)(script, args, { env, cwd: tb.program.dir });

  expect(siteView.parse(JSON.parse(stdout))).toMatchObject({
    provider: 'local',
    requirements: words,
  });
});

test('a question of the agent stays on the screen with the way to answer it', async () => {
  await using tb = await SiteProgram.withoutBrowser({ permission: true });
  const running = tb.start(['site', 'create', '--agent', 'demo', '--name', 'asks', words]);
  await running.until('The agent asks: ');
  await running.until('-> Answer it: tmux-builder job answer qst_');
  running.kill('SIGINT');

  expect((await running.ended).code).toBe(130);
});

test('estimates make nothing', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  const estimate = ['site', 'estimate', '--provider', 'aws', '--type', 'dynamic'];
  const { cost, must_be_confirmed: must } = await tb.json(siteEstimateView, estimate);

  expect(cost.monthly_usd).toBeGreaterThan(0);
  expect(must).toBe(true);
  expect((await tb.run(['site', 'list'])).stderr).toContain('No sites.');
});

test('what cannot be done is refused, says why, and leaves nothing', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  const failure = async (...args: readonly string[]) => await tb.failure(['site', ...args]);

  expect(await failure('create', '--provider', 'gcp', 'x')).toEqual({
    code: 2,
    error: 'cli.usage',
  });
  expect(await failure('create', ' \n ')).toEqual({ code: 2, error: 'site.no-requirements' });
  expect(await failure('create', '--phone', '+123', 'x')).toEqual({ code: 2, error: 'cli.usage' });
  const nobody = ['--email', 'nobody'];
  expect(await failure('create', ...nobody, 'x')).toEqual({ code: 2, error: 'cli.usage' });
  expect(await failure('create', '--file', 'none.md')).toEqual({
    code: 2,
    error: 'job.no-such-file',
  });
  expect(await failure('create', '--file', 'a', 'b')).toEqual({ code: 2, error: 'cli.usage' });
  expect(await failure('create', '--agent', 'nobody', 'x')).toEqual({
    code: 2,
    error: 'agent.unknown',
  });
  expect(await failure('create', '--size', 'huge', 'x')).toEqual({
    code: 2,
    error: 'deploy.bad-spec',
  });
  expect(await failure('create', '--provider', 'aws', 'x')).toEqual({
    code: 5,
    error: 'site.not-confirmed',
  });
  const costly = ['--provider', 'aws', '--type', 'dynamic', '--confirm-cost', '0.01'];
  expect(await failure('create', ...costly, 'x')).toEqual({ code: 5, error: 'site.not-confirmed' });
  expect((await tb.run(['site', 'list'])).stderr).toContain('No sites.');

  for (const command of ['status', 'open', 'diff', 'releases', 'logs', 'redeploy', 'cancel']) {
    expect((await failure(command, 'nowhere')).code, command).toBe(3);
  }
  expect(await failure('status', 'exe_nothing')).toEqual({ code: 3, error: 'execution.not-found' });
  expect(await failure('destroy', 'nowhere', '--yes')).toEqual({
    code: 3,
    error: 'session.not-found',
  });
  await tb.run(['session', 'create', 'plain']);
  expect(await failure('status', 'plain')).toEqual({ code: 3, error: 'site.not-found' });
});

test.each(['aws', 'azure'])(
  'without credentials for %s a site is refused before its agent begins',
  async (provider) => {
    await using tb = await SiteProgram.withoutBrowser();
    const where = ['--provider', provider, '--agent', 'demo', '--name', 'cloud'];
    expect(await tb.failure(['site', 'create', ...where, '--yes', words])).toEqual({
      code: 4,
      error: 'deploy.no-credentials',
    });
    expect((await tb.run(['site', 'list', '--json'])).stdout).toContain('"items":[]');
  },
);

test('the doctor says when there is no browser to check sites with', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  expect((await tb.run(['doctor'])).stdout).toMatch(/!! {2}browser +none/);
});

test('a site that is destroyed, or whose session is archived, is not changed any more', async () => {
  await using tb = await SiteProgram.withoutBrowser();
  const failure = async (...args: readonly string[]) => await tb.failure(args);
  await tb.run(['site', 'create', '--detach', '--name', 'gone', '--agent', 'demo', words]);
  await tb.run(['site', 'cancel', 'gone']);

  expect(await failure('session', 'archive', 'gone')).toEqual({
    code: 5,
    error: 'session.has-site',
  });
  expect(await failure('site', 'destroy', 'gone')).toEqual({ code: 2, error: 'cli.usage' });
  const destroyed = await tb.run(['site', 'destroy', 'gone', '--yes']);
  expect(destroyed).toMatchObject({ code: 0, stderr: expect.stringContaining('session archive') });
  expect((await tb.run(['session', 'archive', 'gone'])).code).toBe(0);
  expect(await failure('site', 'redeploy', 'gone')).toEqual({ code: 5, error: 'site.destroyed' });
  expect((await failure('site', 'retry', 'gone', 'deploy')).error).toBe('site.destroyed');
  expect((await failure('site', 'chat', 'gone', 'hello')).code).toBe(5);
  expect(await tb.json(siteView, ['site', 'status', 'gone'])).toMatchObject({
    status: 'destroyed',
  });
  expect((await tb.run(['site', 'open', 'gone'])).code).toBe(5);
});

async function page(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return await response.text();
}
