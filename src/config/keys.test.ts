import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { about, configNames, fileKey, schema, variableOf } from './keys.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

test.each(configNames)('docs/configuration.md tells of %s and its default', (name) => {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${fileKey(name)}\` |`));

  expect(row).toContain(about[name].text.split(/[.;]/)[0]);
  expect(row).toContain(defaultCell(name));
});

test.each(configNames.filter((name) => about[name].alias !== undefined))(
  'docs/configuration.md tells of the older variable of %s',
  (name) => {
    expect(page).toContain(
      `| \`${about[name].alias}\` | \`${fileKey(name)}\` | \`${variableOf(name)}\` |`,
    );
  },
);

/** The directories' defaults are computed, so any cell will do for them. */
function defaultCell(name: (typeof configNames)[number]): string {
  const { success, data } = schema.shape[name].safeParse(undefined);
  if (!success) return '|';
  return data === undefined
    ? '| unset |'
    : `| \`${Array.isArray(data) && data.length === 0 ? '[]' : String(data)}\` |`;
}
