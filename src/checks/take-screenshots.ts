import { mkdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../base/index.ts';
import { hasSandbox } from './browser/launch-options.ts';
import { photographed } from './browser/photographed.ts';
import type { Screenshot } from './checks.ts';
import { CheckBrokenError, CheckFailedError } from './errors.ts';
import { runProgram } from './run-program.ts';

export interface BrowserWork {
  /** Where the site is, with the `/` at its end. */
  readonly url: string;
  /** Absolute path of Chromium or Chrome. */
  readonly browser: string;
  /** Absolute directory in which files are left; made when it is missing. */
  readonly dir: string;
  readonly clock: Clock;
  /** Hear what people should know of how it was done: one line each. */
  readonly onNote: (text: string) => void;
}

const program = fileURLToPath(
  new URL(`./browser/photograph${extname(import.meta.filename)}`, import.meta.url),
);
const LIMIT_MS = 150_000;

/**
 * Photograph the start page, `desktop.png` and `mobile.png`: the whole of it, down to 8,000 pixels.
 *
 * A picture replaces the one that was there. A page that never stops loading is photographed as it
 * is after some seconds. One browser of its own, which is gone afterwards with its profile.
 *
 * @throws {CheckFailedError} the page does not open, or its scripts leave no time for a picture.
 * @throws {CheckBrokenError} the browser or what drives it failed.
 * @throws `signal.reason` when aborted.
 */
export async function takeScreenshots(
  work: BrowserWork,
  signal: AbortSignal,
): Promise<readonly Screenshot[]> {
  const { url, browser, dir, clock, onNote } = work;
  const what = `Photographing ${url}`;
  tellOfSandbox(onNote);
  await mkdir(dir, { recursive: true });
  const { output, message } = await runProgram(
    {
      arguments: () => [program, JSON.stringify({ url, browser, dir })],
      browser,
      clock,
      limitMs: LIMIT_MS,
      tooLong: () => new CheckBrokenError(what, `it took longer than ${LIMIT_MS / 1_000} s`),
    },
    signal,
  );
  const sent = photographed.safeParse(message);
  if (!sent.success) throw new CheckBrokenError(what, output);
  if ('problem' in sent.data) throw new CheckFailedError(what, [sent.data.problem]);
  for (const [origin, files] of Object.entries(sent.data.others)) {
    onNote(`The page loads from elsewhere: ${origin} (${files} requests)`);
  }
  return sent.data.screenshots;
}

export function tellOfSandbox(onNote: (text: string) => void): void {
  if (!hasSandbox()) onNote('The browser runs without its sandbox, because we run as root.');
}
