import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, constantFrom, oneof, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readGoldenScreens } from '../../../test/support/golden-screens.ts';
import type { ScreenReading } from '../adapter.ts';
import { plainRow } from '../read-screen.ts';
import { loadScreenRules } from './load-rules.ts';
import { readScreen } from './read-screen.ts';

const golden = 'test/golden/screens';
const shipped = readdirSync('agents/screens');

/** Screen → what it is, and what stands in the composer or which choice is selected. */
type Expected = Readonly<Record<string, readonly [string, string]>>;

test('every CLI with rules has recorded screens, and the other way round', () => {
  expect(readdirSync(golden).toSorted()).toEqual(shipped.toSorted());
});

describe.each(shipped)('%s', (cli) => {
  const screens = readGoldenScreens(join(golden, cli));
  const expected: Expected = parse(readFileSync(join(golden, cli, 'expected.yaml'), 'utf8'));
  const rules = loadScreenRules(cli);

  test('every recorded screen has an expected reading', () => {
    expect([...screens.keys()].toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.each([...screens])('reads the recorded screen %s', (name, screen) => {
    const reading = readScreen(rules, screen, { isDirectoryOurs: true }, 0);
    expect(summary(reading)).toEqual(expected[name]);
  });

  test('no dialog but that of trust is answered for anybody, and that for our directories', () => {
    const answered = [...screens].filter(([, screen]) => {
      const readings = [true, false].map((isDirectoryOurs) =>
        readScreen(rules, screen, { isDirectoryOurs }, 0),
      );
      const isAnswered = readings.map((one) => 'automatic' in one && one.automatic !== undefined);
      expect(isAnswered[1]).toBe(false);
      return isAnswered[0];
    });
    expect(answered.filter(([name]) => expected[name]?.[0] !== 'trust')).toEqual([]);
  });

  test('text without the edges of a composer is never ready', () => {
    // What a model can print by chance: the signs themselves, and text around them.
    const signs = ['❯ ', '› ', ' > ', '┃ ', '  ', '? ', '● 1. ', '$ ', '△ Permission required', ''];
    const texts = ['Yes', 'Allow once', 'esc to interrupt', '1. Yes', 'Enter to confirm', 'ready'];
    const row = oneof(
      tuple(constantFrom(...signs), oneof(constantFrom(...texts), string())).map((two) =>
        two.join(''),
      ),
      string({ unit: 'grapheme' }),
    );
    assert(
      property(array(row, { maxLength: 40 }), (styledRows) => {
        const screen = { styledRows, rows: styledRows.map(plainRow) };
        const reading = readScreen(rules, screen, { isDirectoryOurs: true }, 0);
        expect(['ready', 'busy']).not.toContain(reading.kind);
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

function summary(reading: ScreenReading): readonly [string, string] {
  if (reading.kind === 'unknown') return ['unknown', ''];
  if (reading.kind !== 'asking') return [reading.kind, reading.composer ?? ''];
  const selected = reading.keys.findIndex((keys) => keys[0] === 'Enter');
  return [reading.dialog.kind, reading.dialog.choices[selected] ?? ''];
}
