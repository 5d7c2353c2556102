import { expect, test } from 'vitest';
import { openAwsBench, signal, siteSpec } from '../../support/aws/bench.ts';

const pages = {
  'index.html': '<h1>one</h1>',
  'about.html': '<h1>about</h1>',
  'docs/index.html': '<h1>docs</h1>',
  'app.css': 'h1 { color: red }',
  LICENSE: 'MIT',
  '404.html': '<h1>not here</h1>',
};

async function get(
  url: string,
  path = '',
): Promise<{ status: number; text: string; type: string | null; location: string | null }> {
  const response = await fetch(new URL(path, url), { redirect: 'manual' });
  const { status, headers } = response;
  return {
    status,
    text: await response.text(),
    type: headers.get('content-type'),
    location: headers.get('location'),
  };
}

test('a static site is served with its pages, its types and its own page for what is not there', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, events } = bench;
  const plan = deployer.plan(siteSpec());

  const { url, changed, details } = await deployer.apply(
    plan,
    await bench.release(pages),
    onEvent,
    signal,
  );

  expect(changed).toBeUndefined();
  expect(details).toMatchObject({ stack: plan.name, region: 'us-east-1' });
  expect(await get(url)).toMatchObject({
    status: 200,
    text: '<h1>one</h1>',
    type: 'text/html; charset=utf-8',
  });
  expect(await get(url, 'about')).toMatchObject({ status: 200, text: '<h1>about</h1>' });
  expect(await get(url, 'docs/')).toMatchObject({ status: 200, text: '<h1>docs</h1>' });
  expect(await get(url, 'docs')).toMatchObject({ status: 302, location: '/docs/' });
  expect(await get(url, 'app.css')).toMatchObject({ type: 'text/css; charset=utf-8' });
  expect(await get(url, 'LICENSE')).toMatchObject({ status: 200, text: 'MIT' });
  expect(await get(url, 'nothing')).toMatchObject({ status: 404, text: '<h1>not here</h1>' });
  expect(events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'stack.creating',
      'resource.created',
      'files.uploaded',
      'cdn.invalidated',
    ]),
  );
});

test('a redeploy sends the one file that changed, and shows it though the old one was cached', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, events, aws } = bench;
  const plan = deployer.plan(siteSpec());
  const { url } = await deployer.apply(plan, await bench.release(pages), onEvent, signal);
  await get(url);
  aws.calls.length = 0;
  events.length = 0;

  const next = await bench.release({ ...pages, 'index.html': '<h1>two</h1>' });
  const { changed } = await deployer.apply(plan, next, onEvent, signal);

  expect(changed).toEqual({ added: 0, changed: 1, removed: 0 });
  expect(events.find(({ kind }) => kind === 'files.uploaded')?.facts).toMatchObject({
    uploaded: 1,
    copied: 5,
  });
  // The other is the manifest.
  expect(aws.calls.filter((call) => call === 'PutObject')).toHaveLength(2);
  expect((await get(url)).text).toBe('<h1>two</h1>');
});

test('a roll back switches the directory that is served, and sends nothing', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, events } = bench;
  const plan = deployer.plan(siteSpec());
  const first = await bench.release(pages);
  await deployer.apply(plan, first, onEvent, signal);
  await deployer.apply(
    plan,
    await bench.release({ ...pages, 'index.html': 'two' }),
    onEvent,
    signal,
  );
  events.length = 0;

  const { url, releaseId } = await deployer.rollback(plan, first, onEvent, signal);

  expect(releaseId).toBe(first.id);
  expect(events.find(({ kind }) => kind === 'files.uploaded')?.facts).toMatchObject({
    uploaded: 0,
    copied: 0,
    kept: 6,
  });
  expect((await get(url)).text).toBe('<h1>one</h1>');
  expect(await deployer.status(plan, signal)).toMatchObject({ state: 'live', releaseId: first.id });
});

test('the bucket keeps the release that is live and the one before, and no more', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(siteSpec());
  const releases = [];
  for (const text of ['1', '2', '3', '4']) {
    const release = await bench.release({ 'index.html': text });
    releases.push(release.id);
    await deployer.apply(plan, release, onEvent, signal);
  }

  const keys = [...(aws.state.buckets.get(plan.name)?.objects.keys() ?? [])];
  expect(keys.toSorted()).toEqual(
    releases
      .slice(-2)
      .flatMap((id) => [`manifests/${id}.json`, `releases/${id}/index.html`])
      .toSorted(),
  );
});

test('applying the same release again changes no stack and sends no file', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(siteSpec());
  const release = await bench.release(pages);
  await deployer.apply(plan, release, onEvent, signal);
  const status = aws.engine.stacks[0]?.status;

  await deployer.apply(plan, release, onEvent, signal);

  expect(aws.engine.stacks[0]?.status).toBe(status);
  expect(status).toBe('CREATE_COMPLETE');
});

test('a site that is destroyed leaves nothing, and destroying it again is done at once', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(siteSpec());
  await deployer.apply(plan, await bench.release(pages), onEvent, signal);

  await deployer.destroy(plan, onEvent, signal);

  expect(aws.inventory()).toEqual([]);
  expect(await deployer.status(plan, signal)).toMatchObject({ state: 'absent' });
  await deployer.destroy(plan, onEvent, signal);
});

test('deployments are found by their tags with their state, and other stacks are not', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  aws.engine.open('somebody-elses', 'CREATE_COMPLETE');
  const plan = deployer.plan(siteSpec({ expiresAt: 1_700_000_000_000 }));
  await deployer.apply(plan, await bench.release(pages), onEvent, signal);

  expect(await deployer.list(signal)).toEqual([
    { provider: 'aws', name: plan.name, tags: plan.tags, state: 'live', region: 'us-east-1' },
  ]);
  expect(plan.tags['ExpiresAt']).toBe('2023-11-14T22:13:20.000Z');
});

test('the log tells what became of each resource, newest last', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent } = bench;
  const plan = deployer.plan(siteSpec());
  expect(await deployer.logs(plan, 10, signal)).toEqual([]);
  await deployer.apply(plan, await bench.release(pages), onEvent, signal);

  const lines = await deployer.logs(plan, 3, signal);

  expect(lines).toHaveLength(3);
  expect(lines.at(-1)).toMatch(/^\d{4}-.*CREATE_COMPLETE$/);
});
