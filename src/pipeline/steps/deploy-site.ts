import { join } from 'node:path';
import { type Release, openReleases, type SiteSpec } from '../../deploy/index.ts';
import { appendEvent } from '../change-execution.ts';
import { type Plan, planSchema } from '../agent-steps/index.ts';
import { releasesDir } from '../release-files.ts';
import { recordLive } from '../releases.ts';
import type { OwnContext, OwnWork } from '../tools.ts';
import type { StepTools } from './own-steps.ts';

/**
 * Step 6: make a release of what the plan publishes and put it on the web; of a rollback, the
 * release that was named. A redeployment first waits for what the agent was asked before it.
 */
export function deploySite(tools: StepTools): OwnWork {
  return async (ctx, signal) => {
    const { execution, site, session } = ctx;
    if (execution.kind === 'redeploy') await untilAnswered(tools, ctx, signal);
    const plan = await ctx.resultOf('create_plan', planSchema);
    const release = await releaseOf(tools, ctx, plan, signal);
    ctx.log(`Release ${release.id}: ${release.files.length} files, ${release.bytes} bytes.`);
    const deployer = await tools.deployer(site.spec.provider);
    const deployment = deployer.plan(specOf(site.spec, plan));
    const isBack = execution.kind === 'rollback';
    const note = ({ text }: { readonly text: string }): void => ctx.log(text);
    const deployed = isBack
      ? await deployer.rollback(deployment, release, note, signal)
      : await deployer.apply(deployment, release, note, signal);
    const facts = { release_id: release.id, url: deployed.url };
    return {
      summary: `${deployed.url} shows release ${release.id}.`,
      result: { ...facts, changed: deployed.changed ?? null, details: deployed.details },
      record: async (sql, at) => {
        await sql.run(
          // One that is being destroyed meanwhile stays so.
          `UPDATE sites SET url = $2, release_id = $3,
             status = CASE WHEN status = 'destroying' THEN status ELSE 'live' END
           WHERE session_id = $1`,
          [session.id, deployed.url, release.id],
        );
        await recordLive(sql, {
          id: release.id,
          sessionId: session.id,
          executionId: execution.id,
          files: release.files.length,
          bytes: release.bytes,
          createdAt: release.createdAt,
          liveAt: at,
        });
        const data = { execution_id: execution.id, kind: execution.kind, ...facts };
        await appendEvent(sql, { sessionId: session.id, kind: 'site.deployed', at, data });
      },
    };
  };
}

/** The whole spec: how its program is run is decided by the plan. */
export function specOf(spec: SiteSpec, { run }: Pick<Plan, 'run'>): SiteSpec {
  if (spec.type === 'static' || run === undefined) return spec;
  return { ...spec, run: { command: run.command, healthPath: run.health_path } };
}

async function releaseOf(
  { dataDir, clock }: StepTools,
  { execution, site, session }: OwnContext,
  plan: Plan,
  signal: AbortSignal,
): Promise<Release> {
  const releases = openReleases(releasesDir(dataDir, session.id), clock);
  if (execution.releaseId !== undefined) return await releases.get(execution.releaseId);
  // What the agent left there may be a link, also since its work was looked at.
  const within = join(session.dir, 'source');
  const options = { isStatic: site.spec.type === 'static', within, liveId: site.releaseId };
  return await releases.make(join(within, plan.publish_dir), options, signal);
}

/** Wait for the messages that were sent to the agent before the execution was asked for. */
async function untilAnswered(
  { store, desk }: StepTools,
  ctx: OwnContext,
  signal: AbortSignal,
): Promise<void> {
  const rows = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT id FROM jobs WHERE session_id = $1 AND mode = 'persistent' AND created_at <= $2
           AND status IN ('queued', 'leased', 'running') ORDER BY created_at, id`,
        [ctx.execution.sessionId, ctx.execution.createdAt],
      ),
    signal,
  );
  for (const row of rows) {
    const id = String(row['id']);
    ctx.log(`Waiting for job ${id}, which was sent before.`);
    await desk.untilSettled(id, signal);
  }
}
