import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlaywrightTestConfig } from '@playwright/test';
import { launchOptions } from './browser/launch-options.ts';

export interface ConfigOptions {
  readonly url: string;
  readonly browser: string;
  /** Where the HTML report goes; emptied. */
  readonly reportDir: string;
  readonly workDir: string;
}

/** Compiled and source files stand at the same places. */
const extension = extname(import.meta.filename);
const testDir = fileURLToPath(new URL('browser', import.meta.url));

/** How Playwright goes through a site, as plain data. */
export function playwrightConfig({
  url,
  browser,
  reportDir,
  workDir,
}: ConfigOptions): PlaywrightTestConfig {
  return {
    testDir,
    outputDir: join(workDir, 'results'),
    workers: 2,
    retries: 0,
    fullyParallel: true,
    timeout: 60_000,
    projects: [
      // As long as a crawl may take, and its last page, where everything comes late.
      { name: 'survey', testMatch: `site-survey${extension}`, timeout: 420_000 },
      { name: 'built-in', testMatch: `built-in-tests${extension}`, dependencies: ['survey'] },
      { name: 'plan', testMatch: `plan-tests${extension}` },
    ],
    reporter: [
      // First, because it cleans up what the other one then writes.
      [join(testDir, `report-results${extension}`)],
      [
        'html',
        { outputFolder: reportDir, open: 'never', title: 'Tests of the site', noSnippets: true },
      ],
    ],
    use: {
      baseURL: url,
      viewport: { width: 1280, height: 800 },
      acceptDownloads: false,
      actionTimeout: 10_000,
      navigationTimeout: 15_000,
      contextOptions: { reducedMotion: 'reduce' },
      launchOptions: launchOptions(browser),
    },
  };
}
