import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { opencodeAdapter } from '../../../src/agents/opencode/opencode-adapter.ts';
import { systemClock } from '../../../src/base/index.ts';
import { needRealOpencode, opencodeVersion } from '../../support/real-opencode.ts';

const { signal } = new AbortController();
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'detect-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, maxRetries: 5 });
});

test('a program that is not installed is a result with a todo', async () => {
  const found = await detect('opencode', { PATH: dir });

  expect(found).toMatchObject({ isFound: false, version: undefined, readiness: 'no' });
  expect(found.todo).toContain('npm install');
});

test('tells the version of the real opencode', async (context) => {
  const program = needRealOpencode(context);
  const found = await detect(program, { TMPDIR: dir, OPENAI_API_KEY: 'dummy' });

  expect(found).toEqual({
    name: 'opencode',
    isFound: true,
    path: program,
    version: opencodeVersion,
    readiness: 'yes',
    problem: undefined,
    todo: undefined,
  });
});

test('an untested version is usable and says what is untested', async () => {
  const program = await script('echo 9.0.0');
  const found = await detect(program, { OPENAI_API_KEY: 'dummy' });

  expect(found).toMatchObject({ isFound: true, version: '9.0.0', readiness: 'yes' });
  expect(found.problem).toContain('9.0.0 is untested (plugin events');
});

test('a program that tells no version is not usable', async () => {
  const found = await detect(await script('exit 1'));

  expect(found).toMatchObject({ isFound: true, version: undefined, readiness: 'no' });
});

test('nobody knows whether it works without a login, a key and a provider', async () => {
  const found = await detect(await script(`echo ${opencodeVersion}`));

  expect(found).toMatchObject({ readiness: 'unknown' });
  expect(found.todo).toContain('opencode auth login');
});

test.each([
  ['a login', '.local/share/opencode/auth.json', '{"a":{"type":"api"}}', 'yes'],
  ['no login any more', '.local/share/opencode/auth.json', '{}', 'unknown'],
  ['a provider', '.config/opencode/opencode.jsonc', '{ // mine\n "provider": { "a": {} } }', 'yes'],
  [
    'no provider',
    '.config/opencode/opencode.jsonc',
    '{\n // "provider": { "a": {} }\n}',
    'unknown',
  ],
])('%s is found in %s', async (_what, path, content, readiness) => {
  await mkdir(join(dir, path, '..'), { recursive: true });
  await writeFile(join(dir, path), content);

  expect(await detect(await script(`echo ${opencodeVersion}`))).toMatchObject({ readiness });
});

test('a setting that keeps our plugin out is a problem', async () => {
  const program = await script(`echo ${opencodeVersion}`);
  const found = await detect(program, { OPENCODE_PURE: '1', OPENAI_API_KEY: 'dummy' });

  expect(found).toMatchObject({ readiness: 'no', todo: 'Unset OPENCODE_PURE' });
});

async function detect(program: string, more: Readonly<Record<string, string>> = {}) {
  const environment = { HOME: dir, PATH: '/usr/bin:/bin', ...more };
  return await opencodeAdapter({ program, clock: systemClock }).detect(environment, signal);
}

async function script(line: string): Promise<string> {
  const path = join(dir, 'opencode');
  await writeFile(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return path;
}
