import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { rewriteFunction } from './rewrite-function.ts';

const files = [
  'index.html',
  'about.html',
  'docs/index.html',
  'v1.2/index.html',
  'both.html',
  'both/index.html',
  'LICENSE',
];

/** What CloudFront asks the bucket for, or where it sends the visitor. */
function ask(uri: string, paths: readonly string[] = files): string {
  const code = rewriteFunction(paths.map((path) => ({ path })));
  const event = JSON.stringify({ request: { method: 'GET', uri, headers: {} } });
  const text = `JSON.stringify(handler(${event}))`;
  const result = JSON.parse(String(runInNewContext(`${code}; ${text}`))) as {
    readonly uri?: string;
    readonly headers: { readonly location?: { readonly value: string } };
  };
  return result.uri ?? `to ${result.headers.location?.value}`;
}

test.for([
  ['/', '/index.html'],
  ['/docs/', '/docs/index.html'],
  ['/about', '/about.html'],
  ['/docs', 'to /docs/'],
  ['/v1.2', 'to /v1.2/'],
  ['/both', '/both.html'],
  ['/LICENSE', '/LICENSE'],
  ['/app.css', '/app.css'],
  ['/nothing', '/nothing.html'],
  ['/%64ocs', 'to /%64ocs/'],
  ['/%', '/%'],
  ['//docs', '//docs.html'],
  ['/constructor', '/constructor.html'],
] as const)('%s is %s', ([uri, wanted]) => {
  expect(ask(uri)).toBe(wanted);
});

test('names that are code stay names', () => {
  expect(ask("/');throw 1;//", ["');throw 1;//index.html", 'index.html'])).toContain('throw 1');
});

test('a release with very many directories still fits what CloudFront takes', () => {
  const many = Array.from({ length: 2_000 }, (_one, at) => ({
    path: `directory-${at}/index.html`,
  }));

  expect(Buffer.byteLength(rewriteFunction(many))).toBeLessThan(10_240);
});
