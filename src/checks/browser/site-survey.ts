/** Playwright runs this first: it goes through the whole site and keeps what it sees. */
import { test } from '@playwright/test';
import { systemClock } from '../../base/index.ts';
import { askForLink } from './ask-for-link.ts';
import { crawlSite } from './crawl-site.ts';
import { lookAtPage, type LookOptions } from './look-at-page.ts';
import { keepSurvey, readInput } from './survey.ts';

const viewport = { width: 1280, height: 800 };

test('Survey of the site', async ({ browser }) => {
  const context = await browser.newContext({
    viewport,
    reducedMotion: 'reduce',
    acceptDownloads: false,
  });
  const tools = {
    look: async (options: LookOptions) => await lookAtPage(context, options),
    ask: async (url: string) => await askForLink(url, systemClock),
    clock: systemClock,
  };
  const survey = await crawlSite(tools, readInput().url);
  await keepSurvey(survey);
});
