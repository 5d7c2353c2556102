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
          meta: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
});

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  /** Files that could not be run at all, and a report that is missing: each counts as failed. */
  readonly problems: readonly string[];
}

/** Count what vitest's JSON reporter wrote. */
export function readReport(json: string): TestReport {
  if (json === '')
    return { passed: 0, failed: 1, skipped: [], problems: ['vitest wrote no report'] };
  const { testResults } = schema.parse(JSON.parse(json));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const problems = testResults
    .filter((file) => file.status === 'failed' && !file.assertionResults.some(isFailed))
    .map(({ name, message }) => `${name}: ${message ?? 'could not be run'}`);
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(isFailed).length + problems.length,
    skipped: tests
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => fullName),
    problems,
  };
}

function isFailed({ status }: { readonly status: string }): boolean {
  return status === 'failed';
}
