import { expect, test } from 'vitest';
import { checkYaml } from './check-yaml.ts';
import { AgentFileInvalidError } from './errors.ts';
import { screenRulesFile } from './schema.ts';

function problemsOf(text: string): readonly string[] {
  try {
    checkYaml('/x/rules.yaml', text, screenRulesFile);
    return [];
  } catch (error) {
    if (!(error instanceof AgentFileInvalidError)) throw error;
    return error.problems.map(
      ({ line, column, field, problem }) => `${line}:${column} ${field}: ${problem}`,
    );
  }
}

test('all that is wrong is told at once, each with its place and field', () => {
  const text = `composer: { rows: a, frist: x }
busy:
  - below: '/(a+)+/'
  - above: a
    below: b
dialogs:
  - kind: Trust!
    shows: [fine, '/(/']
    press: { Yes: Return }
`;
  expect(problemsOf(text)).toEqual([
    '1:11 composer.first: is missing',
    '1:22 composer.frist: is no field here; the fields are above, first, rows, below, skipLast, placeholder, footerRows',
    '3:12 busy[0].below: repeats a group that itself repeats or has alternatives, which may take for ever; write it without one of them',
    '4:5 busy[1]: needs either "above" or "below": on which side of the composer the sign is drawn',
    '7:11 dialogs[0].kind: is a word in small letters, such as trust or api-key',
    '8:19 dialogs[0].shows[1]: is no regular expression: Invalid regular expression: /(/u: Unterminated group',
    '9:19 dialogs[0].press.Yes: is no key; keys are Enter, Escape, Up, C-c, y, 1 and the like, as tmux spells them',
  ]);
});

test.each([
  ['dialogs: 3', '1:10 dialogs: is to be a list, not 3'],
  ['busy:\n  - below: [a]', '2:12 busy[0].below: is to be text, not a list'],
  ['a: 1\na: 2', '2:1 : Map keys must be unique'],
  [
    'composer: [',
    '1:12 : Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['just text', '1:1 : is to be fields ("name: value" lines), not "just text"'],
])('%j is wrong', (text, problem) => {
  expect(problemsOf(text)[0]).toBe(problem);
});

test('a file of comments alone is right: this version brought nothing new', () => {
  expect(problemsOf('# the same as before\n')).toEqual([]);
});

test('a file that is far too long is not read', () => {
  expect(problemsOf('#'.repeat(300_000))[0]).toContain('300000 characters');
});
