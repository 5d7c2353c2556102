import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentRequest, PermissionPolicy } from '../agent.ts';
import { parseRule } from '../policy.ts';
import { launchCodex } from './launch.ts';

const tools = { hookArgv: ['/bin/sh', "/it's here/hook.sh"], askArgv: ['/bin/sh', '/ask.sh'] };
let dir = '';

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'launch-')));
  for (const name of ['work', 'exchange/events']) {
    await mkdir(join(dir, name), { recursive: true });
  }
  await symlink(join(dir, 'exchange'), join(dir, 'link'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('the arguments', () => {
  test('hold the instruction as one word', async () => {
    const { argv } = await launch({ exchange: exchange('-rf') });

    expect(argv.slice(-2)).toEqual(['--', '-rf']);
    expect(argv[1]).toBe('--no-daemon');
    expect(argv).not.toContain('-m');
  });

  test('hold no instruction that is to be pasted', async () => {
    const { argv } = await launch({ mode: 'persistent' });

    expect(argv.at(-1)).toBe('--');
  });

  test('name the conversation to go on with, in the directory of this job', async () => {
    const { argv } = await launch({ resume: 'c-1', model: 'gpt-7' });

    expect(argv[1]).toBe('resume');
    expect(argv.slice(-3)).toEqual(['--', 'c-1', 'Do it']);
    expect(argv.join(' ')).toContain(`-C ${join(dir, 'work')}`);
    expect(argv.join(' ')).toContain('-m gpt-7');
  });

  test('never switch the sandbox, the questions or the trust in hooks off', async () => {
    for (const otherwise of ['allow', 'deny', 'ask'] as const) {
      const { argv } = await launch({ policy: { otherwise, rules: [] } });
      expect(argv.join(' ')).not.toMatch(/dangerous|bypass|full-access|never|--approve/);
      expect(argv).toContain('default_permissions="tmux-builder"');
    }
  });

  test('trust a directory of ours, and no other', async () => {
    const trusted = `projects={"${join(dir, 'work')}"={trust_level="trusted"}}`;

    expect((await launch({})).argv).toContain(trusted);
    expect((await launch({ isDirectoryOurs: false })).argv.join(' ')).not.toContain('projects');
  });
});

test('what we believe and obey is closed to the sandbox, wherever links lead', async () => {
  const { argv } = await launch({
    homeDir: join(dir, 'link'),
    exchangeDirs: [join(dir, 'link'), join(dir, 'exchange')],
  });

  const at = (...names: readonly string[]): string => JSON.stringify(join(dir, ...names));
  expect(argv).toContain(
    `permissions={tmux-builder={extends=":workspace",filesystem={${[
      `${at('exchange')}="write"`,
      `${at('exchange/events')}="read"`,
      `${at('exchange/replies')}="read"`,
      `${at('exchange/agent')}="read"`,
    ].join(',')}}}}`,
  );
});

describe('the hooks', () => {
  const denial = [parseRule('deny', 'Bash(rm *)')];
  const hooks = async (more: Partial<AgentRequest>): Promise<string> =>
    (await launch(more)).argv.filter((one) => one.startsWith('hooks.')).join('\n');

  test('answer at once where the policy says the same to all', async () => {
    const allowing = await hooks({ policy: { otherwise: 'allow', rules: [] } });

    expect(allowing).toContain(String.raw`\"behavior\":\"allow\"`);
    expect(allowing).not.toMatch(/ask\.sh|PreToolUse/);
    expect(await hooks({ policy: { otherwise: 'deny', rules: [] } })).toContain(
      String.raw`\"behavior\":\"deny\"`,
    );
  });

  test.each<[string, Partial<AgentRequest>]>([
    ['a person is to decide', { policy: { otherwise: 'ask', rules: [] } }],
    ['a rule decides', { policy: { otherwise: 'deny', rules: [parseRule('allow', 'Bash')] } }],
    ['the next job may say something else', { mode: 'persistent' }],
  ])('wait where %s', async (_why, more) => {
    expect(await hooks(more)).toMatch(/PermissionRequest=.*ask\.sh.*timeout=86400/);
  });

  test('look at each tool where a rule forbids something, or may later', async () => {
    const strict: PermissionPolicy = { otherwise: 'allow', rules: denial };

    expect(await hooks({ policy: strict })).toMatch(/PreToolUse=.*codex-check\.sh.*policy\.json/);
    expect((await launch({ policy: strict })).files).toEqual([
      { path: join(dir, 'exchange/agent/policy.json'), content: JSON.stringify(strict) },
    ]);
    expect((await launch({ mode: 'persistent' })).files).toMatchObject([{ content: '' }]);
    expect((await launch({})).files).toEqual([]);
  });
});

function exchange(instruction: string): AgentRequest['exchange'] {
  const own = join(dir, 'exchange');
  return {
    dir: own,
    promptPath: join(own, 'prompt.md'),
    outputPath: join(own, 'output.md'),
    eventsDir: join(own, 'events'),
    since: 0,
    nonce: 'abc',
    instruction,
  };
}

async function launch(more: Partial<AgentRequest>) {
  const request: AgentRequest = {
    adapter: 'codex',
    exchange: exchange('Do it'),
    mode: 'one-shot',
    homeDir: join(dir, 'exchange'),
    exchangeDirs: [join(dir, 'exchange')],
    directory: join(dir, 'work'),
    isDirectoryOurs: true,
    environment: {},
    socketPath: join(dir, 's'),
    runId: 'run_1',
    conversationId: '11111111-1111-4111-8111-111111111111',
    resume: undefined,
    model: undefined,
    policy: { otherwise: 'allow', rules: [] },
    command: undefined,
    ...more,
  };
  return await launchCodex(request, tools, '/bin/codex');
}
