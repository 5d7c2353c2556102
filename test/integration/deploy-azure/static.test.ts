import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { accountOf, azureSite, never } from '../../support/azure/azure-site.ts';
import { type FakeAzure, openFakeAzure } from '../../support/azure/fake-azure.ts';

const sessions = ['one', 'two', 'three'];
let azure: FakeAzure;

beforeAll(async () => {
  azure = await openFakeAzure(sessions.map(accountOf));
});
afterAll(async () => {
  await azure[Symbol.asyncDispose]();
});
beforeEach(() => {
  azure.requests.length = 0;
});

function uploads(): readonly string[] {
  return azure.requests.filter((line) => line.startsWith('PUT /') && line.includes('web/'));
}

const files = {
  'index.html': '<h1>one</h1><link rel="stylesheet" href="a/app.css">',
  '404.html': 'nothing here',
  'a/app.css': 'h1 { color: teal }',
  'old.txt': 'old',
};

test('a static site is made, shown, changed by one file, brought back and destroyed', async () => {
  const site = await azureSite(azure, { sessionId: 'one' });
  const { deployer, plan } = site;
  expect(await deployer.status(plan, never)).toMatchObject({ state: 'absent' });

  const first = await site.release(files);
  const made = await site.apply(first);

  expect(made.changed).toBeUndefined();
  const page = await fetch(made.url);
  expect([page.status, await page.text()]).toEqual([200, files['index.html']]);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const style = await fetch(new URL('a/app.css', made.url));
  expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
  const missing = await fetch(new URL('gone', made.url));
  expect([missing.status, await missing.text()]).toEqual([404, 'nothing here']);
  expect(await deployer.status(plan, never)).toEqual({
    state: 'live',
    url: made.url,
    releaseId: first.id,
    reason: undefined,
  });
  // Pages come last, when what they name is there.
  const order = uploads().map((line) => line.split('/').at(-1));
  expect(new Set(order.slice(0, 2))).toEqual(new Set(['app.css', 'old.txt']));
  expect(new Set(order.slice(2))).toEqual(new Set(['404.html', 'index.html']));

  azure.requests.length = 0;
  const second = await site.release({ 'index.html': '<h1>two</h1>', 'old.txt': undefined });
  const changed = await site.apply(second);

  expect(changed).toMatchObject({ url: made.url, changed: { added: 0, changed: 1, removed: 1 } });
  expect(uploads()).toHaveLength(1);
  expect(await (await fetch(made.url)).text()).toBe('<h1>two</h1>');
  expect((await fetch(new URL('old.txt', made.url))).status).toBe(404);
  expect(azure.requests.filter((line) => /^PUT .*\/deployments\//.test(line))).toEqual([]);

  const back = await deployer.rollback(plan, first, () => {}, never);

  expect(back.changed).toEqual({ added: 1, changed: 1, removed: 0 });
  expect(await (await fetch(made.url)).text()).toBe(files['index.html']);
  const found = await deployer.list(never);
  expect(found).toMatchObject([{ name: plan.name, state: 'live', region: 'eastus' }]);
  expect(found[0]?.tags).toMatchObject(plan.tags);
  expect((await deployer.logs(plan, 10, never)).join('\n')).toMatch(/storageAccounts .* Succeeded/);

  await site.destroy();

  expect(azure.arm.groups.size).toBe(0);
  await expect(fetch(made.url)).rejects.toThrow();
  expect(await deployer.list(never)).toEqual([]);
  expect(await deployer.status(plan, never)).toMatchObject({ state: 'absent' });
  await site.destroy();
});

test('sites share one Front Door, which forgets what it kept, and goes with the last of them', async () => {
  const one = await azureSite(azure, { sessionId: 'one', frontDoor: 'shared' });
  const two = await azureSite(azure, { sessionId: 'two', frontDoor: 'shared' });
  const made = await one.apply(await one.release(files));
  const other = await two.apply(await two.release({ 'index.html': 'the other' }));

  expect(made.url).toMatch(/^https:/);
  expect(await (await fetch(made.url)).text()).toBe(files['index.html']);
  expect(await (await fetch(other.url)).text()).toBe('the other');
  const profiles = [...azure.arm.groups.values()].flatMap(({ resources }) =>
    [...resources.values()].filter(({ type }) => type === 'Microsoft.Cdn/profiles'),
  );
  expect(profiles).toHaveLength(1);
  expect(await one.deployer.status(one.plan, never)).toMatchObject({
    state: 'live',
    url: made.url,
  });
  // The shared group is nobody's site.
  expect(await one.deployer.list(never)).toHaveLength(2);

  await one.apply(await one.release({ 'index.html': 'new' }));

  expect(await (await fetch(made.url)).text()).toBe('new');

  await two.destroy();
  // The record of its deployment is still there: it must not be taken for what is there.
  const back = await two.apply(await two.release({ 'index.html': 'the other' }));

  expect(await (await fetch(back.url)).text()).toBe('the other');

  await one.destroy();

  expect(await (await fetch(back.url)).text()).toBe('the other');
  expect([...azure.arm.groups.keys()].toSorted()).toEqual(
    ['tmux-builder-shared', two.plan.name].toSorted(),
  );

  await two.destroy();

  expect(azure.arm.groups.size).toBe(0);
});

test("somebody's own Front Door is used, and left when the last site goes", async () => {
  const own = 'frontdoors';
  const id = `/subscriptions/${azure.subscription}/resourceGroups/${own}/providers/Microsoft.Cdn/profiles/mine`;
  azure.arm.putGroup(own, 'westus', {});
  azure.arm.getGroup(own).resources.set(id.toLowerCase(), {
    id,
    type: 'Microsoft.Cdn/profiles',
    name: 'mine',
    location: 'global',
    tags: {},
    properties: {},
    computed: {},
    state: 'Succeeded',
  });
  const site = await azureSite(
    azure,
    { sessionId: 'one', frontDoor: 'shared' },
    { azureFrontDoor: id },
  );

  const made = await site.apply(await site.release(files));
  expect(await (await fetch(made.url)).text()).toBe(files['index.html']);
  await site.destroy();

  expect([...azure.arm.getGroup(own).resources.keys()]).toEqual([id.toLowerCase()]);
  azure.arm.groups.clear();
});

test('nothing that is said or written holds a token', async () => {
  const site = await azureSite(azure, { sessionId: 'three' });
  const made = await site.apply(await site.release(files));
  azure.wireFaults.push({ match: /./, times: 99, answer: { status: 400, code: 'BadRequest' } });

  await expect(site.apply(await site.release(files))).rejects.toMatchObject({
    code: 'deploy.failed',
  });
  azure.wireFaults.length = 0;

  const said = [...site.told, JSON.stringify(made)].join('\n');
  expect(site.told.length).toBeGreaterThan(3);
  expect(said).not.toContain(azure.token);
  expect(said).not.toContain(azure.token.split('.')[1]);
  await site.destroy();
});
