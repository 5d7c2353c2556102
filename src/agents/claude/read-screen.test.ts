import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGoldenScreens } from '../../../test/support/golden-screens.ts';
import { readClaudeScreen } from './read-screen.ts';

const screens = readGoldenScreens('test/golden/screens/claude');
const ours = { isDirectoryOurs: true };
const foreign = { isDirectoryOurs: false };

const instruction =
  'Read the file prompt.md in the directory of this job, do what it says, and then write your ' +
  'whole answer to the file output.md that lies beside it';

/** Screen → what it is, and what stands in the composer or which choice is selected. */
const expected: Readonly<Record<string, readonly [string, string]>> = {
  'add-directory': ['add-directory', 'No, exit'],
  'api-key': ['api-key', 'No (recommended)'],
  'api-key-first-run': ['api-key', 'No (recommended)'],
  'busy-retrying': ['busy', ''],
  'bypass-warning': ['bypass-warning', 'No, exit'],
  'cost-panel': ['unknown', ''],
  'done-after-shell-line': ['ready', ''],
  'done-manual-mode': ['ready', ''],
  'done-with-output-above': ['ready', ''],
  'error-400': ['ready', ''],
  'error-401': ['busy', ''],
  'error-429': ['busy', ''],
  'error-500': ['busy', ''],
  login: ['login', 'Claude account with subscription · Individual, Team, or Enterprise'],
  'login-code': ['login', ''],
  'permission-bash': ['permission', 'Yes'],
  'permission-bash-2.1.197': ['permission', 'Yes'],
  'permission-read': ['permission', 'Yes'],
  'permission-write': ['permission', 'Yes'],
  'permission-write-outside': ['permission', 'Yes'],
  placeholder: ['ready', ''],
  'preflight-failed': ['unknown', ''],
  'prompt-back-after-escape': ['ready', 'hello [say] [slow=8000]'],
  'prompt-back-in-composer': [
    'ready',
    'Read /home/someone/proj2/prompt.md and write the answer to /home/someone/proj2/out.md',
  ],
  question: ['question', 'Red'],
  'question-2.1.197': ['question', 'Red'],
  'ready-accept-edits': ['ready', ''],
  'ready-auto-mode': ['ready', ''],
  'ready-bypass': ['ready', ''],
  'ready-dont-ask': ['ready', ''],
  'ready-first-run': ['ready', ''],
  'ready-with-warning': ['ready', ''],
  'refused-as-root': ['unknown', ''],
  'security-notes': ['security-notes', ''],
  theme: ['theme', 'Auto (match terminal)'],
  'trust-2.1.197': ['trust', 'Yes, I trust this folder'],
  'trust-2.1.329': ['trust', 'No, exit'],
  'trust-after-login': ['trust', 'No, exit'],
  'trust-answered-2.1.197': ['unknown', ''],
  'trust-first-run': ['trust', 'No, exit'],
  'typed-2.1.197': ['ready', instruction],
  'typed-2.1.329': ['ready', instruction],
};

test('every recorded screen has an expected reading', () => {
  expect([...screens.keys()].toSorted()).toEqual(Object.keys(expected).toSorted());
});

test.each([...screens])('reads the recorded screen %s', (name, screen) => {
  expect(summary(readClaudeScreen(screen, ours))).toEqual(expected[name]);
});

