import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Leftover } from '../../tools/leftovers.ts';

/** Environment variable with the directory that holds all temporary files of one run. */
export const ROOT_VARIABLE = 'TMUX_BUILDER_TEST_ROOT';

/** Beginning of the path of every test file's own directory. */
export function testDirectories(root: string): string {
  return join(root, 'f');
}

/** Write down beside a test file's directory which test file it is of. */
export function nameDirectory(directory: string, testFile: string): void {
  writeFileSync(`${directory}.name`, relative(process.cwd(), testFile));
}

/** One line for people: the process, and the test file that started it where that is known. */
export function describeLeftover({ pid, about, place }: Leftover, root: string): string {
  const [, name = ''] = place.slice(root.length).split('/');
  return `${fileOf(`${root}/${name}`)}: process ${pid}: ${about}`;
}

function fileOf(directory: string): string {
  try {
    return readFileSync(`${directory}.name`, 'utf8');
  } catch {
    return 'no known test file';
  }
}
