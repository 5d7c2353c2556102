import type { ConsoleMessage, Page, Request } from 'playwright-core';
import { plainText } from './plain-text.ts';

/** What went wrong in a page since it was watched; each list holds at most 30 sentences. */
export interface PageFaults {
  readonly assets: string[];
  readonly errors: string[];
}

const MOST = 30;
const assetTypes = ['image', 'stylesheet', 'script', 'font', 'media', 'manifest', 'document'];

/**
 * Write down what goes wrong in a page. Dialogs are dismissed, so that they hold up nothing.
 * Files of other origins are not judged: they may be out of reach from here and not from elsewhere.
 */
export function watchPage(page: Page, origin: string): PageFaults {
  const faults: PageFaults = { assets: [], errors: [] };
  const addRequest = (request: Request, what: string): void => {
    const { pathname, search, origin: from } = new URL(request.url());
    // The page itself is judged by whoever opened it.
    if (from !== origin || isOfPage(request, page)) return;
    // Browsers ask for it unasked.
    if (pathname === '/favicon.ico') return;
    const type = request.resourceType();
    const isAsset = assetTypes.includes(type);
    const list = isAsset ? faults.assets : faults.errors;
    add(list, `${type} ${(pathname + search).slice(0, 300)} ${what}`);
  };
  page.on('dialog', (dialog) => {
    add(faults.errors, `${dialog.type()}() stops the visitor: ${dialog.message().slice(0, 200)}`);
    dialog.dismiss().catch(() => {});
  });
  page.on('pageerror', (error) => add(faults.errors, `error: ${plainText(error).slice(0, 500)}`));
  page.on('console', (message) => {
    if (isOwnError(message)) add(faults.errors, `console: ${message.text().slice(0, 500)}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) addRequest(response.request(), `answered ${response.status()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'failed';
    // Given up by the page itself, or because it was left.
    if (why !== 'net::ERR_ABORTED') addRequest(request, `failed: ${why}`);
  });
  return faults;
}

function add(list: string[], text: string): void {
  if (list.length < MOST && !list.includes(text)) list.push(text);
}

/** What could not be loaded is known from its request, with more. */
function isOwnError(message: ConsoleMessage): boolean {
  return message.type() === 'error' && !message.text().startsWith('Failed to load resource');
}

function isOfPage(request: Request, page: Page): boolean {
  return request.isNavigationRequest() && request.frame() === page.mainFrame();
}