describe('dialogs', () => {
  test('a trust dialog is answered in a directory of ours alone', () => {
    expect(automaticOf('trust-2.1.329', ours)).toBe('Yes, I trust this folder');
    expect(automaticOf('trust-2.1.197', ours)).toBe('Yes, I trust this folder');
    expect(automaticOf('trust-2.1.329', foreign)).toBe(undefined);
    expect(automaticOf('trust-2.1.197', foreign)).toBe(undefined);
  });

  test('no other dialog is answered for anybody', () => {
    const answered = [...screens.keys()].filter((name) => automaticOf(name, ours) !== undefined);
    expect(answered.every((name) => name.startsWith('trust-'))).toBe(true);
  });

  test('Enter is pressed only on the choice that the screen shows as selected', () => {
    const newer = readClaudeScreen(goldenScreen('trust-2.1.329'), ours);
    const older = readClaudeScreen(goldenScreen('trust-2.1.197'), ours);
    expect('keys' in newer && newer.keys).toEqual([['Enter'], ['PageDown']]);
    expect('keys' in older && older.keys).toEqual([['Enter'], ['PageDown']]);
    expect(choicesOf('trust-2.1.197')).toEqual(['Yes, I trust this folder', 'No, exit']);
  });

  test('a trust dialog whose pointer has moved is another one, to be answered anew', () => {
    const rows = goldenScreen('trust-2.1.329').rows;
    const moved = rows.map((row) =>
      row.replace(' ❯ No, exit', '   No, exit').replace('   Yes, I', ' ❯ Yes, I'),
    );
    const before = readClaudeScreen({ rows, styledRows: rows }, ours);
    const after = readClaudeScreen({ rows: moved, styledRows: moved }, ours);
    expect('keys' in after && after.keys).toEqual([['PageUp'], ['Enter']]);
    expect('dialog' in after && after.dialog.question).not.toBe(
      'dialog' in before && before.dialog.question,
    );
  });

  test('the choices of a question are read over its descriptions and lines', () => {
    expect(choicesOf('question')).toEqual(['Red', 'Blue', 'Type something.', 'Chat about this']);
  });

  test('a trust dialog that the model has printed above the composer is not a dialog', () => {
    const fake = goldenScreen('trust-2.1.329').rows;
    const rows = [...fake, ...goldenScreen('ready-dont-ask').rows];
    expect(readClaudeScreen({ rows, styledRows: rows }, ours).kind).toBe('ready');
  });
});

test('a dialog of a later version is unknown, not ready', () => {
  const rows = ['─'.repeat(80), ' Join our survey?', ' ❯ Yes', '   No', ' Enter to confirm'];
  expect(readClaudeScreen({ rows, styledRows: rows }, ours).kind).toBe('unknown');
});

test('a composer with something else drawn below it is not ready', () => {
  const below = ['How is it going?', '1: bad', '2: fine', '3: good', '0: dismiss', 'Thank you'];
  const rows = [...goldenScreen('ready-dont-ask').rows, ...below];
  expect(readClaudeScreen({ rows, styledRows: rows }, ours).kind).toBe('unknown');
});

test('any screen gets a reading', () => {
  const pieces = [...screens.values()].flatMap(({ styledRows }) => styledRows);
  const row = oneof(constantFrom(...pieces), string());
  assert(
    property(array(row, { maxLength: 60 }), (styledRows) => {
      const reading = readClaudeScreen({ rows: styledRows, styledRows }, foreign);
      expect(['ready', 'busy', 'asking', 'unknown']).toContain(reading.kind);
      expect('automatic' in reading ? reading.automatic : undefined).toBe(undefined);
    }),
    { seed: 7, numRuns: 300 },
  );
});

function goldenScreen(name: string) {
  const screen = screens.get(name);
  if (screen === undefined) throw new Error(`no recorded screen ${name}`);
  return screen;
}

function summary(reading: ReturnType<typeof readClaudeScreen>): readonly [string, string] {
  if (reading.kind === 'unknown') return ['unknown', ''];
  if (reading.kind !== 'asking') return [reading.kind, reading.composer ?? ''];
  const selected = reading.keys.findIndex((keys) => keys[0] === 'Enter');
  return [reading.dialog.kind, reading.dialog.choices[selected] ?? ''];
}

function automaticOf(name: string, request: { readonly isDirectoryOurs: boolean }) {
  const reading = readClaudeScreen(goldenScreen(name), request);
  if (reading.kind !== 'asking' || reading.automatic === undefined) return undefined;
  return reading.dialog.choices[reading.automatic];
}

function choicesOf(name: string): readonly string[] {
  const reading = readClaudeScreen(goldenScreen(name), ours);
  return reading.kind === 'asking' ? reading.dialog.choices : [];
}
