import { expect, test } from 'vitest';
import { FakeClock } from '../../base/index.ts';
import { crawlSite } from './crawl-site.ts';
import type { PageFacts } from './survey.ts';

const start = 'http://site.test/';

function pageWith(url: string, paths: readonly string[]): PageFacts {
  const links = paths.map((path) => ({ href: new URL(path, start).href, text: path }));
  const document = {
    title: 'A',
    language: 'en',
    description: 'A',
    fitsPhones: true,
    links,
    ids: [],
    unlabelled: [],
  };
  const { pathname: path } = new URL(url);
  const nothing = { assets: [], errors: [], overflow: undefined, forms: [], barriers: undefined };
  return { path, problem: undefined, document, ...nothing };
}

/** A site whose start page links to `count` others; each answer takes so long. */
async function crawl(count: number, { isPage = true, answerMs = 0 }) {
  const clock = new FakeClock();
  const paths = Array.from({ length: count }, (_, index) => `/${index}`);
  const asked: string[] = [];
  const survey = await crawlSite(
    {
      clock,
      look: async ({ url }) => pageWith(url, url === start ? [...paths, 'http://other.test/'] : []),
      ask: async (url) => {
        asked.push(url);
        await clock.advance(answerMs);
        return { problem: null, isPage };
      },
    },
    start,
  );
  return { ...survey, asked };
}

test('opens each page that a link leads to once, and asks for nothing elsewhere', async () => {
  const { pages, asked, notes } = await crawl(3, {});

  expect(pages.map(({ path }) => path)).toEqual(['/', '/0', '/1', '/2']);
  expect(asked).toEqual(['http://site.test/0', 'http://site.test/1', 'http://site.test/2']);
  expect(notes).toEqual([]);
});

test('opens 50 pages at most, and says how many it left out', async () => {
  const { pages, notes } = await crawl(60, {});

  expect(pages).toHaveLength(50);
  expect(notes).toEqual(['11 more pages were not opened.']);
});

test('asks for 500 addresses at most, and says so', async () => {
  const { addresses, notes } = await crawl(600, { isPage: false });

  expect(Object.keys(addresses)).toHaveLength(500);
  expect(notes).toEqual(['There are more links than were asked for.']);
});

test('asks for no more when its time is over, also on one page of slow links', async () => {
  const { asked, notes } = await crawl(100, { isPage: false, answerMs: 10_000 });

  expect(asked).toHaveLength(19);
  expect(notes).toEqual(['There are more links than were asked for.']);
});
