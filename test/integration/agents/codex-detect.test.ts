import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codexAdapter } from '../../../src/agents/codex/codex-adapter.ts';
import { FakeClock, systemClock } from '../../../src/base/index.ts';
import { codexVersion, needRealCodex } from '../../support/real-codex.ts';

const { signal } = new AbortController();
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'detect-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('a program that is not installed is a result with a todo', async () => {
  const found = await detect('codex', { PATH: dir });

  expect(found).toMatchObject({ isFound: false, version: undefined, readiness: 'no' });
  expect(found.todo).toContain('npm install');
});

test('tells the version of the real Codex, and that nobody has logged in', async (context) => {
  const found = await detect(needRealCodex(context), {});

  expect(found).toMatchObject({ isFound: true, version: codexVersion, readiness: 'no' });
  expect(found.problem).toBe('no login was found');
  expect(found.todo).toContain('codex login');
});

test('the real Codex with a key that was given to it is ready', async (context) => {
  const program = needRealCodex(context);
  await mkdir(join(dir, 'mine'));
  const auth = { auth_mode: 'apikey', OPENAI_API_KEY: 'dummy-key-of-nobody' };
  await writeFile(join(dir, 'mine', 'auth.json'), JSON.stringify(auth), { mode: 0o600 });

  const found = await detect(program, { CODEX_HOME: join(dir, 'mine') });

  expect(found).toMatchObject({ readiness: 'yes', problem: undefined, todo: undefined });
  expect(await readdir(dir)).not.toContain('.codex');
});

test('a provider of its own may need no login', async () => {
  await mkdir(join(dir, '.codex'));
  await writeFile(join(dir, '.codex', 'config.toml'), 'model = "m"\nmodel_provider = "mine"\n');
  const found = await detect(await fakeCodex(codexVersion, 1), {});

  expect(found).toMatchObject({ version: codexVersion, readiness: 'unknown' });
  expect(found.problem).toContain('the provider "mine"');
});

test('an untested version is usable and says what is untested', async () => {
  const found = await detect(await fakeCodex('0.999.1', 0), {});

  expect(found).toMatchObject({ isFound: true, version: '0.999.1', readiness: 'yes' });
  expect(found.problem).toContain('0.999.1 is untested (hooks and their trust, dialogs, screens)');
});

test('a program that hangs is given up after its limit', async () => {
  const clock = new FakeClock();
  const program = await script('exec sleep 60');
  const adapter = codexAdapter({ program, clock });
  const detecting = adapter.detect({ HOME: dir, PATH: '/usr/bin:/bin' }, signal);
  await expect.poll(() => clock.pending).toBe(1);
  await clock.advance(10_000);

  expect(await detecting).toMatchObject({ isFound: true, version: undefined, readiness: 'no' });
});

async function detect(program: string, environment: Readonly<Record<string, string>>) {
  const adapter = codexAdapter({ program, clock: systemClock });
  return await adapter.detect({ HOME: dir, PATH: '/usr/bin:/bin', ...environment }, signal);
}

/** `login`: the status with which it says whether somebody has logged in. */
async function fakeCodex(version: string, login: number): Promise<string> {
  return await script(`if [ "$1" = login ]; then exit ${login}; fi; echo 'codex-cli ${version}'`);
}

async function script(line: string): Promise<string> {
  const path = join(dir, 'codex');
  await writeFile(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return path;
}
