import { expect, test } from 'vitest';
import { CheckFailedError } from '../../src/checks/index.ts';
import type { Store } from '../../src/store/index.ts';
import { gone, openPipeline, type Pipeline } from '../integration/pipeline/harness.ts';

/** A store whose process dies at a write that changes something: before it, or when it is done. */
function mortal(store: Store, dies: { at: number; when: 'before' | 'after' }) {
  const death = Promise.withResolvers<void>();
  let writes = 0;
  let isDead = false;
  const refuseDead = (): void => {
    if (isDead) throw new Died();
  };
  const die = (): never => {
    isDead = true;
    death.resolve();
    throw new Died();
  };
  const own: Store = {
    databaseId: store.databaseId,
    claimClause: store.claimClause,
    hearsOthers: store.hearsOthers,
    read: async (work, signal) => {
      refuseDead();
      const result = await store.read(work, signal);
      refuseDead();
      return result;
    },
    write: async (work, signal) => {
      let isLast = false;
      const result = await store.write(async (sql) => {
        refuseDead();
        let changed = 0;
        const done = await work({
          all: async (...args) => await sql.all(...args),
          run: async (...args) => {
            const rows = await sql.run(...args);
            changed += rows;
            return rows;
          },
          append: async (event) => {
            changed += 1;
            await sql.append(event);
          },
        });
        if (changed > 0) writes += 1;
        isLast = changed > 0 && writes === dies.at;
        if (isLast && dies.when === 'before') die();
        return done;
      }, signal);
      refuseDead();
      if (isLast) die();
      return result;
    },
    events: async (...args) => await store.events(...args),
    copyTo: async (path) => await store.copyTo(path),
    watch: (listener) => store.watch(listener),
    [Symbol.asyncDispose]: async () => {},
  };
  return { store: own, died: death.promise };
}

class Died extends Error {}

/** A check that fails until the agent was asked, so that a fix round is among what is interrupted. */
function checkThatFailsOnce(pipeline: Pipeline) {
  return {
    health_check: async () => {
      if (!pipeline.world.asked.some((key) => key.includes('fix')))
        throw new CheckFailedError('The site is not healthy', ['no heading']);
      return { summary: 'healthy' };
    },
  };
}

async function expectOneSite(pipeline: Pipeline, sessionId: string, executionId: string) {
  const execution = await pipeline.until(executionId, 'succeeded');
  const { world } = pipeline;
  expect(execution.fixRounds).toBe(1);
  // Each task is one job, whoever asked and however often.
  expect(world.asked.toSorted()).toEqual([
    'create_plan:1:plan',
    'gather_requirements:1:requirements',
    'generate_code:1:code',
    'health_check:1:fix.1',
  ]);
  expect(execution.steps.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1, 2, 2, 1, 1]);
  expect([...world.live.keys()]).toEqual([`site-${sessionId}`]);
  expect(await pipeline.site(sessionId)).toMatchObject({
    status: 'live',
    releaseId: world.live.get(`site-${sessionId}`),
  });
  const kinds = await pipeline.events(sessionId);
  expect(kinds.filter((kind) => kind === 'execution.ended')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'step.ended')).toHaveLength(10);
  expect(kinds.filter((kind) => kind === 'site.fix-asked')).toHaveLength(1);
}

// Every write that an execution with one fix round makes, and one more that is never reached.
const writes = Array.from({ length: 32 }, (_one, index) => index + 1);

test.each(['before', 'after'] as const)(
  'a runner that dies %s any of its writes leaves one site, and no step done twice',
  { timeout: 280_000 },
  async (when) => {
    let deaths = 0;
    for (const at of writes) {
      await using pipeline = await openPipeline();
      const steps = checkThatFailsOnce(pipeline);
      const { session, executionId } = await pipeline.create();
      const { store, died } = mortal(pipeline.store, { at, when });
      await pipeline.runner({ store, steps, self: gone });
      const ended = pipeline.until(executionId, 'succeeded').then(() => 'ended' as const);
      if ((await Promise.race([died, ended])) !== 'ended') deaths += 1;
      await pipeline.runner({ steps });
      await expectOneSite(pipeline, session.id, executionId);
    }
    expect(deaths).toBeGreaterThan(20);
  },
);
