import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { readGoldenScreens } from '../../../test/support/golden-screens.ts';
import type { Screen, ScreenReading } from '../adapter.ts';
import { opencodeScreenReader } from './read-screen.ts';

const screens = readGoldenScreens('test/golden/screens/opencode');
const read = opencodeScreenReader({ now: () => 0 });
const request = { isDirectoryOurs: true };

function reading(name: string): ScreenReading {
  return read(screens.get(name) ?? expect.fail(`no screen ${name}`), request);
}

test('what stands in the sidebar is no part of a dialog', () => {
  expect(reading('permission-command-sidebar')).toMatchObject({
    kind: 'asking',
    dialog: { question: '# Shell command $ printf done > beyond.txt && kill -0 $$' },
    keys: [['Enter'], ['Right'], ['Right', 'Right']],
  });
  expect(reading('questions-sidebar')).toMatchObject({
    kind: 'asking',
    dialog: { question: expect.stringMatching(/Which colours do you like\? \(select all/) },
  });
});

test('what stands in the sidebar is no part of what is typed', () => {
  const screen = screens.get('typed-sidebar') ?? expect.fail('no such screen');
  const row = screen.rows.findIndex((text) => text.includes('output-0123456789abcdef.md'));
  const rows = screen.rows.with(row, `${screen.rows[row]?.padEnd(160)}/srv/lab/alpha`);

  expect(read({ ...screen, rows }, request)).toEqual(reading('typed-sidebar'));
});

test('an agent that was asked whether Escape is meant still works', () => {
  expect(reading('interrupt-once').kind).toBe('busy');
});

test('a menu over the composer takes what is typed', () => {
  expect(read(withMenu('Connect a provider'), request)).toMatchObject({
    kind: 'asking',
    dialog: { kind: 'login', question: 'Connect a provider' },
    automatic: undefined,
  });
  expect(read(withMenu('Select model'), request)).toMatchObject({
    kind: 'unknown',
    detail: 'the menu "Select model" takes what is typed',
  });
});

test('any text is read without an error, and never as a place to type at by chance', () => {
  const signs = ['┃ ', '    • OpenCode 1.18.33', '           Menu        esc', '╹▀▀', ''];
  const row = oneof(constantFrom(...signs), string({ unit: 'grapheme' }));
  assert(
    property(array(row, { maxLength: 40 }), (rows) => {
      expect(['ready', 'busy']).not.toContain(read({ rows, styledRows: rows }, request).kind);
    }),
    { seed: 12, numRuns: 300 },
  );
});

/** As opencode 1.18.33 draws one over its first screen. */
function withMenu(title: string): Screen {
  const { rows } = screens.get('ready') ?? expect.fail('no such screen');
  const menu = [`${' '.repeat(74)}${title}${' '.repeat(31)}esc`, '', `${' '.repeat(74)}Search`];
  const drawn = [...rows.slice(0, 5), ...menu, ...rows.slice(8)];
  return { rows: drawn, styledRows: drawn };
}
