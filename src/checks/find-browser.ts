import { findExecutable } from '../base/index.ts';
import { NoBrowserError } from './errors.ts';

export interface BrowserSearch {
  /** What the configuration names; undefined looks for one. */
  readonly browserPath: string | undefined;
  /** Value of PATH. */
  readonly searchPath: string;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Find the Chromium or Chrome that checks sites; undefined when there is none.
 *
 * @throws {NoBrowserError} the configuration names one that cannot be executed.
 */
export async function findBrowser(search: BrowserSearch): Promise<string | undefined> {
  const { browserPath, searchPath } = search;
  const wanted = browserPath === undefined ? [...names, ...applications] : [browserPath];
  for (const program of wanted) {
    const path = await findExecutable(program, { PATH: searchPath });
    if (path !== undefined) return path;
  }
  if (browserPath !== undefined) throw new NoBrowserError(browserPath);
  return undefined;
}
