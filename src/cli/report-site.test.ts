import { expect, test } from 'vitest';
import type { StepView } from '../contract/index.ts';
import { FakeStream } from './fake-stream.ts';
import { Printer } from './printer.ts';
import { type SiteResult, tellResult } from './report-site.ts';

const url = 'http://127.0.0.1:8100/';

test('a check that failed after the deployment does not claim that the old site is there', () => {
  const said = tell(result({ deploy: 'succeeded', failed: 'e2e_tests' }));
  expect(said.stdout).toBe('');
  expect(said.stderr).toContain('report: /s/report/index.html\n');
  expect(said.stderr).toContain('tests: 9 passed, 2 failed\n');
  expect(said.stderr).toContain(`It is on the web all the same: ${url}\n`);
});

test('a deployment that failed tells that what was live is still there', () => {
  const said = tell(result({ deploy: 'failed', failed: 'deploy' }));
  expect(said.stderr).toContain(`What was live before is still there: ${url}\n`);
});

function tell(site: SiteResult) {
  const stdout = new FakeStream(false);
  const stderr = new FakeStream(false);
  const how = { json: false, quiet: false, verbose: false, hasColor: false, canRedraw: false };
  tellResult({ printer: new Printer({ stdout, stderr, ...how }) }, site);
  return { stdout: stdout.text, stderr: stderr.text };
}

function result({
  deploy,
  failed,
}: {
  readonly deploy: StepView['status'];
  readonly failed: StepView['step'];
}): SiteResult {
  const error = { code: 'check.failed', message: '2 of 11 tests failed', todo: null };
  const createdAt = '2026-01-01T00:00:00.000Z';
  return {
    session_id: 'ses_1',
    name: 'shop',
    user_id: 'ann',
    user_guid: 'guid',
    provider: 'local',
    type: 'static',
    requirements: 'x',
    status: 'live',
    agent: null,
    url,
    release_id: 'r1',
    execution: {
      execution_id: 'exe_1',
      user_id: 'ann',
      session_id: 'ses_1',
      kind: 'redeploy',
      status: 'failed',
      current_step: failed,
      progress: 88,
      fix_rounds: 0,
      url,
      error,
      steps: [stepOf(deploy)],
      created_at: createdAt,
      started_at: null,
      ended_at: null,
    },
    monthly_usd: 0,
    created_at: createdAt,
    expires_at: null,
    error: null,
    screenshots: [],
    report_path: '/s/report/index.html',
    tests: { passed: 9, failed: 2, skipped: 0 },
  };
}

function stepOf(status: StepView['status']): StepView {
  return {
    step: 'deploy',
    number: 6,
    status,
    attempts: 1,
    summary: null,
    error: null,
    artefacts: [],
    job_ids: [],
    started_at: null,
    ended_at: null,
  };
}
