import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf, type AzureSite, azureSite, never } from '../../support/azure/azure-site.ts';
import { type FakeAzure, openFakeAzure } from '../../support/azure/fake-azure.ts';

let azure: FakeAzure;

beforeAll(async () => {
  azure = await openFakeAzure(['dynamic', 'door', 'broken'].map(accountOf));
});
afterAll(async () => {
  await azure[Symbol.asyncDispose]();
});

const run = { command: ['node', 'server.js'], healthPath: '/health' };

function server(word: string, status = 200): Readonly<Record<string, string>> {
  return {
    'server.js': `require('node:http').createServer((request, response) => {
      response.writeHead(request.url === '/health' ? ${status} : 200).end('${word}');
    }).listen(Number(process.env.PORT), '127.0.0.1');`,
  };
}

async function text(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

function machines(site: AzureSite): readonly string[] {
  const { resources } = azure.arm.getGroup(site.plan.name);
  return [...resources.values()]
    .filter(({ type }) => type === 'Microsoft.Compute/virtualMachines')
    .map(({ name }) => name);
}

test('a program runs on a machine from its user data; a release is a machine; all of it goes', async () => {
  const site = await azureSite(azure, { sessionId: 'dynamic', type: 'dynamic', run });
  const { deployer, plan } = site;
  const one = await site.release(server('one'));
  const made = await site.apply(one);

  expect(made).toMatchObject({ changed: undefined, details: { https: false } });
  expect(made.url).toMatch(/^http:/);
  expect(await text(made.url)).toBe('one');
  expect(machines(site)).toEqual([`${plan.name}-${one.id}`]);
  expect(await deployer.status(plan, never)).toMatchObject({ state: 'live', url: made.url });

  const before = azure.userData.length;
  await site.apply(one);
  expect(azure.userData).toHaveLength(before);

  const two = await site.release(server('two'));
  const changed = await site.apply(two);

  expect(changed).toMatchObject({ url: made.url, changed: { added: 0, changed: 1, removed: 0 } });
  expect(await text(made.url)).toBe('two');
  expect(machines(site)).toEqual([`${plan.name}-${two.id}`]);
  expect(azure.machines.size).toBe(1);

  await deployer.rollback(plan, one, () => {}, never);

  expect(await text(made.url)).toBe('one');
  expect((await deployer.logs(plan, 50, never)).join('\n')).toContain('virtualMachines');

  await site.destroy();

  expect(azure.arm.groups.size).toBe(0);
  expect(azure.machines.size).toBe(0);
});

test('the address of the archive is for one file, to be read, for an hour, and told to nobody', async () => {
  const site = await azureSite(azure, { sessionId: 'dynamic', type: 'dynamic', run });
  const release = await site.release(server('one'));
  const made = await site.apply(release);

  const userData = azure.userData.at(-1) ?? '';
  const address = new URL(/url = "(?<url>[^"]+)"/.exec(userData)?.groups?.['url'] ?? '');
  const hour = Date.parse(address.searchParams.get('se') ?? '') - Date.now();
  expect(hour).toBeGreaterThan(0);
  expect(hour).toBeLessThanOrEqual(3_600_000);
  expect(address.searchParams.get('sp')).toBe('r');
  expect(address.pathname).toMatch(new RegExp(`/releases/${release.id}\\.tar\\.gz$`));
  expect((await fetch(address, { method: 'DELETE' })).status).toBe(403);
  const unsigned = await fetch(`${address.origin}${address.pathname}`);
  expect(unsigned.ok).toBe(false);

  const signature = address.searchParams.get('sig') ?? 'none';
  const shown = await fetch(
    `${azure.url}/subscriptions/${azure.subscription}/resourceGroups/${site.plan.name}/providers/Microsoft.Resources/deployments/${site.plan.name}-machine?api-version=2025-04-01`,
    {
      headers: { authorization: `Bearer ${azure.token}` },
    },
  );
  const said = [...site.told, JSON.stringify(made), await shown.text()].join('\n');
  for (const secret of [signature, encodeURIComponent(signature), azure.token]) {
    expect(said).not.toContain(secret);
  }
  expect(userData).not.toContain(azure.token);
  expect(userData).not.toContain('PRIVATE');
  await site.destroy();
});

test('with a Front Door a program is reached by https, and nothing it says is kept', async () => {
  const site = await azureSite(azure, {
    sessionId: 'door',
    type: 'dynamic',
    run,
    frontDoor: 'shared',
  });
  const made = await site.apply(await site.release(server('one')));

  expect(made).toMatchObject({ details: { https: true } });
  expect(await text(made.url)).toBe('one');

  await site.apply(await site.release(server('two')));

  expect(await text(made.url)).toBe('two');
  await site.destroy();
  expect(azure.arm.groups.size).toBe(0);
});

test('a program that is not healthy is said so, and replaced by the next release', async () => {
  const changes = { azure: { ...azure.settings.azure, serveLimitMs: 300 } };
  const site = await azureSite(azure, { sessionId: 'broken', type: 'dynamic', run }, changes);

  await expect(site.apply(await site.release(server('bad', 500)))).rejects.toMatchObject({
    code: 'deploy.unhealthy',
    message: expect.stringContaining('did not answer at http'),
  });
  expect(await site.deployer.status(site.plan, never)).toMatchObject({ state: 'broken' });

  const patient = await azureSite(azure, { sessionId: 'broken', type: 'dynamic', run });
  const made = await patient.apply(await patient.release(server('good')));

  expect(await text(made.url)).toBe('good');
  expect(azure.machines.size).toBe(1);
  await patient.destroy();
  expect(azure.arm.groups.size).toBe(0);
});

test('where Azure has no room for the next machine, the one that runs is left running', async () => {
  const site = await azureSite(azure, { sessionId: 'dynamic', type: 'dynamic', run });
  const made = await site.apply(await site.release(server('one')));
  azure.arm.faults.push({
    type: 'virtualMachines',
    when: 'preflight',
    code: 'SkuNotAvailable',
    message: 'The requested VM size is currently not available in location eastus.',
    times: 1,
  });

  await expect(site.apply(await site.release(server('two')))).rejects.toMatchObject({
    code: 'deploy.quota',
  });

  expect(await text(made.url)).toBe('one');
  await site.destroy();
});
