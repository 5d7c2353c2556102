import { expect, test } from 'vitest';
import { readReport } from './test-report.ts';

const one = (fullName: string, status: string) => ({ fullName, status });

test('counts what passed, failed and was skipped', () => {
  const report = {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [one('x', 'passed'), one('y', 'failed'), one('z', 'skipped')],
      },
    ],
  };

  expect(readReport(JSON.stringify(report))).toEqual({
    passed: 1,
    failed: 1,
    skipped: ['z'],
    problems: [],
  });
});

test('counts a file that could not be run as failed', () => {
  const report = {
    testResults: [{ name: 'a.test.ts', status: 'failed', message: 'broken', assertionResults: [] }],
  };

  expect(readReport(JSON.stringify(report))).toMatchObject({
    failed: 1,
    problems: ['a.test.ts: broken'],
  });
});

test('counts a missing report as failed', () => {
  expect(readReport('')).toMatchObject({ passed: 0, failed: 1 });
});
