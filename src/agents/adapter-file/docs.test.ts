import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkYaml } from '../screen-rules/check-yaml.ts';
import { screenRulesFile } from '../screen-rules/schema.ts';
import { adapterFile } from './schema.ts';

function yamlIn(path: string): readonly string[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^```yaml\n(?<yaml>.*?)^```$/gms);
  return Array.from(blocks, ({ groups }) => groups?.['yaml'] ?? '');
}

test.each(yamlIn('docs/agents/adapter-file.md'))(
  'the page on adapter files is right: %s',
  (yaml) => {
    expect(checkYaml('docs', yaml, adapterFile).program).not.toBe('');
  },
);

test.each(yamlIn('docs/agents/screen-rules.md'))(
  'the page on screen rules is right: %s',
  (yaml) => {
    expect(checkYaml('docs', yaml, screenRulesFile).dialogs).not.toEqual([]);
  },
);

test('the page on adapter files names every field and placeholder', () => {
  const page = readFileSync('docs/agents/adapter-file.md', 'utf8');
  const fields = Object.keys(adapterFile.shape);
  expect(fields.filter((name) => !page.includes(`\n${name}:`))).toEqual([]);
});
