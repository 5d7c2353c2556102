import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exitCodeOf, exitCodeOfJob, exitCodes } from './exit-codes.ts';

test.each([
  ['cli.usage', 2],
  ['job.empty-prompt', 2],
  ['job.not-found', 3],
  ['session.not-found', 3],
  ['template.not-found', 3],
  ['agent.not-found', 4],
  ['tmux.not-found', 4],
  ['tmux.too-old', 4],
  ['session.busy', 5],
  ['session.not-archived', 5],
  ['store.busy', 5],
  ['store.newer-version', 6],
  ['store.full', 6],
  ['data-dir.not-usable', 6],
  ['config.bad-value', 2],
  ['user.not-found', 3],
  ['users.last-admin', 5],
  ['audit.cannot-write', 6],
  ['job.timed-out', 1],
  ['site.not-found', 3],
  ['site.not-confirmed', 5],
  ['deploy.bad-spec', 2],
  ['deploy.no-credentials', 4],
  ['deploy.quota', 1],
  ['internal.fault', 70],
])('%s ends the program with %i', (code, expected) => {
  expect(exitCodeOf(code)).toBe(expected);
});

test('tells a machine that is not ready from work that failed', () => {
  expect(failed('tmux.too-old')).toBe(4);
  expect(failed('job.work-failed')).toBe(1);
  expect(failed('store.full')).toBe(1);
  expect(exitCodeOfJob({ status: 'succeeded', error: undefined })).toBe(0);
});

test('docs/cli.md lists the same exit codes', () => {
  const rows = readFileSync('docs/cli.md', 'utf8').matchAll(/^\| (\d+) +\| (.+?) +\|$/gm);
  const documented = Array.from(rows, ([, code, meaning]) => ({ code: Number(code), meaning }));
  expect(documented).toEqual(exitCodes);
});

function failed(code: string) {
  return exitCodeOfJob({ status: 'failed', error: { code } });
}
