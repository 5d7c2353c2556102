import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { stopSiteHost } from '../../src/deploy/index.ts';
import { Program } from './program.ts';

const ROUNDS = 50;
const SITES = 2;
/** Longer than any step waits, so that a step that gives up says why. */
const POLLING = { interval: 5, timeout: 200_000 } as const;
const never = new AbortController().signal;

test(
  'kill -9 of the runner fifty times, in whatever step: one deployment, no leak, correct end',
  { timeout: 1_500_000 },
  async () => {
    await using program = await Program.open({ workDelayMs: 100 });
    const { app } = program;
    await using _hosts = { [Symbol.asyncDispose]: async () => await endHosts(program) };
    const sites = await Promise.all(
      Array.from({ length: SITES }, async (_one, index) => {
        const site = await app.sites.create({ requirements: `A page about bread ${index}` });
        await withoutBrowser(program, site.execution.execution_id);
        return site;
      }),
    );
    const redeployed: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = await progressOf(program, sites);
      const worker = program.start('worker');
      await expect
        .poll(
          // Killed after the last step, an execution has nothing left but its own end.
          async () =>
            (await progressOf(program, sites)) > before || (await areDone(program, sites)),
          POLLING,
        )
        .toBe(true);
      // At once, or when some more has happened: kills meet the edges and the insides of steps.
      const later = (await app.feed.last(never)) + (round % 5);
      await expect
        .poll(
          async () => (await app.feed.last(never)) >= later || (await areDone(program, sites)),
          POLLING,
        )
        .toBe(true);
      worker.kill('SIGKILL');
      await once(worker, 'exit');
      // There has to be something left to be killed in.
      for (const site of sites) {
        const { execution, session_id: id } = await app.sites.get(site.session_id);
        if (execution.status !== 'succeeded') continue;
        const { dir } = await app.getSession(id);
        await writeFile(join(dir, 'source', 'round.html'), `<p>${round}</p>`);
        const next = await app.sites.redeploy(id);
        await withoutBrowser(program, next.execution_id);
        redeployed.push(next.execution_id);
      }
    }
    expect(await program.run('worker', '--until-idle')).toBe(0);

    // Nothing was wrong with the sites: whoever was killed left nothing that a check could find.
    const asked = await app.listFeed({ kind: 'site.fix-asked', limit: 100 }, {});
    expect(asked.items.map(({ data }) => data)).toEqual([]);
    for (const { session_id: id } of sites) {
      const executions = await app.sites.executions(id);
      expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'succeeded'));
      for (const { steps } of executions) {
        const begun = steps.filter(({ status }) => status === 'succeeded');
        expect(begun.map(({ attempts }) => attempts)).toEqual(begun.map(() => 1));
      }
      // Every task was one job, however often it was asked for.
      const { items } = await app.listJobs({ sessionId: id, limit: 100 });
      expect(items.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
      const site = await app.sites.get(id);
      const page = await fetch(site.url ?? '');
      expect(page.status).toBe(200);
      expect(await app.sites.diff(id)).toMatchObject({ release_id: site.release_id, files: [] });
      const names = await readdir(join(app.config.dataDir, 'sites', id, 'releases'));
      expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
    expect(redeployed.length).toBeGreaterThan(0);
    const urls = await Promise.all(
      sites.map(async (one) => (await app.sites.get(one.session_id)).url),
    );
    expect(new Set(urls).size).toBe(SITES);
    expect(await app.sites.reap({ providers: ['local'], isDry: true }, () => {})).toEqual([]);
    for (const { session_id: id } of sites) await app.sites.destroy(id);
    expect(await program.run('worker', '--until-idle')).toBe(0);
    for (const { session_id: id } of sites) {
      expect((await app.sites.get(id)).status).toBe('destroyed');
      await app.stopSession(id);
    }
    expect(await readdir(join(app.config.dataDir, 'sites'))).not.toContain(sites[0]?.session_id);
    expect(await program.leftovers()).toEqual([]);
  },
);

async function withoutBrowser({ app }: Program, executionId: string): Promise<void> {
  for (const step of ['screenshot', 'e2e_tests'] as const) {
    await app.sites.skipStep(executionId, step);
  }
}

/** How many steps of all executions were begun, and how many were done. */
async function progressOf({ app }: Program, sites: readonly SiteId[]): Promise<number> {
  const all = await Promise.all(
    sites.map(async ({ session_id }) => await app.sites.executions(session_id)),
  );
  const failed = all.flat().filter(({ status }) => status === 'failed');
  expect(failed.map(({ error, current_step: step }) => ({ step, error }))).toEqual([]);
  const steps = all.flat().flatMap((one) => one.steps);
  const done = steps.filter(({ status }) => status === 'succeeded');
  return done.length + steps.reduce((sum, { attempts }) => sum + attempts, 0);
}

/** Nothing more happens by itself. */
async function areDone({ app }: Program, sites: readonly SiteId[]): Promise<boolean> {
  const found = await Promise.all(sites.map(async (one) => await app.sites.get(one.session_id)));
  return found.every(({ execution }) => execution.status === 'succeeded');
}

interface SiteId {
  readonly session_id: string;
}

/** The site host stays when whoever started it ends. */
async function endHosts({ runtimeDir }: Program): Promise<void> {
  for (const name of await readdir(runtimeDir)) {
    await stopSiteHost({ runtimeDir: join(runtimeDir, name), clock: systemClock }, never);
  }
}
