import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { askForLink } from '../../../src/checks/browser/ask-for-link.ts';
import { openLoopbackServer } from '../../support/loopback-server.ts';
import { html, openSite } from './small-site.ts';

test('follows redirects of the site, and asks nobody elsewhere', async () => {
  const asked: (string | undefined)[] = [];
  await using other = await openLoopbackServer(async ({ url }, response) => {
    asked.push(url);
    response.end();
  });
  const to = (location: string) => (_request: unknown, response: ServerResponse) => {
    response.writeHead(302, { location }).end();
  };
  await using site = await openSite({
    '/': html({ title: 'Start', body: '' }),
    '/away': to(`${other.url}/secret`),
    '/home': to('/'),
    '/circle': to('/circle'),
    '/broken': to('/gone'),
  });
  const answers = await Promise.all(
    ['/home', '/away', '/circle', '/broken'].map(
      async (path) => await askForLink(site.url + path, systemClock),
    ),
  );

  expect(answers).toEqual([
    { problem: null, isPage: true },
    { problem: null, isPage: false },
    { problem: 'redirected more than 5 times', isPage: false },
    { problem: 'answered 404', isPage: false },
  ]);
  expect(asked).toEqual([]);
});
