import type { SiteTest, TestReport } from './checks.ts';
import { CheckBrokenError } from './errors.ts';
import type { BrowserWork } from './take-screenshots.ts';

export interface SiteTestWork extends BrowserWork {
  /** Those of the plan; the built-in ones are run in any case. */
  readonly tests: readonly SiteTest[];
}

export async function runSiteTests(work: SiteTestWork, signal: AbortSignal): Promise<TestReport> {
  signal.throwIfAborted();
  throw new CheckBrokenError(`Testing ${work.url}`, 'not built yet');
}
