import { expect, test } from 'vitest';
import { faults, problemsOf, rowsOf, testNamesIn } from './check-faults.ts';

const page = faults
  .map((fault) => `| ${fault} | what | outcome | \`a.test.ts\`: does it |`)
  .join('\n');
const source = "test('does it', async () => {});";

test('a page that names what is there has no fault', () => {
  expect(problemsOf(page, () => source)).toEqual([]);
});

test('reads several tests of a row, and a reason', () => {
  const row =
    '| F07 | x | y | `a.ts`: one: of two<br>`b/c.test.ts`: the other<br>No test: because |';

  expect(rowsOf(row)).toEqual([
    {
      fault: 'F07',
      tests: [
        { file: 'a.ts', name: 'one: of two' },
        { file: 'b/c.test.ts', name: 'the other' },
      ],
      hasReason: true,
    },
  ]);
});

test.each([
  ['F03 has 0 rows instead of one', page.replace(/\| F03 .*\n/, '')],
  ['F03 has 2 rows instead of one', page.replace('F04', 'F03')],
  ['F99 is no fault of the matrix', page.replace('F04', 'F99')],
  ['F05 has neither a test nor a reason', page.replace(/\| F05 .*/, '| F05 | x | y | later |')],
  [
    'a.test.ts has no test "does"',
    page.replace(/\| F06 .*/, '| F06 | x | y | `a.test.ts`: does |'),
  ],
  ['a.test.ts has no test "more"', `${page}\n\n| elsewhere | \`a.test.ts\`: more |\n`],
])('says that %s', (problem, changed) => {
  expect(problemsOf(changed, () => source)).toContain(problem);
});

test('says which file is not there', () => {
  expect(problemsOf(page, () => undefined)).toContain('a.test.ts is not there');
});

test('finds the names of tests however they are called', () => {
  const calls = `
    test("one", { timeout: 1 }, async () => {});
    test.each([['no name', () => 1]])('two %s', (what) => {});
    test.skipIf(!isAllowed)(
      // Why it is so.
      \`three\${reason}\`,
      () => {},
    );
    test('it\\'s four', async () => {});
    expect('no test');
    describe('five', () => {});
  `;

  expect(testNamesIn(calls)).toEqual(['one', 'two %s', 'three', "it's four", 'five']);
});
