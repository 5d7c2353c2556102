/**
 * Program: photograph a page on two screens, and send where the pictures are. Its argument is a
 * `PhotographTask` as JSON. Ends when whoever started it is gone.
 */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { systemClock } from '../../base/index.ts';
import { type Screen, type Screenshot, screens } from '../checks.ts';
import { staysHere } from '../try-address.ts';
import { launchOptions } from './launch-options.ts';
import { plainText } from './plain-text.ts';
import type { Photographed } from './photographed.ts';
import { settlePage, within } from './settle-page.ts';

const task = z.object({ url: z.string(), browser: z.string(), dir: z.string() });

const views: Readonly<Record<Screen, BrowserContextOptions>> = {
  desktop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  mobile: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true },
};
/** In CSS pixels; what lies below is not in the picture. */
const MOST_HEIGHT = 8_000;
const MOST_WIDTH = 2_000;
const LOAD_LIMIT_MS = 10_000;
const SETTLE_LIMIT_MS = 5_000;
const PICTURE_LIMIT_MS = 20_000;

if (import.meta.main) {
  process.once('disconnect', () => process.exit(1));
  const { url, browser: executable, dir } = task.parse(JSON.parse(process.argv[2] ?? ''));
  const browser = await chromium.launch(launchOptions(executable));
  const message = await photographAll(browser, url, dir);
  await browser.close();
  process.send?.(message, () => process.disconnect());
}

async function photographAll(browser: Browser, url: string, dir: string): Promise<Photographed> {
  const others: Record<string, number> = {};
  const screenshots: Screenshot[] = [];
  try {
    for (const screen of screens) {
      screenshots.push(await photograph(browser, { screen, url, dir, others }));
    }
    return { screenshots, others };
  } catch (error) {
    if (!browser.isConnected()) throw error;
    return { problem: plainText(error) };
  }
}

interface Shot {
  readonly screen: Screen;
  readonly url: string;
  readonly dir: string;
  readonly others: Record<string, number>;
}

async function photograph(browser: Browser, shot: Shot): Promise<Screenshot> {
  const { screen, url, dir, others } = shot;
  await using context = await browser.newContext({ ...views[screen], reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => {}));
  page.on('request', (request) => count(request.url(), url, others));
  await open(page, url);
  const { width, height } = await sizeOf(page);
  const path = join(dir, `${screen}.png`);
  const partial = `${path}.tmp`;
  const clip = { x: 0, y: 0, width, height };
  const timeout = PICTURE_LIMIT_MS;
  await page.screenshot({ path: partial, type: 'png', fullPage: true, clip, timeout });
  // A site must not have us show what only this machine can reach.
  const shown = new URL(page.url());
  if (!staysHere(new URL(url), shown)) {
    await rm(partial);
    throw new Error(`the page leads away, to ${shown.origin}`);
  }
  await rename(partial, path);
  const scale = views[screen].deviceScaleFactor ?? 1;
  return { screen, path, width: width * scale, height: height * scale };
}

/** A page that loads for ever is photographed as it is then. */
async function open(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'commit', timeout: LOAD_LIMIT_MS });
  await page.waitForLoadState('load', { timeout: LOAD_LIMIT_MS }).catch(() => {});
  await settlePage(page, systemClock, SETTLE_LIMIT_MS);
}

/** Wider than the screen where something sticks out, or where a phone would show it small. */
async function sizeOf(page: Page): Promise<{ width: number; height: number }> {
  const asked = page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return {
      width: Math.max(scrollWidth, window.innerWidth),
      height: Math.max(scrollHeight, window.innerHeight),
    };
  });
  const what = 'Asking the page for its size';
  const { width, height } = await within(asked, {
    clock: systemClock,
    limitMs: SETTLE_LIMIT_MS,
    what,
  });
  return { width: Math.min(width, MOST_WIDTH), height: Math.min(height, MOST_HEIGHT) };
}

function count(requested: string, url: string, others: Record<string, number>): void {
  const { origin, protocol } = new URL(requested);
  if (!protocol.startsWith('http') || origin === new URL(url).origin) return;
  if (others[origin] === undefined && Object.keys(others).length >= 50) return;
  others[origin] = (others[origin] ?? 0) + 1;
}
