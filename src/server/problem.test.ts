import { expect, test } from 'vitest';
import { CodedError } from '../base/index.ts';
import { problemView } from '../contract/index.ts';
import { toProblem } from './problem.ts';
import { InvalidRequestError, TooManyRequestsError, WrongMethodError } from './request-errors.ts';

test('tells of a coded error with its code and what to do', () => {
  const error = new CodedError('job.not-found', 'There is no job x.', { todo: 'List them' });

  expect(toProblem(error, 'req_1').view).toEqual({
    type: 'urn:tmux-builder:job.not-found',
    title: 'Not Found',
    status: 404,
    detail: 'There is no job x.',
    code: 'job.not-found',
    todo: 'List them',
    request_id: 'req_1',
  });
});

test.each([
  new TypeError('secret of a person'),
  new CodedError('strange.thing', 'secret of a person'),
])('hides a fault of ours behind the request’s id', (error) => {
  const { view } = toProblem(error, 'req_1');

  expect(view).toMatchObject({ status: 500, code: 'internal.fault' });
  expect(JSON.stringify(view)).not.toContain('secret');
  expect(view.detail).toContain('req_1');
});

test('says when to come back, what is allowed, and what is wrong where', () => {
  expect(toProblem(new TooManyRequestsError(1_500), 'r').headers).toEqual({ 'retry-after': '2' });
  expect(toProblem(new WrongMethodError('PUT', ['GET', 'POST']), 'r').headers).toEqual({
    allow: 'GET, POST',
  });
  const issues = [{ path: 'body.name', message: 'too long' }];
  expect(problemView.parse(toProblem(new InvalidRequestError('body', issues), 'r').view)).toEqual(
    expect.objectContaining({ status: 400, issues }),
  );
});
