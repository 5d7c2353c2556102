import { expect, test } from 'vitest';
import type { PermissionPolicy, PermissionRule } from '../agent.ts';
import { plainRow } from '../read-screen.ts';
import { checkYaml } from './check-yaml.ts';
import { readScreen } from './read-screen.ts';
import { joinRules } from './rules.ts';
import { screenRulesFile } from './schema.ts';

const now = Date.parse('2026-11-12T14:00:00Z');

const box = `
composer: { above: '/^-{5,}$/', first: '/^>/', below: '/^-{5,}$/', footerRows: 1, placeholder: /^Ask/ }
busy: [{ below: esc to stop }, { above: '/^\\* Working/', rows: 2 }]
`;

/** `files` from the oldest to the newest. */
function read(files: string | readonly string[], rows: readonly string[], isDirectoryOurs = true) {
  const parsed = [files].flat().map((text) => checkYaml('rules', text, screenRulesFile));
  const screen = { styledRows: rows, rows: rows.map(plainRow) };
  return readScreen(joinRules(parsed), screen, { isDirectoryOurs }, now);
}

const composer = (text: string): readonly string[] => ['-----', `> ${text}`, '-----'];

test('the text of a composer is joined over its rows', () => {
  const rows = ['out', '-----', '> one', '  two', '', '-----'];
  expect(read(box, rows)).toMatchObject({ kind: 'ready', composer: 'one two' });
});

test.each([
  ['what the rules name', composer('Ask me')],
  ['dim text', composer('\u001B[7mT\u001B[0;2mry this\u001B[0m')],
])('a placeholder is no text: %s', (_, rows) => {
  expect(read(box, rows)).toMatchObject({ kind: 'ready', composer: '' });
});

test.each([
  ['busy', ['* Working', 'a tip', ...composer('')]],
  ['busy', [...composer(''), 'esc to stop']],
  ['ready', ['* Working', 'one', 'two', ...composer('')]],
  ['ready', ['esc to stop', ...composer('esc to stop')]],
  ['ready', ['text: * Working', ...composer('')]],
  ['unknown', [...composer(''), 'esc to stop', 'and a panel']],
  ['unknown', [...composer(''), '-----', 'esc to stop']],
  ['unknown', ['> ', '-----']],
])('only the place beside the composer counts: %s', (kind, rows) => {
  expect(read(box, rows).kind).toBe(kind);
});

test('a composer without an upper edge is the rows above its lower edge', () => {
  const rules = `composer: { first: '/^\\| ?/', rows: '/^\\| ?/', below: '/^=+$/', skipLast: 1 }`;
  const rows = ['| earlier', '', '| typed', '| text', '| model', '====='];
  expect(read(rules, rows)).toMatchObject({ kind: 'ready', composer: 'typed text' });
  expect(read(rules, ['no box', '=====']).kind).toBe('unknown');
});

test('a composer without any edge is all from the lowest sign on', () => {
  const rules = `composer: { first: '/^\\$ /' }`;
  expect(read(rules, ['$ old', 'text', '$ new', 'row'])).toMatchObject({ composer: 'new row' });
  expect(read(rules, ['text']).kind).toBe('unknown');
});

const lists = `
list: { pointer: '/^ ?> /', begins: '/^=+$/', border: '|', ignore: Tip, made: '/!$/' }
dialogs:
  - { kind: trust, shows: [Trust this?, Enter], forOurDirectory: /^Yes/ }
  - { kind: permission, shows: Run it?, question: '/\\$ (?<question>.*?) Run/', keys: numbers,
      tool: { name: Shell, subject: '/\\$ (?<subject>.*?) Run it/' } }
`;

