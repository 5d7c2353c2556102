import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { systemClock } from '../../base/index.ts';
import { findBrokenImages, findOverflow, lookAtDocument } from './look-at-document.ts';
import { plainText } from './plain-text.ts';
import { settlePage, within } from './settle-page.ts';
import type { PageFacts } from './survey.ts';
import { tryForms } from './try-forms.ts';
import { watchPage } from './watch-page.ts';

const LOAD_LIMIT_MS = 15_000;
const SETTLE_LIMIT_MS = 4_000;
const ASK_LIMIT_MS = 10_000;
const AXE_LIMIT_MS = 40_000;
const phone = { width: 390, height: 844 };

export interface LookOptions {
  readonly url: string;
  readonly withAxe: boolean;
}

/** Open one page and find out everything about it that is judged later. */
export async function lookAtPage(
  context: BrowserContext,
  { url, withAxe }: LookOptions,
): Promise<PageFacts> {
  const { origin, pathname, search } = new URL(url);
  const page = await context.newPage();
  const faults = watchPage(page, origin);
  const path = pathname + search;
  try {
    await open(page, url);
    const seen = await ask(page.evaluate(lookAtDocument), 'asking what is in it');
    const broken = await ask(page.evaluate(findBrokenImages), 'loading its images');
    const barriers = withAxe ? await findBarriers(page) : undefined;
    await page.setViewportSize(phone);
    const overflow = await ask(page.evaluate(findOverflow), 'asking for its width');
    // Before the forms, which have a list of their own.
    const errors = [...faults.errors];
    const forms = await tryForms(page, url, faults);
    const assets = [...faults.assets, ...unshown(broken, origin, faults.assets)];
    return { path, problem: undefined, document: seen, assets, errors, overflow, forms, barriers };
  } catch (error) {
    return { path, problem: plainText(error), ...nothing };
  } finally {
    // A page that is busy for ever is closed with the browser.
    await ask(page.close(), 'closing it').catch(() => {});
  }
}

const nothing = {
  document: undefined,
  assets: [],
  errors: [],
  overflow: undefined,
  forms: [],
  barriers: undefined,
};

async function open(page: Page, url: string): Promise<void> {
  const response = await page.goto(url, { waitUntil: 'commit', timeout: LOAD_LIMIT_MS });
  const status = response?.status() ?? 200;
  if (status >= 400) throw new Error(`answered ${status}`);
  try {
    await page.waitForLoadState('load', { timeout: LOAD_LIMIT_MS });
  } catch {
    await settlePage(page, systemClock, SETTLE_LIMIT_MS);
    throw new Error(`did not finish loading within ${LOAD_LIMIT_MS / 1_000} s`);
  }
  await settlePage(page, systemClock, SETTLE_LIMIT_MS);
}

/** Images of the site that came and are none; those that did not come are known already. */
function unshown(
  broken: readonly string[],
  origin: string,
  known: readonly string[],
): readonly string[] {
  return broken.flatMap((src) => {
    if (src === '') return ['an <img> has no src'];
    const url = new URL(src);
    const image = `image ${url.pathname}${url.search}`.slice(0, 300);
    const isKnown = known.some((text) => text.startsWith(`${image} `));
    return url.origin === origin && !isKnown ? [`${image} cannot be shown`] : [];
  });
}

async function ask<T>(promise: Promise<T>, what: string): Promise<T> {
  return await within(promise, { clock: systemClock, limitMs: ASK_LIMIT_MS, what });
}

/** What people with impairments stumble over, as far as axe finds it: serious and critical ones. */
async function findBarriers(page: Page): Promise<readonly string[]> {
  const examined = new AxeBuilder({ page }).analyze();
  const what = 'examining its accessibility';
  const limit = { clock: systemClock, limitMs: AXE_LIMIT_MS, what };
  // A page that is too much for axe is judged by all the rest.
  const found = await within(examined, limit).catch((error: unknown) => plainText(error));
  if (typeof found === 'string') return [found];
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .slice(0, 20)
    .map(({ id, impact, help, nodes }) => {
      const places = nodes.slice(0, 3).map(({ target, failureSummary = '' }) => {
        const advice = failureSummary.replaceAll(/\s+/g, ' ').slice(0, 400);
        return `\n    ${target.join(' ').slice(0, 200)}: ${advice}`;
      });
      const more = nodes.length > 3 ? `\n    ... and ${nodes.length - 3} more elements` : '';
      return `${id} (${impact}): ${help}${places.join('')}${more}`;
    });
}
