import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { requirePassed, runSiteTests, type SiteTest } from '../../checks/index.ts';
import { checksDir } from '../release-files.ts';
import { recordChecks } from '../releases.ts';
import type { StepContext } from '../step-work.ts';
import type { OwnWork } from '../tools.ts';
import { liveRelease } from './live-release.ts';
import type { StepTools } from './own-steps.ts';
import { withoutBrowser } from './screenshot.ts';

type WriteTests = (ctx: StepContext, signal: AbortSignal) => Promise<readonly SiteTest[]>;

/** Step 9: have tests written for the plan, and run them and our own in a browser. */
export function testSite({ findBrowser, clock }: StepTools, writeTests: WriteTests): OwnWork {
  return async (ctx, signal) => {
    const browser = await findBrowser();
    if (browser === undefined) return withoutBrowser;
    const { session } = ctx;
    const { url, releaseId } = await liveRelease(ctx);
    const tests = await writeTests(ctx, signal);
    const dir = join(session.dir, checksDir(releaseId), 'tests');
    await rm(dir, { recursive: true, force: true });
    const work = { url, browser, dir, clock, tests, onNote: (text: string) => ctx.log(text) };
    const report = await runSiteTests(work, signal);
    for (const { name, outcome, problem } of report.results) {
      ctx.log(`${outcome}: ${name}${problem === undefined ? '' : `: ${problem}`}`);
    }
    const reportPath = relative(session.dir, report.reportPath);
    await ctx.record(async (sql) => {
      const checks = { reportPath, tests: report.results };
      await recordChecks(sql, { sessionId: session.id, id: releaseId }, checks);
    }, signal);
    requirePassed(report);
    const { length } = report.results;
    return {
      summary: `${length} tests passed.`,
      artefacts: [{ name: 'report', kind: 'report', path: reportPath }],
      result: { tests: length },
    };
  };
}