test('the lowest pointer leads, and Enter is pressed only where it is', () => {
  const rows = [
    '> 1. old',
    '===',
    '| Trust this?  |',
    '| Tip: do |',
    '|   Yes      |',
    '| > No       |',
    'Enter',
  ];
  expect(read(lists, rows)).toMatchObject({
    kind: 'asking',
    dialog: {
      kind: 'trust',
      question: 'Trust this? (the pointer is on "No")',
      choices: ['Yes', 'No'],
    },
    keys: [['Up'], ['Enter']],
    automatic: 0,
  });
  expect(read(lists, rows, false)).toMatchObject({
    dialog: { question: 'Trust this?' },
    automatic: undefined,
  });
});

test('a dialog is not mistaken for another by what stands above it', () => {
  expect(read(lists, ['Trust this? Enter', '===', 'Another?', '> Yes', '  No']).kind).toBe(
    'unknown',
  );
});

test('no key belongs to a dialog whose choice was made', () => {
  expect(read(lists, ['Trust this?', '> Yes !', '  No', 'Enter']).kind).toBe('unknown');
});

test('numbers lead over descriptions, and may be what is pressed', () => {
  const rows = ['$ rm x', 'Run it?', '  1. Yes', '     this once', '> 2. No', '', '  3. Never'];
  expect(read(lists, rows)).toMatchObject({
    dialog: {
      question: 'rm x',
      choices: ['Yes', 'No', 'Never'],
      tool: { name: 'Shell', subject: 'rm x' },
    },
    keys: [['1'], ['2'], ['3']],
  });
});

test('a tool whose subject is not on the screen is not named to a policy', () => {
  const reading = read(lists, ['Run it?', '> Yes', '  No']);
  expect('dialog' in reading && reading.dialog.tool).toBeUndefined();
});

const permission = `
list: { pointer: /^>/ }
dialogs:
  - { kind: permission, shows: Run it, tool: { name: Bash, subject: '/\\$ (?<subject>.*) Run/' },
      allow: /^Yes/, deny: /^No/ }
  - { kind: permission, shows: Do it, allow: /^Yes/, deny: /^No/ }
`;
const always: PermissionRule = { decision: 'allow', tool: 'Bash', subject: undefined };
const npm: PermissionRule = { decision: 'allow', tool: 'Bash', subject: 'npm *' };
const noRm: PermissionRule = { decision: 'deny', tool: 'Bash', subject: 'rm *' };

test.each<readonly [string, string, PermissionPolicy, string | undefined]>([
  ['by the policy', 'Run it', { otherwise: 'allow', rules: [] }, 'Yes'],
  ['by the policy', 'Run it', { otherwise: 'deny', rules: [] }, 'No'],
  ['by a rule for the tool', 'Run it', { otherwise: 'ask', rules: [always] }, 'Yes'],
  ['by nobody, as the policy says', 'Run it', { otherwise: 'ask', rules: [] }, undefined],
  // Two lines of a command are drawn as one, and its end may be cut off.
  ['by no pattern that allows', 'Run it', { otherwise: 'deny', rules: [npm] }, undefined],
  ['by no pattern that denies', 'Run it', { otherwise: 'allow', rules: [noRm] }, undefined],
  ['by a policy without rules', 'Do it', { otherwise: 'allow', rules: [] }, 'Yes'],
  ['by no rule for an unknown tool', 'Do it', { otherwise: 'allow', rules: [noRm] }, undefined],
])('a permission is answered %s', (_, shows, policy, choice) => {
  const rows = ['$ npm test', shows, '> Yes', '  No'];
  const rules = joinRules([checkYaml('rules', permission, screenRulesFile)]);
  const screen = { rows, styledRows: rows };
  const reading = readScreen(rules, screen, { isDirectoryOurs: true, policy }, now);
  const { automatic = -1, dialog } = reading.kind === 'asking' ? reading : expect.fail('no dialog');
  expect(dialog.choices[automatic]).toBe(choice);
});

const sideBySide = `dialogs: [{ kind: permission, shows: Allow this?, row: [Once, Always, Reject] }]`;

