import type { Clock } from '../../base/index.ts';
import { describe } from '../try-address.ts';

export interface LinkAnswer {
  /** Why it leads nowhere; null is well. */
  readonly problem: string | null;
  /** A document that a browser shows; anything else is only there or not. */
  readonly isPage: boolean;
}

const LIMIT_MS = 10_000;
const MOST_REDIRECTS = 5;

/**
 * Ask for the head of what a link leads to: behind it may be a large download. Redirects are
 * followed on the link's own origin alone; one that leads elsewhere leads somewhere.
 */
export async function askForLink(url: string, clock: Clock): Promise<LinkAnswer> {
  const tooLong = new Error(`took longer than ${LIMIT_MS / 1_000} s`);
  using limit = clock.deadline(LIMIT_MS, tooLong);
  try {
    return await follow(new URL(url), MOST_REDIRECTS, limit.signal);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { problem: limit.signal.aborted ? tooLong.message : describe(cause), isPage: false };
  }
}

async function follow(url: URL, redirectsLeft: number, signal: AbortSignal): Promise<LinkAnswer> {
  const headers = { accept: 'text/html,*/*' };
  const response = await fetch(url, { signal, headers, redirect: 'manual' });
  await response.body?.cancel();
  const { status } = response;
  const location = response.headers.get('location');
  if (status < 300 || status > 399 || location === null) {
    return { problem: response.ok ? null : `answered ${status}`, isPage: isPage(response) };
  }
  const next = URL.parse(location, url);
  if (next === null) {
    return { problem: `redirected to ${location}, which is no address`, isPage: false };
  }
  if (next.origin !== url.origin) return { problem: null, isPage: false };
  if (redirectsLeft === 0) {
    return { problem: `redirected more than ${MOST_REDIRECTS} times`, isPage: false };
  }
  return await follow(next, redirectsLeft - 1, signal);
}

function isPage({ ok, headers }: Response): boolean {
  const isDownload = (headers.get('content-disposition') ?? '').startsWith('attachment');
  const type = headers.get('content-type') ?? '';
  return ok && !isDownload && /^(text\/html|application\/xhtml)/.test(type);
}
