/**
 * Hold docs/errors.md to the code: every error code of `src/` has a heading there, and no other.
 * Prints one line per difference and exits 1.
 */
import { globSync, readFileSync } from 'node:fs';

/** Codes that a source file gives to errors: literals of the shape `folder.what-happened`. */
export function codesIn(source: string): readonly string[] {
  const places = source.matchAll(
    /(?:new CodedError|super|coded)\(\s*'(?<code>[a-z-]+\.[a-z-]+)'|\bcode\s*[:=]\s*'(?<field>[a-z-]+\.[a-z-]+)'/g,
  );
  return Array.from(places, ({ groups }) => groups?.['code'] ?? groups?.['field'] ?? '');
}

/** Codes that the page explains: headings of the shape "### `code`". */
export function codesOf(page: string): readonly string[] {
  return Array.from(
    page.matchAll(/^### `(?<code>[^`]+)`$/gm),
    ({ groups }) => groups?.['code'] ?? '',
  );
}

if (import.meta.main) {
  const files = globSync('src/**/*.ts').filter((file) => !file.endsWith('.test.ts'));
  const used = new Set(files.flatMap((file) => codesIn(readFileSync(file, 'utf8'))));
  const explained = new Set(codesOf(readFileSync('docs/errors.md', 'utf8')));
  const missing = [...used].filter((code) => !explained.has(code));
  const unknown = [...explained].filter((code) => !used.has(code));
  for (const code of missing.toSorted()) console.error(`docs/errors.md does not explain ${code}`);
  for (const code of unknown)
    console.error(`docs/errors.md explains ${code}, which no source uses`);
  if (used.size === 0) console.error('found no error codes in src/');
  process.exitCode = missing.length + unknown.length === 0 && used.size > 0 ? 0 : 1;
}
