import { join, relative } from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import { checkHealth, requireHealthy } from '../../checks/index.ts';
import { planSchema } from '../agent-steps/index.ts';
import { recordChecks } from '../releases.ts';
import type { OwnWork } from '../tools.ts';
import { liveRelease } from './live-release.ts';

/** Step 7: ask the site until it answers as it should, or for too long. */
export const checkHealthOf: OwnWork = async (ctx, signal) => {
  const { session, clock, dir } = ctx;
  const { url, releaseId } = await liveRelease(ctx);
  const { run } = await ctx.resultOf('create_plan', planSchema);
  const path = run === undefined ? {} : { path: run.health_path };
  const report = await checkHealth({ url, clock, ...path }, signal);
  for (const { status, reason } of report.tries) ctx.log(reason ?? `answered ${status}`);
  const file = join(dir, 'health.json');
  await writeFileAtomic(file, `${JSON.stringify(report, undefined, 2)}\n`, { durable: false });
  await ctx.record(async (sql) => {
    const { isHealthy } = report;
    await recordChecks(sql, { sessionId: session.id, id: releaseId }, { isHealthy });
  }, signal);
  requireHealthy(report);
  const times = report.tries.length === 1 ? 'the first time' : `after ${report.tries.length} tries`;
  return {
    summary: `${report.url} answered well ${times}.`,
    artefacts: [{ name: 'health.json', kind: 'json', path: relative(session.dir, file) }],
    result: { url: report.url, tries: report.tries.length },
  };
};
