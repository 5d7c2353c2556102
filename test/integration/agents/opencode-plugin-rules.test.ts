import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatPolicy, parseRule } from '../../../src/agents/policy.ts';
import { checkArgv, policyPath } from '../../../src/agents/policy-file.ts';
import { writeFileAtomic } from '../../../src/base/index.ts';
import { loadPlugin, type PluginOptions } from '../../support/opencode-plugin.ts';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rules-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('opencode is told to', () => {
  test('ask for what is gated, and lift the seal', async () => {
    const action = await decided({ '?*': 'ask' });

    expect(action('bash')).toBe('ask');
    expect(action('a_b_search')).toBe('ask');
    expect(action('read')).toBeUndefined();
    expect(action('edit', 'src/main.ts')).toBeUndefined();
  });

  test('of the person count before ours', async () => {
    const action = await decided({ bash: { 'npm *': 'allow', 'rm *': 'deny' }, '?*': 'ask' });

    expect(action('bash', 'npm test')).toBe('allow');
    expect(action('bash', 'rm -rf')).toBe('deny');
    expect(action('bash', 'kill 1')).toBe('ask');
    expect((await decided({ '*': 'allow', '?*': 'ask' }))('bash')).toBe('allow');
  });

  test('open the directories of the exchange, and close what is ours in them', async () => {
    const action = await decided({ '?*': 'ask' });

    expect(action('external_directory', '/srv/job/*')).toBe('allow');
    expect(action('external_directory', '/srv/other/*')).toBeUndefined();
    expect(action('edit', '../job/output.md')).toBe('allow');
    expect(action('edit', '../job/events/1.json')).toBe('deny');
    expect(action('edit', '../job/2/events/1.json')).toBe('deny');
  });

  test('guard what runs when the next agent starts', async () => {
    const action = await decided({ '?*': 'ask' });

    expect(action('edit', 'opencode.json')).toBe('ask');
    expect(action('edit', '.opencode/plugin/x.ts')).toBe('ask');
  });

  test('take the question to people away where nobody answers', async () => {
    expect((await decided({ '?*': 'ask' }, { isAlone: true }))('question')).toBe('deny');
    expect((await decided({ '?*': 'ask' }))('question')).toBeUndefined();
  });
});

describe('before each use of a tool', () => {
  const rules = [parseRule('deny', 'bash(rm *)'), parseRule('allow', 'bash(npm *)')];
  /** The plugin with the program that checks, under these rules. */
  const load = async (content: string) => {
    const path = policyPath(dir);
    await mkdir(join(path, '..'));
    await writeFileAtomic(path, content, { durable: false });
    return await loadPlugin({ check: checkArgv({ homeDir: dir }, 'opencode') });
  };

  test('the rules that forbid something are looked at', async () => {
    await using plugin = await load(formatPolicy({ otherwise: 'deny', rules }));

    await plugin.use('a', 'npm test');
    // What no such rule fits is for the policy, when opencode asks.
    await plugin.use('b', 'kill 1');
    await expect(plugin.use('c', 'cd /srv && rm -rf x')).rejects.toThrow('A rule of this job');
  });

  test('nothing is forbidden by a policy without such rules', async () => {
    await using plugin = await load(formatPolicy({ otherwise: 'deny', rules: rules.slice(1) }));

    await plugin.use('a', 'rm -rf x');
  });

  test('everything is, when the policy cannot be read', async () => {
    await using plugin = await load('no policy');

    await expect(plugin.use('a', 'npm test')).rejects.toThrow('could not be checked');
    await rm(policyPath(dir));
    await expect(plugin.use('b', 'npm test')).rejects.toThrow('could not be checked');
  });
});

/** As opencode does: of the rules that fit the last one counts. */
async function decided(theirs: object, more: PluginOptions = {}) {
  await using plugin = await loadPlugin(more);
  const config: Record<string, unknown> = { permission: theirs, mcp: { 'a.b': {} } };
  await plugin.hooks.config(config);
  const rules = Object.entries(config['permission'] as object).flatMap(([name, rule]) =>
    Object.entries(typeof rule === 'string' ? { '*': rule } : (rule as object)).map(
      ([pattern, action]) => ({ name, pattern, action: String(action) }),
    ),
  );
  return (tool: string, subject = '*') =>
    rules.findLast(({ name, pattern }) => fits(name, tool) && fits(pattern, subject))?.action;
}

const fits = (pattern: string, text: string): boolean => {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
};
