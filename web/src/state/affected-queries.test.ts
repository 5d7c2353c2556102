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

test('an event that nobody knows makes nothing old', () => {
  expect(affectedQueries({ kind: 'new.thing', stream: 'x', session_id: null })).toEqual([]);
});
