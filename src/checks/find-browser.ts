import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
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
  if (browserPath !== undefined) {
    if (!(await isExecutable(browserPath))) throw new NoBrowserError(browserPath);
    return browserPath;
  }
  const dirs = searchPath.split(delimiter).filter(isAbsolute);
  const places = names.flatMap((name) => dirs.map((dir) => join(dir, name)));
  for (const path of [...places, ...applications]) if (await isExecutable(path)) return path;
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Missing, a dangling link, no permission: none of them is a browser.
    return false;
  }
}
