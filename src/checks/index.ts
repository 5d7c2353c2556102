export { checkHealth, type HealthOptions } from './check-health.ts';
export * from './checks.ts';
export { CheckBrokenError, CheckFailedError, NoBrowserError } from './errors.ts';
export { type BrowserSearch, findBrowser } from './find-browser.ts';
export { requireHealthy, requirePassed } from './require-good.ts';
export { runSiteTests, type SiteTestWork } from './run-site-tests.ts';
export { siteTestSchema, siteTestsSchema } from './site-test-schema.ts';
export { type BrowserWork, takeScreenshots } from './take-screenshots.ts';
