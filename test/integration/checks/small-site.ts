import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { readdir } from 'node:fs/promises';
import { systemClock } from '../../../src/base/index.ts';
import { findLeftovers } from '../../../tools/leftovers.ts';
import { type LoopbackServer, openLoopbackServer } from '../../support/loopback-server.ts';

/** Debian's; another one is named by TMUX_BUILDER_CHROMIUM. */
export const browser = process.env['TMUX_BUILDER_CHROMIUM'] ?? '/usr/bin/chromium';

type Page = string | ((request: IncomingMessage, response: ServerResponse) => void);

/** A site of a few pages, by path; every other path answers 404. Paths choose the type by their end. */
export async function openSite(pages: Readonly<Record<string, Page>>): Promise<LoopbackServer> {
  return await openLoopbackServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const page = pages[pathname];
    if (typeof page === 'function') return page(request, response);
    const end = /\.(\w+)$/.exec(pathname)?.[1] ?? 'html';
    response.writeHead(page === undefined ? 404 : 200, {
      'content-type': types[end] ?? types['html'],
    });
    response.end(page ?? 'not found');
  });
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  zip: 'application/zip',
};

interface Document {
  readonly title: string;
  readonly body: string;
  readonly head?: string;
}

/** A page without a fault, but for what `head` and `body` bring. */
export function html({ title, body, head = '' }: Document): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="description" content="About ${title}">${head}</head>
    <body><main><h1>${title}</h1>${body}</main></body></html>`;
}

export const circle = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18"/></svg>`;

/** What a check uses, with the notes that it makes. */
export function work(url: string, dir: string) {
  const notes: string[] = [];
  const onNote = (text: string): void => void notes.push(text);
  return { url: `${url}/`, dir, browser, clock: systemClock, notes, onNote };
}

/** Processes and temporary directories of checks that are there now. */
export async function leftOfChecks(): Promise<readonly string[]> {
  const processes = await findLeftovers(`${tmpdir()}/tb-`);
  const dirs = (await readdir(tmpdir())).filter((name) => name.startsWith('tb-'));
  return [...processes.map(({ about }) => about), ...dirs];
}
