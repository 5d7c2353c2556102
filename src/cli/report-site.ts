import { join } from 'node:path';
import type { App } from '../app/index.ts';
import type { ExecutionView, ReleaseView, SiteView } from '../contract/index.ts';
import type { Door } from './door.ts';
import { type ExitCode, exitCodeOfJob } from './exit-codes.ts';

export interface SiteResult extends SiteView {
  /** Absolute paths of what the execution left. */
  readonly screenshots: readonly string[];
  readonly report_path: string | null;
  /** How many of each; null when nothing was tested. */
  readonly tests: Readonly<Record<'passed' | 'failed' | 'skipped', number>> | null;
}

/** Print what came of an execution; gives the exit code of it. */
export async function reportSite(
  door: Door,
  app: App,
  execution: ExecutionView,
): Promise<ExitCode> {
  const result = await toSiteResult(door, app, execution);
  if (door.printer.json) door.printer.value(result);
  tellResult(door, result);
  return exitCodeOfExecution(execution);
}

export function exitCodeOfExecution({ status, error }: ExecutionView): ExitCode {
  return exitCodeOfJob({ status, error: error ?? undefined });
}

export async function toSiteResult(
  { interrupts: { signal } }: Door,
  app: App,
  execution: ExecutionView,
): Promise<SiteResult> {
  const { session_id: sessionId } = execution;
  const site = await app.sites.get(sessionId, signal);
  const { dir } = await app.getSession(sessionId, signal);
  const releases = await app.sites.releases(sessionId, signal);
  const screenshots = execution.steps
    .flatMap(({ artefacts }) => artefacts)
    .filter(({ kind }) => kind === 'image')
    .map(({ path }) => join(dir, path));
  const tested = isTested(execution) ? releases.find(({ is_live: isLive }) => isLive) : undefined;
  // A step that failed leaves no artefacts, but the release has its report.
  const report = tested?.report_path ?? null;
  return {
    ...site,
    execution,
    screenshots,
    report_path: report === null ? null : join(dir, report),
    tests: countTests(tested),
  };
}

/** Its tests came to their end, well or not. */
function isTested({ steps }: ExecutionView): boolean {
  const step = steps.find(({ step: name }) => name === 'e2e_tests');
  return step?.status === 'succeeded' || step?.error?.code === 'check.failed';
}

export function countTests(release: ReleaseView | undefined): SiteResult['tests'] {
  if (release === undefined || release.tests.length === 0) return null;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of release.tests) counts[outcome] += 1;
  return counts;
}

/** The address on stdout, where it is checked and good; everything else beside it. */
export function tellResult({ printer }: Pick<Door, 'printer'>, result: SiteResult): void {
  const { execution, screenshots, report_path: report, tests, url, name } = result;
  for (const path of screenshots) printer.note(`screenshot: ${path}`);
  if (report !== null) printer.note(`report: ${report}`);
  if (tests !== null) {
    const { passed, failed, skipped } = tests;
    const others = skipped === 0 ? '' : `, ${skipped} skipped`;
    printer.note(`tests: ${passed} passed, ${failed} failed${others}`);
  }
  const { status, execution_id: id, error, current_step: step } = execution;
  if (status === 'succeeded') {
    if (!printer.json && url !== null) printer.lines([url]);
    return;
  }
  const why = error === null ? '' : ` at ${step ?? 'its end'}: ${error.message}`;
  printer.problem(`The site ${name} (${id}) ${status}${why}`, error?.todo ?? undefined);
  if (status === 'failed') {
    printer.note(`  -> What it did: tmux-builder site logs ${id} --step ${step ?? 'deploy'}`);
    printer.note(`  -> Once more: tmux-builder site retry ${id}`);
  }
  if (url === null) return;
  const isShown = execution.steps.some(({ step: name, status: how }) => {
    return name === 'deploy' && how === 'succeeded';
  });
  const what = isShown ? 'It is on the web all the same' : 'What was live before is still there';
  printer.note(`${what}: ${url}`);
}
