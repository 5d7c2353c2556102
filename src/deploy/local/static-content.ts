import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Log } from '../../base/index.ts';
import type { Release, ReleaseFile } from '../release.ts';
import { readRange } from './byte-range.ts';
import { contentType } from './content-types.ts';
import { answerText, type Content } from './content.ts';
import { findFile, indexFiles } from './find-file.ts';

/** Serve the files of one release, to GET and HEAD alone. */
export function staticContent(release: Release, log: Log): Content {
  const files = indexFiles(release);
  const send = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
    sendFile(release.dir, request, response, answer).catch((error: unknown) => {
      // A reader that leaves in the middle is no failure.
      if (!response.destroyed) log.warn('a file of a site cannot be sent', { error });
      answerText(response, 500, 'This file cannot be read.');
    });
  };
  return {
    answer(request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        answerText(response, 405, 'This site has only files.', { allow: 'GET, HEAD' });
        return;
      }
      const found = findFile(files, request.url ?? '');
      const missing = files.get('404.html');
      if (found.kind === 'file') send(request, response, { file: found.file, status: 200 });
      else if (found.kind === 'redirect') {
        answerText(response, 301, 'Moved.', { location: found.location });
      } else if (missing !== undefined) send(request, response, { file: missing, status: 404 });
      else answerText(response, 404, 'There is no such page.');
    },
  };
}

interface Answer {
  readonly file: ReleaseFile;
  readonly status: 200 | 404;
}

// oxlint-disable-next-line max-params -- request and response are one thing in two
async function sendFile(
  dir: string,
  request: IncomingMessage,
  response: ServerResponse,
  { file, status }: Answer,
): Promise<void> {
  const tag = `"${file.digest.slice(0, 32)}"`;
  const headers = {
    'content-type': contentType(file.path),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    // Asked for anew each time, and answered with 304 as long as it is the same.
    'cache-control': 'no-cache',
    etag: tag,
  };
  if (status === 200 && isKnown(request.headers['if-none-match'], tag)) {
    response.writeHead(304, headers).end();
    return;
  }
  // Part of another content must not be joined to what the reader has.
  const isOther = ![undefined, tag].includes(request.headers['if-range']?.toString());
  const isWhole = status !== 200 || isOther;
  const range = readRange(isWhole ? undefined : request.headers.range, file.bytes);
  if (range.kind === 'outside') {
    answerText(response, 416, 'The file is shorter.', { 'content-range': `bytes */${file.bytes}` });
    return;
  }
  const { first, last } = range.kind === 'part' ? range : { first: 0, last: file.bytes - 1 };
  const length = last - first + 1;
  response.writeHead(range.kind === 'part' ? 206 : status, {
    ...headers,
    'accept-ranges': 'bytes',
    'content-length': length,
    ...(range.kind === 'part' && { 'content-range': `bytes ${first}-${last}/${file.bytes}` }),
  });
  if (request.method === 'HEAD' || length === 0) response.end();
  else
    await pipeline(createReadStream(join(dir, file.path), { start: first, end: last }), response);
}

function isKnown(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
