/**
 * Hold docs/errors.md to the code: every error code of `src/` has a heading and a paragraph there,
 * and no other has. Prints one line per difference and exits 1.
 *
 * `--missing` prints only the codes that the page has to explain yet, each with its file.
 */
import { globSync, readFileSync } from 'node:fs';

/**
 * Codes that a source file gives to errors: literals of the shape `folder.what-happened`. What a
 * template puts in becomes `*`: it stands for every code that fits.
 */
export function codesIn(source: string): readonly string[] {
  const places = source
    .replaceAll(/\$\{\w+\}/g, '*')
    .matchAll(
      /(?:new \w+|super|coded)\(\s*['`](?<code>[a-z-]+\.[a-z*]+(?:-[a-z*]+)*)['`]|\bcode\s*[:=]\s*['`](?<field>[a-z-]+\.[a-z*-]+)['`]/g,
    );
  return Array.from(places, ({ groups }) => groups?.['code'] ?? groups?.['field'] ?? '');
}

/** Codes that the page explains: headings of the shape "### `code`" with text below. */
export function codesOf(page: string): readonly string[] {
  return Array.from(
    page.matchAll(/^### `(?<code>[^`]+)`\n+(?=[^#\n])/gm),
    ({ groups }) => groups?.['code'] ?? '',
  );
}

/** Whether a code that a source uses, perhaps with `*`, is this code of the page. */
function fits(used: string, explained: string): boolean {
  return new RegExp(`^${used.replace('.', '\\.').replaceAll('*', '[a-z-]+')}$`).test(explained);
}

if (import.meta.main) {
  const used = new Map<string, string>();
  for (const file of globSync('src/**/*.ts').toSorted()) {
    if (file.endsWith('.test.ts')) continue;
    for (const code of codesIn(readFileSync(file, 'utf8'))) used.set(code, file);
  }
  const explained = [...new Set(codesOf(readFileSync('docs/errors.md', 'utf8')))];
  const missing = [...used].filter(([code]) => !explained.some((one) => fits(code, one)));
  if (process.argv.includes('--missing')) {
    for (const [code, file] of missing) console.log(`${code}\t${file}`);
  } else {
    const unknown = explained.filter((one) => ![...used.keys()].some((code) => fits(code, one)));
    for (const [code, file] of missing)
      console.error(`docs/errors.md does not explain ${code} (${file})`);
    for (const code of unknown)
      console.error(`docs/errors.md explains ${code}, which no source uses`);
    if (used.size === 0) console.error('found no error codes in src/');
    process.exitCode = missing.length + unknown.length === 0 && used.size > 0 ? 0 : 1;
  }
}
