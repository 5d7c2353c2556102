import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { geminiAdapter } from '../../../src/agents/gemini/gemini-adapter.ts';
import { FakeClock, systemClock } from '../../../src/base/index.ts';
import { geminiVersion, needRealGemini } from '../../support/real-gemini.ts';

const { signal } = new AbortController();
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'detect-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('a program that is not installed is a result with a todo', async () => {
  const found = await detect('gemini', { PATH: dir });

  expect(found).toMatchObject({ isFound: false, version: undefined, readiness: 'no' });
  expect(found.todo).toContain('npm install');
});

test('tells the version of the real Gemini CLI', async (context) => {
  const program = needRealGemini(context);
  const found = await detect(program, { PATH: process.env['PATH'] ?? '' });

  expect(found).toMatchObject({ isFound: true, version: geminiVersion, readiness: 'no' });
});

test('an untested version is usable and says what is untested', async () => {
  const found = await detect(await fakeGemini('0.99.1'), { GEMINI_API_KEY: 'x' });

  expect(found).toMatchObject({ isFound: true, version: '0.99.1', readiness: 'yes' });
  expect(found.problem).toContain('0.99.1 is untested (hooks, dialogs, screens)');
});

test('a program that hangs is given up after its limit', async () => {
  const clock = new FakeClock();
  const program = await script('exec sleep 60');
  const adapter = geminiAdapter({ program, clock });
  const detecting = adapter.detect({ HOME: dir, PATH: '/usr/bin:/bin' }, signal);
  await expect.poll(() => clock.pending).toBe(1);
  await clock.advance(20_000);

  expect(await detecting).toMatchObject({ isFound: true, version: undefined, readiness: 'no' });
});

describe('readiness', () => {
  const login = (selectedType: string) => ({ security: { auth: { selectedType } } });

  test.each([
    ['nothing at all', undefined, {}, 'no'],
    ['a key alone', undefined, { GEMINI_API_KEY: 'x' }, 'yes'],
    ['a key that was chosen and is not set', login('gemini-api-key'), {}, 'unknown'],
    ['Vertex AI without a project', login('vertex-ai'), {}, 'unknown'],
    ['Vertex AI with a key', login('vertex-ai'), { GOOGLE_API_KEY: 'x' }, 'yes'],
    ['a login with Google that is not there', login('oauth-personal'), {}, 'unknown'],
    ['a way to log in that nobody tried', login('cloud-shell'), {}, 'unknown'],
    ['settings cut off', '{"security":', {}, 'no'],
  ])('with %s', async (_what, settings, environment, readiness) => {
    if (settings !== undefined) await configure(settings);
    const found = await detect(await fakeGemini(geminiVersion), environment);

    expect(found.readiness).toBe(readiness);
    expect(found.problem === undefined).toBe(readiness === 'yes');
  });

  test('with a login with Google', async () => {
    await configure(login('oauth-personal'));
    await writeFile(join(dir, '.gemini', 'oauth_creds.json'), 'never read');
    const found = await detect(await fakeGemini(geminiVersion), {});

    expect(found).toMatchObject({ readiness: 'yes', problem: undefined });
  });
});

async function detect(program: string, environment: Readonly<Record<string, string>>) {
  const adapter = geminiAdapter({ program, clock: systemClock });
  return await adapter.detect({ HOME: dir, ...environment }, signal);
}

async function configure(settings: object | string): Promise<void> {
  await mkdir(join(dir, '.gemini'));
  const text = typeof settings === 'string' ? settings : JSON.stringify(settings);
  await writeFile(join(dir, '.gemini', 'settings.json'), text);
}

async function fakeGemini(version: string): Promise<string> {
  return await script(`echo '${version}'`);
}

async function script(line: string): Promise<string> {
  const path = join(dir, 'gemini');
  await writeFile(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return path;
}
