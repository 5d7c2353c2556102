/** Playwright runs this first: it goes through the whole site and keeps what it sees. */
import { test } from '@playwright/test';
import { crawlSite } from './crawl-site.ts';
import { keepSurvey, readInput } from './survey.ts';

const viewport = { width: 1280, height: 800 };

test('Survey of the site', async ({ browser }) => {
  const context = await browser.newContext({
    viewport,
    reducedMotion: 'reduce',
    acceptDownloads: false,
  });
  const survey = await crawlSite(context, readInput().url);
  await keepSurvey(survey);
});
