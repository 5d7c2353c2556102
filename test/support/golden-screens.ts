import { readdirSync, readFileSync } from 'node:fs';
import type { Screen } from '../../src/agents/adapter.ts';

/**
 * Read recorded screens: file name without its ending → what was drawn. `.styled.txt` files keep
 * their SGR sequences, the others were recorded without styles.
 */
export function readGoldenScreens(directory: string): ReadonlyMap<string, Screen> {
  const files = readdirSync(directory).filter((file) => file.endsWith('.txt'));
  return new Map(
    files.toSorted().map((file) => [nameOf(file), readScreen(`${directory}/${file}`)]),
  );
}

function nameOf(file: string): string {
  return file.replace(/(?:\.styled)?\.txt$/, '');
}

function readScreen(path: string): Screen {
  const styledRows = readFileSync(path, 'utf8').trimEnd().split('\n');
  // oxlint-disable-next-line no-control-regex -- SGR sequences begin with an escape character
  const rows = styledRows.map((row) => row.replaceAll(/\u001b\[[\d;:]*m/g, '').trimEnd());
  return { rows, styledRows };
}
