import type { HealthReport, TestReport } from './checks.ts';
import { CheckFailedError } from './errors.ts';

/** @throws {CheckFailedError} the site did not get healthy; tells the newest reasons first. */
export function requireHealthy({ isHealthy, url, tries }: HealthReport): void {
  if (isHealthy) return;
  const reasons = tries.flatMap(({ reason }) => reason ?? []).toReversed();
  const counted = [...new Set(reasons)].map((reason) => {
    const times = reasons.filter((one) => one === reason).length;
    return `${url} ${reason} (${times === 1 ? 'once' : `${times} times`})`;
  });
  throw new CheckFailedError('The site is not healthy', counted);
}

/** @throws {CheckFailedError} a test failed; one problem for each that did. */
export function requirePassed({ results }: TestReport): void {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return;
  const what = `${failed.length} of ${results.length} tests failed`;
  throw new CheckFailedError(
    what,
    failed.map(({ name, problem }) => `${name}: ${problem ?? 'no reason is known'}`),
  );
}
