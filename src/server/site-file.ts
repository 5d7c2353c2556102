import { extname } from 'node:path';
import type { OpenedFile } from '../app/index.ts';
import type { StreamReply } from './call.ts';
import { withStorage } from './report-storage.ts';

/** Types that a browser may show as they are: nothing in them can run. */
const shown: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.log': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};

/**
 * A report brings its scripts along in the page. They run in an origin of their own, which has
 * neither our login nor a way to send anything anywhere.
 */
const reportPolicy = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline' data: blob:",
  "style-src 'unsafe-inline' data:",
  'img-src data: blob:',
  'font-src data:',
  'media-src data: blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** Send what a step left so that it can be looked at, and can do nothing to who looks. */
export function siteFile({ name, stream }: OpenedFile): StreamReply {
  const extension = extname(name).toLowerCase();
  if (extension === '.html') {
    const headers = {
      'content-security-policy': reportPolicy,
      'x-frame-options': 'SAMEORIGIN',
      // A browser refuses to open a page of its own that is in a sandbox and asks for isolation.
      'cross-origin-opener-policy': 'unsafe-none',
    };
    return { contentType: 'text/html; charset=utf-8', headers, chunks: withStorage(stream) };
  }
  const contentType = shown[extension];
  return {
    contentType: contentType ?? 'application/octet-stream',
    headers: {
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'self'",
      'cross-origin-opener-policy': 'unsafe-none',
      'x-frame-options': 'SAMEORIGIN',
      ...(contentType === undefined && { 'content-disposition': 'attachment' }),
    },
    chunks: stream,
  };
}
