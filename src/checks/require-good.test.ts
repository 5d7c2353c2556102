import { expect, test } from 'vitest';
import type { TestResult } from './checks.ts';
import { requireHealthy, requirePassed } from './require-good.ts';

function failed(name: string, problem: string): TestResult {
  return { name, source: 'plan', outcome: 'failed', durationMs: 1, problem };
}

test('says of an unhealthy site what was wrong last, and how often', () => {
  const tries = ['connection refused', 'answered 502', 'answered 502'].map((reason, at) => ({
    at,
    status: undefined,
    reason,
  }));

  expect(() => requireHealthy({ isHealthy: false, url: 'http://x/', tries })).toThrow(
    expect.objectContaining({
      code: 'check.failed',
      message: 'The site is not healthy: http://x/ answered 502 (2 times)',
      problems: ['http://x/ answered 502 (2 times)', 'http://x/ connection refused (once)'],
    }),
  );
});

test('gives the agent at most 20 problems of bounded length, and says how many are left out', () => {
  const results = Array.from({ length: 30 }, (_, index) =>
    failed(`Test ${index}`, 'x'.repeat(5_000)),
  );

  let problems: readonly string[] = [];
  try {
    requirePassed({ results, reportPath: '/report' });
  } catch (error) {
    if (error instanceof Error && 'problems' in error) problems = error.problems as string[];
  }

  expect(problems).toHaveLength(20);
  expect(problems[0]).toMatch(/^Test 0: x+ \.\.\.$/);
  expect(Math.max(...problems.map(({ length }) => length))).toBe(1_500);
  expect(problems.at(-1)).toBe('... and 11 more problems.');
});

test('is content with tests that passed or were skipped', () => {
  const results: readonly TestResult[] = [
    { name: 'a', source: 'plan', outcome: 'passed', durationMs: 1, problem: undefined },
    { name: 'b', source: 'built-in', outcome: 'skipped', durationMs: 1, problem: 'no page' },
  ];

  expect(() => requirePassed({ results, reportPath: '/report' })).not.toThrow();
});
