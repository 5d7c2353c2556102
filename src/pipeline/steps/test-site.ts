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
import { testsOfRelease } from './tests-of-release.ts';

type WriteTests = (ctx: StepContext, signal: AbortSignal) => Promise<readonly SiteTest[]>;

/**
 * Step 9: have tests written for the plan, or take those of a release that comes back, and run them
 * and our own in a browser.
 */
export function testSite({ findBrowser, clock }: StepTools, writeTests: WriteTests): OwnWork {
  return async (ctx, signal) => {
    const browser = await findBrowser();
    if (browser === undefined) return withoutBrowser;
    const { execution, session } = ctx;
    const { url, releaseId } = await liveRelease(ctx);
    const checks = join(session.dir, checksDir(releaseId));
    const tests = await testsOfRelease({
      dir: checks,
      isBack: execution.kind === 'rollback',
      write: async () => await writeTests(ctx, signal),
    });
    const dir = join(checks, 'tests');
    await rm(dir, { recursive: true, force: true });
    const work = { url, browser, dir, clock, tests, onNote: (text: string) => ctx.log(text) };
    const report = await runSiteTests(work, signal);
    for (const { name, outcome, problem } of report.results) {
      ctx.log(`${outcome}: ${name}${problem === undefined ? '' : `: ${problem}`}`);
    }
    const reportPath = relative(session.dir, report.reportPath);
    await ctx.record(async (sql) => {
      const said = { reportPath, tests: report.results };
      await recordChecks(sql, { sessionId: session.id, id: releaseId }, said);
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
