import { relative } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          meta: z.object({ reason: z.string().optional() }).optional(),
        }),
      ),
    }),
  ),
});

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  /** One line each: the test, and why. */
  readonly skipped: readonly string[];
  /** What failed beside tests, each counted as one: a file, or the run itself. */
  readonly problems: readonly string[];
}

/** Count what vitest's JSON reporter wrote, and what its exit status adds to that. */
export function readReport(json: string, status: number | null): TestReport {
  if (json === '')
    return { passed: 0, failed: 1, skipped: [], problems: ['vitest wrote no report'] };
  const { testResults } = schema.parse(JSON.parse(json));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const problems = testResults
    .filter((file) => file.status === 'failed' && !file.assertionResults.some(isFailed))
    .map(({ name, message }) => `${relative('.', name)}: ${message || 'could not be run'}`);
  const failed = tests.filter(isFailed).length + problems.length;
  if (failed === 0 && status !== 0) problems.push(`vitest ended with status ${status}: see above`);
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: Math.max(failed, problems.length),
    skipped: tests
      .filter((test) => test.status !== 'passed' && test.status !== 'failed')
      .map(({ fullName, meta }) => `${fullName}: ${meta?.reason ?? 'no reason given'}`),
    problems,
  };
}

function isFailed({ status }: { readonly status: string }): boolean {
  return status === 'failed';
}
