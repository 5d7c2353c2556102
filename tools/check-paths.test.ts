import { expect, test } from 'vitest';
import { machinePaths } from './check-paths.ts';

test('finds paths of one machine, with their lines', () => {
  expect(machinePaths("a\nsee '/root/notes.md' and /home/karl/x\n/work/here")).toEqual([
    { line: 2, path: '/root/notes.md' },
    { line: 2, path: '/home/karl/x' },
    { line: 3, path: '/work/here' },
  ]);
});

test('lets examples, relative paths, variables and addresses be', () => {
  const text =
    '/home/you/site ./work/x ~/work/x $HOME/work/x https://example.org/home/page a/root/b';

  expect(machinePaths(text)).toEqual([]);
});
