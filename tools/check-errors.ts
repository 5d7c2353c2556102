/**
 * Hold docs/errors.md to the code: every error code of `src/` has a heading and a paragraph there,
 * and no other has. Prints one line per difference and exits 1.
 *
 * `--missing` prints only the codes that the page has to explain yet, each with its file.
 */
import { globSync, readFileSync } from 'node:fs';

/**
 * Codes that a source file gives to errors: literals of the shape `folder.what-happened`, as the
 * first argument of an error, as a field `code`, or in an assignment to `code`.
 */
export function codesIn(source: string): readonly string[] {
  const places = source.matchAll(
    /(?:new \w+|super|coded)\(\s*'(?<code>[a-z-]+\.[a-z-]+)'|\bcode:\s*'(?<field>[a-z-]+\.[a-z-]+)'|\bcode\s*=(?!=)(?<choice>[^;]+);/g,
  );
  return Array.from(places, ({ groups }) => {
    const { code, field, choice = '' } = groups ?? {};
    const literals = Array.from(choice.matchAll(/'([a-z-]+\.[a-z-]+)'/g), ([, one = '']) => one);
    return [code ?? field ?? literals].flat();
  }).flat();
}

/** Codes that the page explains: headings of the shape "### `code`" with text below. */
export function codesOf(page: string): readonly string[] {
  return Array.from(
    page.matchAll(/^### `(?<code>[^`]+)`\n+(?=[^#\n])/gm),
    ({ groups }) => groups?.['code'] ?? '',
  );
}

if (import.meta.main) {
  const used = new Map<string, string>();
  for (const file of globSync('src/**/*.ts').toSorted()) {
    if (file.endsWith('.test.ts')) continue;
    for (const code of codesIn(readFileSync(file, 'utf8'))) used.set(code, file);
  }
  const explained = [...new Set(codesOf(readFileSync('docs/errors.md', 'utf8')))];
  const missing = [...used].filter(([code]) => !explained.includes(code));
  if (process.argv.includes('--missing')) {
    for (const [code, file] of missing) console.log(`${code}\t${file}`);
  } else {
    const unknown = explained.filter((one) => !used.has(one));
    for (const [code, file] of missing)
      console.error(`docs/errors.md does not explain ${code} (${file})`);
    for (const code of unknown)
      console.error(`docs/errors.md explains ${code}, which no source uses`);
    if (used.size === 0) console.error('found no error codes in src/');
    process.exitCode = missing.length + unknown.length === 0 && used.size > 0 ? 0 : 1;
  }
}
