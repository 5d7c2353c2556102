import { expect, test } from 'vitest';
import { readReport } from './test-report.ts';

const one = (fullName: string, status: string, reason?: string) => ({
  fullName,
  status,
  meta: { reason },
});

function reportOf(file: Readonly<Record<string, unknown>>): string {
  const name = `${process.cwd()}/test/a.test.ts`;
  return JSON.stringify({
    testResults: [{ name, status: 'passed', assertionResults: [], ...file }],
  });
}

test('counts what passed, failed and was skipped, with the reasons', () => {
  const tests = [
    one('x', 'passed'),
    one('y', 'failed'),
    one('z', 'skipped', 'no tmux'),
    one('w', 'todo'),
  ];
  const report = reportOf({ status: 'failed', assertionResults: tests });

  expect(readReport(report, 1)).toEqual({
    passed: 1,
    failed: 1,
    skipped: ['z: no tmux', 'w: no reason given'],
    problems: [],
  });
});

test('counts a file that failed as a whole, although its tests passed', () => {
  const report = reportOf({
    status: 'failed',
    message: 'left behind: 7',
    assertionResults: [one('x', 'passed')],
  });

  expect(readReport(report, 1)).toMatchObject({
    passed: 1,
    failed: 1,
    problems: ['test/a.test.ts: left behind: 7'],
  });
});

test('counts a bad exit status that no test explains', () => {
  expect(readReport(reportOf({}), 1)).toMatchObject({
    failed: 1,
    problems: ['vitest ended with status 1: see above'],
  });
  expect(readReport(reportOf({}), 0)).toMatchObject({ failed: 0, problems: [] });
});

test('counts a missing report as failed', () => {
  expect(readReport('', 0)).toMatchObject({ passed: 0, failed: 1 });
});
