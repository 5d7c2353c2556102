/**
 * Refuse paths of the machine on which a text was written: nobody else has them.
 * Prints `file:line: path` for each and exits 1.
 */
import { globSync, readFileSync } from 'node:fs';

const MACHINE_PATH =
  /(?<![\w.~$}-])\/(?:work|farm|root|Users|home)\/(?!(?:you|me|user|someone|tmux-builder)\b)[\w.-]+[\w./-]*/g;

/** Machine paths in a text, each with its line from 1. */
export function machinePaths(
  text: string,
): readonly { readonly line: number; readonly path: string }[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      Array.from(line.matchAll(MACHINE_PATH), ([path]) => ({ line: index + 1, path })),
    );
}

if (import.meta.main) {
  const folders =
    '{.ci,agents,bench,bin,deploy-examples,docs,examples,roles,script,soak,src,templates,test,tools,web}';
  // The test of this file has to name some.
  const exclude = ['tools/check-paths.test.ts', 'test/golden/**'];
  const files = globSync([`${folders}/**/*`, '*.{md,json,ts}'], { exclude, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
  const found = files.flatMap((file) =>
    machinePaths(readFileSync(file, 'utf8')).map(({ line, path }) => `${file}:${line}: ${path}`),
  );
  if (files.length === 0) found.push('found no files');
  for (const line of found) console.error(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
