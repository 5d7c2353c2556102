import type { ReleaseFile } from '../release.ts';

/** CloudFront takes functions of at most 10 KB. */
const LIST_CHARACTERS = 7_000;

/**
 * Write the function that CloudFront runs on each request, so that a bucket finds what the local
 * provider does: `/docs/` shows `docs/index.html`, `/about` shows `about.html`, and `/docs` leads
 * to `/docs/`. A bucket cannot be asked what is there, so the function has those names of the
 * release that the rules need; where they are too many, `/docs` without its slash is not found.
 *
 * @see Amazon CloudFront Developer Guide, "JavaScript runtime 2.0 features"
 */
export function rewriteFunction(files: readonly Pick<ReleaseFile, 'path'>[]): string {
  const paths = new Set(files.map(({ path }) => path));
  const directories = [...paths]
    .filter((path) => path.endsWith('/index.html'))
    .map((path) => path.slice(0, -'/index.html'.length))
    .filter((path) => !paths.has(path) && !paths.has(`${path}.html`));
  const plain = [...paths].filter((path) => !lastOf(path).includes('.'));
  return `var directories = ${list(directories)};
var plain = ${list(plain)};
function handler(event) {
  var request = event.request;
  var last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (last === '') {
    request.uri += 'index.html';
    return request;
  }
  var name;
  try {
    name = decodeURIComponent(request.uri.slice(1));
  } catch (error) {
    return request;
  }
  if (plain.indexOf(name) >= 0) return request;
  if (directories.indexOf(name) >= 0) {
    var headers = { location: { value: request.uri + '/' } };
    return { statusCode: 302, statusDescription: 'Found', headers: headers };
  }
  if (last.indexOf('.') < 0) request.uri += '.html';
  return request;
}
`;
}

function list(names: readonly string[]): string {
  const text = JSON.stringify(names);
  return Buffer.byteLength(text) > LIST_CHARACTERS / 2 ? '[]' : text;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
