import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hang, never, openPipeline, refused } from './harness.ts';

test('destroys a site with its releases; its session can then be archived', async () => {
  await using pipeline = await openPipeline();
  const { session, executionId } = await pipeline.create();
  await pipeline.runner();
  await pipeline.until(executionId, 'succeeded');
  await expect(pipeline.sessions.archive(session.id, never)).rejects.toMatchObject({
    code: 'session.has-site',
  });
  await pipeline.destroy(session.id);
  await expect.poll(async () => (await pipeline.site(session.id)).status).toBe('destroyed');

  expect(pipeline.world.live.size).toBe(0);
  expect(existsSync(join(pipeline.dir, 'sites', session.id))).toBe(false);
  expect(await pipeline.site(session.id)).toMatchObject({ url: undefined, releaseId: undefined });
  await expect(pipeline.queue(session.id, 'redeploy')).rejects.toMatchObject({
    code: 'site.destroyed',
  });
  await pipeline.sessions.archive(session.id, never);
  await pipeline.sessions.delete(session.id, never);
});

test('a provider that refuses is asked again, and what it said is shown meanwhile', async () => {
  await using pipeline = await openPipeline();
  const { session, executionId } = await pipeline.create();
  await pipeline.runner();
  await pipeline.until(executionId, 'succeeded');
  pipeline.world.before = async (what) => {
    if (what === 'destroy') throw refused('deploy.denied');
  };
  await pipeline.destroy(session.id);
  await expect
    .poll(async () => (await pipeline.site(session.id)).error?.code)
    .toBe('deploy.denied');

  expect((await pipeline.site(session.id)).status).toBe('destroying');
  expect(await pipeline.events(session.id)).toContain('site.destroy-failed');
  pipeline.world.before = async () => {};
  // Asked again by a person, it need not wait.
  await pipeline.destroy(session.id);
  await expect.poll(async () => (await pipeline.site(session.id)).status).toBe('destroyed');
  expect((await pipeline.site(session.id)).error).toBeUndefined();
});

test('an execution that runs is cancelled before its site is destroyed', async () => {
  await using pipeline = await openPipeline();
  const reached = Promise.withResolvers<void>();
  pipeline.world.before = async (what, signal) => {
    if (what !== 'applied') return;
    reached.resolve();
    await hang(signal);
  };
  const { session, executionId } = await pipeline.create();
  await pipeline.runner();
  await reached.promise;
  await pipeline.destroy(session.id);
  await expect.poll(async () => (await pipeline.site(session.id)).status).toBe('destroyed');

  expect((await pipeline.execution(executionId)).status).toBe('cancelled');
  expect(pipeline.world.live.size).toBe(0);
});

test('a site past its time is destroyed without being asked', async () => {
  await using pipeline = await openPipeline();
  const place = {
    provider: 'local',
    type: 'static',
    region: undefined,
    size: undefined,
    frontDoor: undefined,
    expiresAt: 1,
  } as const;
  const { session, executionId } = await pipeline.create({ place });
  await pipeline.runner();
  await expect.poll(async () => (await pipeline.site(session.id)).status).toBe('destroyed');

  expect((await pipeline.execution(executionId)).status).toBe('cancelled');
});

test('two sites that are begun at once cannot pass a user’s limit together', async () => {
  await using pipeline = await openPipeline();
  const wish = { monthlyUsd: 30, userLimitUsd: 50 };
  const ends = await Promise.allSettled([pipeline.create(wish), pipeline.create(wish)]);

  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'site.over-limit' },
  });
});

test('what was never published is destroyed without asking the provider', async () => {
  await using pipeline = await openPipeline();
  const { session } = await pipeline.create();
  pipeline.world.before = async (what) => {
    if (what === 'destroy') throw refused('deploy.no-credentials');
  };
  await pipeline.destroy(session.id);
  await pipeline.runner();

  await expect.poll(async () => (await pipeline.site(session.id)).status).toBe('destroyed');
});
