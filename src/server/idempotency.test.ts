import { expect, test } from 'vitest';
import { routes } from '../contract/index.ts';
import { Answer } from './answer.ts';
import { once } from './idempotency.ts';

test('keeps the reply also for a client that went away while the work was done', async () => {
  const gone = new AbortController();
  const kept: unknown[] = [];
  const app = {
    findReply: async () => undefined,
    keepReply: async (_asked: object, reply: object, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      kept.push(reply);
    },
  };
  const call = {
    app,
    principal: undefined,
    params: {},
    query: {},
    body: {},
    answer: new Answer(false, () => 0),
    signal: gone.signal,
  };

  const request = { name: 'createSession', route: routes.createSession, call, key: 'k' } as const;
  await once(request, async () => {
    gone.abort();
    return { session_id: 'ses_1' };
  });

  expect(kept).toEqual([{ reply: { session_id: 'ses_1' } }]);
});
