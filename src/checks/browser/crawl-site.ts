import type { Clock } from '../../base/index.ts';
import type { LinkAnswer } from './ask-for-link.ts';
import type { LookOptions } from './look-at-page.ts';
import { type PageFacts, type Survey, withoutFragment } from './survey.ts';

export interface CrawlTools {
  readonly look: (options: LookOptions) => Promise<PageFacts>;
  readonly ask: (url: string) => Promise<LinkAnswer>;
  readonly clock: Clock;
}

const MOST_PAGES = 50;
const MOST_AXE_PAGES = 10;
const MOST_ADDRESSES = 500;
/** Then no further page is opened, and nothing is asked for any more. */
const LIMIT_MS = 180_000;

/**
 * Go everywhere on a site that links lead to, from its start page on, breadth first.
 *
 * Opens at most 50 pages and asks for at most 500 addresses, all within three minutes and the time
 * of one page. Links to other origins are left alone.
 */
export async function crawlSite({ look, ask, clock }: CrawlTools, start: string): Promise<Survey> {
  const { origin } = new URL(start);
  const end = clock.monotonic() + LIMIT_MS;
  const addresses = new Map<string, string | null>();
  const waiting = [new URL(start).href];
  const pages: PageFacts[] = [];
  const notes: string[] = [];
  let isCut = false;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (pages.length === MOST_PAGES || clock.monotonic() > end) {
      notes.push(`${waiting.length + 1} more pages were not opened.`);
      break;
    }
    const page = await look({ url: next, withAxe: pages.length < MOST_AXE_PAGES });
    pages.push(page);
    // What is wrong with it is told of the page, not again of each link to it.
    addresses.set(next, null);
    for (const href of internalLinks(page, origin)) {
      if (addresses.has(href)) continue;
      if (addresses.size >= MOST_ADDRESSES || clock.monotonic() > end) {
        isCut = true;
        continue;
      }
      const { problem, isPage } = await ask(href);
      addresses.set(href, problem);
      if (isPage) waiting.push(href);
    }
  }
  if (isCut) notes.push('There are more links than were asked for.');
  return { pages, addresses: Object.fromEntries(addresses), notes };
}

function internalLinks({ document }: PageFacts, origin: string): readonly string[] {
  const hrefs = (document?.links ?? []).map(({ href }) => withoutFragment(href));
  return hrefs.filter((href) => new URL(href).origin === origin);
}
