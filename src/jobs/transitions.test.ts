import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jobStatuses, settledStatuses } from './job.ts';
import { checkTransition, transitions } from './transitions.ts';

test('docs/jobs.md shows every transition, and no other', () => {
  const page = readFileSync(new URL('../../docs/jobs.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('## Statuses'), page.indexOf('## Order'));
  const rows = Array.from(
    table.matchAll(/^\| (\w+) \| (\w+) \| (.+) \|$/gm),
    ([, from, to, when]) => ({
      from,
      to,
      when,
    }),
  );

  expect(rows.slice(1)).toEqual(transitions);
});

test('every status but queued is reached, and every status but succeeded is left', () => {
  const reached = new Set(transitions.map(({ to }) => to));
  const left = new Set(transitions.map(({ from }) => from));

  expect(jobStatuses.filter((status) => !reached.has(status))).toEqual([]);
  expect(jobStatuses.filter((status) => !left.has(status))).toEqual(['succeeded']);
});

test('only a person brings a settled job back', () => {
  const revived = transitions.filter(({ from }) => settledStatuses.some((one) => one === from));

  expect(revived.every(({ to, when }) => to === 'queued' && when.startsWith('a person'))).toBe(
    true,
  );
});

test('refuses a change that is not in the table', () => {
  expect(() => checkTransition('job_1', 'succeeded', 'queued')).toThrow(/succeeded/);
});
