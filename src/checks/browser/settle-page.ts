import type { Page } from 'playwright-core';
import { abortable, type Clock } from '../../base/index.ts';

/** How long nothing may be loading until a page counts as quiet. */
const QUIET_MS = 300;

/**
 * Wait until a page is as its visitors see it: fonts are there, and nothing is loading. A page
 * that never gets so is taken as it is after `limitMs`.
 *
 * @throws {Error} its scripts never end, so that nothing can be asked of it.
 */
export async function settlePage(page: Page, clock: Clock, limitMs: number): Promise<void> {
  const asked = page.evaluate(async () => {
    await document.fonts.ready;
  });
  const what = 'The scripts of the page keep it busy: asking it something';
  await within(asked, { clock, limitMs, what });
  await untilQuiet(page, clock, limitMs);
}

async function untilQuiet(page: Page, clock: Clock, limitMs: number): Promise<void> {
  using limit = clock.deadline(limitMs, new Error('limit'));
  const { signal } = limit;
  const loading = new Set<unknown>();
  let changes = 0;
  page.on('request', (request) => {
    loading.add(request);
    changes += 1;
  });
  page.on('requestfinished', (request) => loading.delete(request));
  page.on('requestfailed', (request) => loading.delete(request));
  for (let before = -1; !signal.aborted && (before !== changes || loading.size > 0);) {
    before = changes;
    await clock.after(QUIET_MS, signal).catch(() => {});
  }
}

/** Wait for something of a page that may never come. @throws {Error} `what` took too long. */
export async function within<T>(
  promise: Promise<T>,
  { clock, limitMs, what }: { clock: Clock; limitMs: number; what: string },
): Promise<T> {
  using limit = clock.deadline(limitMs, new Error(`${what} took longer than ${limitMs / 1_000} s`));
  return await abortable(promise, limit.signal);
}
