import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claudeAdapter } from '../../../src/agents/claude/claude-adapter.ts';
import { FakeClock, systemClock } from '../../../src/base/index.ts';
import { needRealClaude, realVersions } from '../../support/real-claude.ts';

const { signal } = new AbortController();
const KEY = 'sk-ant-dummy-abcdefghijklmnopqrstuvwxyz';
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'detect-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('a program that is not installed is a result with a todo', async () => {
  const found = await detect('claude', { PATH: dir, HOME: dir });

  expect(found).toMatchObject({ isFound: false, version: undefined, readiness: 'no' });
  expect(found.todo).toContain('npm install');
});

test.for(realVersions)('tells the version of the real Claude Code %s', async (version, context) => {
  const program = needRealClaude(version, context);
  const found = await detect(program, { HOME: dir });

  expect(found).toMatchObject({ isFound: true, path: program, version, readiness: 'no' });
});

test('an untested version is usable and says that it is untested', async () => {
  await configure({ hasCompletedOnboarding: true });
  const program = await fakeClaude('9.0.0');
  const found = await detect(program, { HOME: dir, CLAUDE_CODE_OAUTH_TOKEN: 'x' });

  expect(found).toMatchObject({ isFound: true, version: '9.0.0', readiness: 'yes' });
  expect(found.problem).toContain('9.0.0 is untested');
});

test('a program that hangs is given up after its limit', async () => {
  const clock = new FakeClock();
  const program = await script('exec sleep 60');
  const detecting = claudeAdapter({ program, delivery: 'argv', clock }).detect(
    { HOME: dir, PATH: '/usr/bin:/bin' },
    signal,
  );
  await expect.poll(() => clock.pending).toBe(1);
  await clock.advance(10_000);

  expect(await detecting).toMatchObject({ isFound: true, version: undefined, readiness: 'no' });
  expect(clock.pending).toBe(0);
});

test('an abort is not taken for a missing version', async () => {
  const stop = new AbortController();
  const clock = new FakeClock();
  const adapter = claudeAdapter({
    program: await script('exec sleep 60'),
    delivery: 'argv',
    clock,
  });
  const detecting = adapter.detect({ HOME: dir, PATH: '/usr/bin:/bin' }, stop.signal);
  await expect.poll(() => clock.pending).toBe(1);
  stop.abort(new Error('enough'));

  await expect(detecting).rejects.toThrow('enough');
});

describe('readiness', () => {
  const approved = { customApiKeyResponses: { approved: [KEY.slice(-20)] } };
  const onboarded = { hasCompletedOnboarding: true };

  test.each([
    ['nothing at all', undefined, {}, 'no'],
    ['a first run that was not finished', {}, { ANTHROPIC_API_KEY: KEY }, 'no'],
    ['a key that was never approved', onboarded, { ANTHROPIC_API_KEY: KEY }, 'no'],
    ['an approved key', { ...onboarded, ...approved }, { ANTHROPIC_API_KEY: KEY }, 'yes'],
    ['a token', onboarded, { ANTHROPIC_AUTH_TOKEN: 'x' }, 'yes'],
    ['neither key nor login', onboarded, {}, 'unknown'],
    ['a configuration cut off', '{"hasComp', {}, 'no'],
  ])('with %s', async (_what, config, environment, readiness) => {
    if (config !== undefined) await configure(config);
    const found = await detect(await fakeClaude('2.1.329'), { HOME: dir, ...environment });

    expect(found.readiness).toBe(readiness);
    expect(found.problem === undefined).toBe(readiness === 'yes');
  });

  test.skipIf(process.platform === 'darwin')('with a login', async () => {
    await configure(onboarded);
    await mkdir(join(dir, '.claude'));
    await writeFile(join(dir, '.claude', '.credentials.json'), 'never read');
    const found = await detect(await fakeClaude('2.1.329'), { HOME: dir });

    expect(found).toMatchObject({ readiness: 'yes', problem: undefined });
  });
});

async function detect(program: string, environment: Readonly<Record<string, string>>) {
  const adapter = claudeAdapter({ program, delivery: 'argv', clock: systemClock });
  return await adapter.detect(environment, signal);
}

async function configure(config: object | string): Promise<void> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(join(dir, '.claude.json'), text);
}

async function fakeClaude(version: string): Promise<string> {
  return await script(`echo '${version} (Claude Code)'`);
}

async function script(line: string): Promise<string> {
  const path = join(dir, 'claude');
  await writeFile(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return path;
}
