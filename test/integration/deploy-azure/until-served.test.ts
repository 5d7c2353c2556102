import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { untilServed } from '../../../src/deploy/azure/until-served.ts';
import { openLoopbackServer } from '../../support/loopback-server.ts';

const never = new AbortController().signal;
const digest = createHash('sha256').update('new').digest('hex');

test.each([
  ['an error', 500, 'new', /it answered 500/],
  ['the release before', 200, 'old', /it shows something else/],
])('a site that answers with %s is not served', async (_what, status, body, said) => {
  await using server = await openLoopbackServer(async (_request, response) => {
    response.writeHead(status).end(body);
    return await Promise.resolve();
  });

  const served = untilServed(
    { clock: systemClock, pollMs: 1 },
    { url: server.url, digest, limitMs: 0 },
    never,
  );

  await expect(served).rejects.toMatchObject({
    code: 'deploy.unhealthy',
    message: expect.stringMatching(said),
  });
});

test('a site is waited for until it shows the release', async () => {
  const answers = ['reset', 'old', 'new'];
  await using server = await openLoopbackServer(async (request, response) => {
    const answer = answers.shift();
    if (answer === 'reset') request.socket.destroy();
    else response.end(answer);
    return await Promise.resolve();
  });

  await untilServed(
    { clock: systemClock, pollMs: 1 },
    { url: server.url, digest, limitMs: 60_000 },
    never,
  );

  expect(answers).toEqual([]);
});
