import type { BrowserContext } from 'playwright-core';
import { type Clock, systemClock } from '../../base/index.ts';
import { describe } from '../try-address.ts';
import { lookAtPage } from './look-at-page.ts';
import { type PageFacts, type Survey, withoutFragment } from './survey.ts';

const MOST_PAGES = 50;
const MOST_AXE_PAGES = 10;
const MOST_ADDRESSES = 500;
/** Then no further page is opened. */
const LIMIT_MS = 180_000;
const ANSWER_LIMIT_MS = 10_000;

/**
 * Go everywhere on a site that links lead to, from its start page on, breadth first.
 *
 * Opens at most 50 pages and asks for at most 500 addresses. Other origins are never asked.
 */
export async function crawlSite(context: BrowserContext, start: string): Promise<Survey> {
  const { origin } = new URL(start);
  const end = systemClock.monotonic() + LIMIT_MS;
  const addresses = new Map<string, string | null>();
  const waiting = [new URL(start).href];
  const pages: PageFacts[] = [];
  const notes: string[] = [];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (pages.length === MOST_PAGES || systemClock.monotonic() > end) {
      notes.push(`${waiting.length + 1} more pages were not opened.`);
      break;
    }
    const page = await lookAtPage(context, { url: next, withAxe: pages.length < MOST_AXE_PAGES });
    pages.push(page);
    // What is wrong with it is told of the page, not again of each link to it.
    addresses.set(next, null);
    for (const href of internalLinks(page, origin)) {
      if (addresses.has(href) || addresses.size >= MOST_ADDRESSES) continue;
      const { problem, isPage } = await answerOf(href, systemClock);
      addresses.set(href, problem);
      if (isPage) waiting.push(href);
    }
  }
  if (addresses.size >= MOST_ADDRESSES) notes.push('There are more links than were asked for.');
  return { pages, addresses: Object.fromEntries(addresses), notes };
}

function internalLinks({ document }: PageFacts, origin: string): readonly string[] {
  const hrefs = (document?.links ?? []).map(({ href }) => withoutFragment(href));
  return hrefs.filter((href) => new URL(href).origin === origin);
}

interface Answer {
  readonly problem: string | null;
  /** A document that a browser shows; anything else is only there or not. */
  readonly isPage: boolean;
}

/** Ask for the head of an answer alone: behind a link may be a large download. */
async function answerOf(url: string, clock: Clock): Promise<Answer> {
  const tooLong = new Error(`took longer than ${ANSWER_LIMIT_MS / 1_000} s`);
  using limit = clock.deadline(ANSWER_LIMIT_MS, tooLong);
  try {
    const response = await fetch(url, {
      signal: limit.signal,
      headers: { accept: 'text/html,*/*' },
    });
    await response.body?.cancel();
    const type = response.headers.get('content-type') ?? '';
    const isShown = !(response.headers.get('content-disposition') ?? '').startsWith('attachment');
    const isHere = new URL(response.url).origin === new URL(url).origin;
    const isPage =
      response.ok && isShown && isHere && /^(text\/html|application\/xhtml)/.test(type);
    return { problem: response.ok ? null : `answered ${response.status}`, isPage };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { problem: limit.signal.aborted ? tooLong.message : describe(cause), isPage: false };
  }
}
