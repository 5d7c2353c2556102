import { expect, test } from 'vitest';
import { problemOf } from './client.ts';

test('a refusal is told as the server says it', () => {
  const body = {
    type: 'about:blank',
    title: 'Gone',
    status: 410,
    detail: 'The recording was removed.',
    code: 'recording.removed',
    todo: null,
    request_id: 'req_1',
  };
  expect(problemOf(410, JSON.stringify(body))).toMatchObject({
    code: 'recording.removed',
    status: 410,
    message: 'The recording was removed.',
  });
});

test('an answer that gives no reason is told by its status', () => {
  expect(problemOf(502, '<html>Bad gateway</html>')).toMatchObject({
    code: 'offline.no-answer',
    message: 'The server answered 502 without a reason.',
  });
});