test('the choice of a row with a style of its own is selected', () => {
  const row = 'Once  \u001B[7mAlways\u001B[0m  Reject';
  expect(read(sideBySide, ['Allow this?', row])).toMatchObject({
    dialog: { question: 'Allow this?' },
    keys: [['Left'], ['Enter'], ['Right']],
  });
});

test('no key is pressed while nobody can see which choice of a row is selected', () => {
  const keys = [[], [], []];
  expect(read(sideBySide, ['Allow this?', 'Once  Always  Reject'])).toMatchObject({ keys });
  const each = '\u001B[1mOnce \u001B[2mAlways \u001B[3mReject';
  expect(read(sideBySide, ['Allow this?', each])).toMatchObject({ keys });
});

test('choices may have keys of their own, or there are none', () => {
  const rules = `
dialogs:
  - { kind: permission, shows: 'Go on? [y/n]', press: { Yes: y, No: n } }
  - { kind: login, shows: Paste the code, plain: true }
`;
  expect(read(rules, ['Go on? [y/n]'])).toMatchObject({
    dialog: { choices: ['Yes', 'No'] },
    keys: [['y'], ['n']],
    automatic: undefined,
  });
  expect(read(rules, ['Paste the code'])).toMatchObject({
    dialog: { kind: 'login', choices: [] },
    keys: [],
  });
});

test('a dialog without choices is not what a list of choices is drawn in', () => {
  const rules = `
list: { pointer: /^>/ }
dialogs: [{ kind: login, shows: Paste the code, plain: true }]
`;
  expect(read(rules, ['Paste the code', '> Here', '  There']).kind).toBe('unknown');
});

test('the rules of a later version come first, and its list holds for them', () => {
  const older = `${lists}
  - { kind: old, shows: Same text }`;
  const newer = `
list: { pointer: '/^# /', keys: pages }
dialogs: [{ kind: new, shows: Same text }]
`;
  expect(read([older, newer], ['Same text', '# A', '  B', '  C'])).toMatchObject({
    dialog: { kind: 'new' },
    keys: [['Enter'], ['Down'], ['PageDown']],
  });
  expect(read([older, newer], ['Same text', '> A', '  B'])).toMatchObject({
    dialog: { kind: 'old' },
    keys: [['Enter'], ['Down']],
  });
  const noList = `dialogs: [{ kind: new, shows: Same text }]`;
  expect(read([older, noList], ['Same text', '> A'])).toMatchObject({ dialog: { kind: 'new' } });
});

const failures = `${box}
failures:
  - { failure: quota, shows: "/^! You've hit your limit/", rows: 3 }
  - { failure: transient, shows: /^! Overloaded/ }
`;

test('a failure is read over its wrapped rows, with the time of its reset', () => {
  const rows = ["! You've hit your limit, try", 'again in 2 hours.', ...composer('')];
  expect(read(failures, rows)).toMatchObject({
    kind: 'ready',
    failure: {
      failure: 'quota',
      message: "! You've hit your limit, try again in 2 hours.",
      retryAt: now + 2 * 60 * 60_000,
    },
  });
});

test.each([
  ['far above', ['! Overloaded', ...'1234567'.split(''), ...composer('')]],
  ['in the middle of a text', ['it said "! Overloaded"', ...composer('')]],
  ['while it tries again', ['! Overloaded', ...composer(''), 'esc to stop']],
])('no failure is read %s', (_, rows) => {
  expect(read(failures, rows)).not.toHaveProperty('failure');
});

test('a text from which the program does not go on is told', () => {
  expect(read('deadEnds: [no network]', ['There is', 'no network here'])).toEqual({
    kind: 'unknown',
    detail: 'it says: no network',
  });
});

test('rows without end are cut before the rules see them', () => {
  const rules = `composer: { first: '/^>.*end$/' }`;
  expect(read(rules, [`>${' '.repeat(2_000)}end`]).kind).toBe('unknown');
});
