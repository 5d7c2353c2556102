import { expect, test } from 'vitest';
import { parseDiff } from './parse-diff.ts';

const diff = `--- index.html
+++ index.html
@@ -1,3 +1,4 @@
 <html>
-<h1>Old</h1>
+<h1>New</h1>
+<p>--- more</p>
 </html>
@@ -20 +21 @@
--- a rule
+++ another
\\ No newline at end of file
`;

test('lines have the numbers that they have in the files', () => {
  const { lines } = parseDiff(diff, 100);
  expect(lines.map(({ kind, before, after, text }) => [kind, before, after, text])).toEqual([
    ['hunk', undefined, undefined, '@@ -1,3 +1,4 @@'],
    ['same', 1, 1, '<html>'],
    ['removed', 2, undefined, '<h1>Old</h1>'],
    ['added', undefined, 2, '<h1>New</h1>'],
    ['added', undefined, 3, '<p>--- more</p>'],
    ['same', 3, 4, '</html>'],
    ['hunk', undefined, undefined, '@@ -20 +21 @@'],
    ['removed', 20, undefined, '-- a rule'],
    ['added', undefined, 21, '++ another'],
    ['note', undefined, undefined, 'No newline at end of file'],
  ]);
});

test('what was added and removed is counted', () => {
  expect(parseDiff(diff, 100)).toMatchObject({ added: 3, removed: 2, isCut: false });
});

test('no more lines are read than asked for, and that is said', () => {
  const { lines, isCut } = parseDiff(diff, 2);
  expect(lines).toHaveLength(2);
  expect(isCut).toBe(true);
});

test('a file that is as before has no lines', () => {
  expect(parseDiff('', 10)).toEqual({ lines: [], added: 0, removed: 0, isCut: false });
});
