/**
 * Hold docs/fault-matrix.md to the tests: every fault F01 to F62 has one row, and every test that a
 * row names is there, in that file, under exactly that name. Prints one line per fault and exits 1.
 */
import { existsSync, readFileSync } from 'node:fs';

export interface NamedTest {
  readonly file: string;
  readonly name: string;
}

export interface FaultRow {
  readonly fault: string;
  /** None where the row gives a reason instead. */
  readonly tests: readonly NamedTest[];
  readonly hasReason: boolean;
}

/** F01 to F62, and the one that came later. */
export const faults: readonly string[] = [
  ...Array.from({ length: 62 }, (_, index) => `F${String(index + 1).padStart(2, '0')}`),
  'F45b',
].toSorted();

/** Rows of the shape `| F01 | fault | outcome | tests or reason |`. */
export function rowsOf(page: string): readonly FaultRow[] {
  return page.split('\n').flatMap((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [, fault = '', , , held = ''] = cells;
    if (!/^F\d\d[a-z]?$/.test(fault)) return [];
    return [{ fault, tests: testsNamedIn(held), hasReason: held.includes('No test: ') }];
  });
}

/** Tests of the shape "`file`: name", each up to a line break or the end of its cell. */
export function testsNamedIn(text: string): readonly NamedTest[] {
  const named = text.matchAll(/`(?<file>[\w./-]+\.ts)`: (?<name>.+?)\s*(?=<br>|\||$)/gm);
  return Array.from(named, ({ groups }) => ({
    file: groups?.['file'] ?? '',
    name: groups?.['name'] ?? '',
  }));
}

/**
 * Names of the tests in a source: texts that are the first argument of a call whose next one is a
 * function, options or a comment. What a template puts in is left out.
 */
export function testNamesIn(source: string): readonly string[] {
  const comment = String.raw`(?:\s|//[^\n]*\n)*`;
  const calls = new RegExp(
    String.raw`\(${comment}(['"\`])((?:\\.|(?!\1)[^\\])*)\1,${comment}(?:async\b|\(|\{)`,
    'g',
  );
  return Array.from(source.matchAll(calls), ([, , name = '']) =>
    name.replaceAll(/\$\{[^}]*\}/g, '').replaceAll(/\\(.)/g, '$1'),
  );
}

/** What is wrong with a page; `read` gives a file's text, undefined when it is not there. */
export function problemsOf(
  page: string,
  read: (file: string) => string | undefined,
): readonly string[] {
  const rows = rowsOf(page);
  const counts = faults.map((fault) => [fault, rows.filter((row) => row.fault === fault).length]);
  const wrong = counts.filter(([, count]) => count !== 1);
  const unknown = rows.filter(({ fault }) => !faults.includes(fault));
  const empty = rows.filter(({ tests, hasReason }) => tests.length === 0 && !hasReason);
  const missing = testsNamedIn(page).flatMap(({ file, name }) => {
    const source = read(file);
    if (source === undefined) return [`${file} is not there`];
    return testNamesIn(source).includes(name) ? [] : [`${file} has no test "${name}"`];
  });
  return [
    ...wrong.map(([fault, count]) => `${fault} has ${count} rows instead of one`),
    ...unknown.map(({ fault }) => `${fault} is no fault of the matrix`),
    ...empty.map(({ fault }) => `${fault} has neither a test nor a reason`),
    ...new Set(missing),
  ];
}

if (import.meta.main) {
  const page = readFileSync('docs/fault-matrix.md', 'utf8');
  const read = (file: string): string | undefined =>
    existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const problems = problemsOf(page, read);
  for (const problem of problems) console.error(`docs/fault-matrix.md: ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
