import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** What a site's port answers with: the files of a release, or its program. */
export interface Content {
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** Undefined: nothing here speaks WebSocket. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Shown until there is something else. */
export const nothingYet: Content = {
  answer: (_request, response) =>
    answerText(response, 503, 'This site is being deployed.', { 'retry-after': '1' }),
};

/** Answer with a line of text that no browser takes for anything else. */
export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : `${text}\n`);
}
