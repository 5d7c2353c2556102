import { expect, test } from 'vitest';
import { affectedQueries } from './affected-queries.ts';

function of(kind: string) {
  return affectedQueries({ kind, stream: 'job_1', session_id: null });
}

test('an event of a job makes its lists, its page and its session old', () => {
  const keys = affectedQueries({ kind: 'job.settled', stream: 'job_1', session_id: 'ses_1' });
  expect(keys).toEqual(
    expect.arrayContaining([['jobs'], ['job', 'job_1'], ['needs-you'], ['sessions', 'ses_1']]),
  );
});

test('recordings are read again only when an attempt begins or ends', () => {
  expect(of('attempt.ended')).toContainEqual(['recordings']);
  expect(of('attempt.busy')).not.toContainEqual(['recordings']);
});

test('an event of a site, its executions and their steps makes its page and the lists old', () => {
  for (const kind of ['site.deployed', 'execution.ended', 'step.started']) {
    const keys = affectedQueries({ kind, stream: 'ses_1', session_id: 'ses_1' });
    expect(keys).toEqual(
      expect.arrayContaining([
        ['sites', 'list'],
        ['sites', 'ses_1'],
      ]),
    );
  }
});

test('the end of an execution, and of a site, may need somebody', () => {
  const event = { stream: 'ses_1', session_id: 'ses_1' };
  for (const kind of ['execution.ended', 'site.destroy-failed']) {
    expect(affectedQueries({ ...event, kind })).toContainEqual(['needs-you']);
  }
  expect(affectedQueries({ ...event, kind: 'step.ended' })).not.toContainEqual(['needs-you']);
});

test('what a job of a session changed in its site is looked for when the job ends', () => {
  const event = { stream: 'job_1', session_id: 'ses_1' };
  const diff = ['sites', 'ses_1', 'diff'];
  expect(affectedQueries({ ...event, kind: 'job.settled' })).toContainEqual(diff);
  expect(affectedQueries({ ...event, kind: 'job.leased' })).not.toContainEqual(diff);
});

test('an event that nobody knows makes nothing old', () => {
  expect(affectedQueries({ kind: 'new.thing', stream: 'x', session_id: null })).toEqual([]);
});
