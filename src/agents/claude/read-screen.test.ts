import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGoldenScreens } from '../../../test/support/golden-screens.ts';
import { systemClock } from '../../base/index.ts';
import { screenReader } from '../screen-rules/load-rules.ts';

const screens = readGoldenScreens('test/golden/screens/claude');
const readClaudeScreen = screenReader('claude', systemClock);
const ours = { isDirectoryOurs: true };
const foreign = { isDirectoryOurs: false };

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

function automaticOf(name: string, request: { readonly isDirectoryOurs: boolean }) {
  const reading = readClaudeScreen(goldenScreen(name), request);
  if (reading.kind !== 'asking' || reading.automatic === undefined) return undefined;
  return reading.dialog.choices[reading.automatic];
}

function choicesOf(name: string): readonly string[] {
  const reading = readClaudeScreen(goldenScreen(name), ours);
  return reading.kind === 'asking' ? reading.dialog.choices : [];
}
