import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fillTemplate, getTemplate, listTemplates } from './template.ts';

const builtIn = fileURLToPath(new URL('../../templates', import.meta.url));
let own: string;

beforeEach(() => {
  own = mkdtempSync(join(tmpdir(), 'tmux-builder-templates-'));
});
afterEach(() => rmSync(own, { recursive: true }));

test('the built-in templates have the time limits that the documentation states', async () => {
  const limits = (await listTemplates([own, builtIn])).map(({ name, timeLimitMs }) => [
    name,
    timeLimitMs,
  ]);

  expect(limits).toEqual([
    ['code_generation', 600_000],
    ['echo_test', 60_000],
    ['file_analysis', 300_000],
    ['generic', 300_000],
    ['site', 3_600_000],
  ]);
});

test("a user's template hides the built-in one of the same name", async () => {
  writeFileSync(
    join(own, 'generic.md'),
    '---\ndescription: mine\ntime_limit: 5\n---\n> {{prompt}}\n',
  );

  expect(await getTemplate('generic', [own, builtIn])).toMatchObject({
    description: 'mine',
    timeLimitMs: 5_000,
  });
});

test.each([
  ['no front matter at all', /front matter/],
  ['---\ndescription: x\n---\n{{prompt}}', /time_limit/],
  ['---\ndescription: x\ntime_limit: -1\n---\n{{prompt}}', /time_limit/],
  ['---\ndescription: x\ntime_limit: 1\nextra: 2\n---\n{{prompt}}', /extra/],
  ['---\ndescription: [\n---\n{{prompt}}', /cannot be used/],
  ['---\ndescription: x\ntime_limit: 1\n---\nno place', /\{\{prompt\}\}/],
])('names the fault of a template: %j', async (content, problem) => {
  writeFileSync(join(own, 'bad.md'), content);

  await expect(getTemplate('bad', [own])).rejects.toMatchObject({
    code: 'template.invalid',
    message: expect.stringMatching(problem),
  });
});

test.each(['../generic', '/etc/passwd', '', 'nosuch'])(
  'finds no template called %j',
  async (name) => {
    await expect(getTemplate(name, [builtIn])).rejects.toMatchObject({
      code: 'template.not-found',
    });
  },
);

test('puts the prompt in as it is, whatever a replacement pattern would make of it', async () => {
  const template = await getTemplate('generic', [builtIn]);

  expect(fillTemplate(template, { prompt: "$& $' {{files}}", files: [] })).toBe(
    "$& $' {{files}}\n",
  );
});
