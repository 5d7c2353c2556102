import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentRequest } from '../agent.ts';
import { listIn, parseJson, valueIn } from '../claude/json.ts';
import { parseRule } from '../policy.ts';
import { exists } from '../../base/index.ts';
import { launchOpencode } from './launch.ts';

const tools = { hookArgv: ['/bin/sh', '/hook.sh'], askArgv: ['/bin/sh', "/it's here/ask.sh"] };
let dir = '';

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'launch-')));
  await mkdir(join(dir, 'exchange'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('the arguments', () => {
  test('hold the instruction as one word, and the model', async () => {
    const { argv } = await launch({ exchange: exchange('-rf'), model: 'a/b' });

    expect(argv).toEqual(['/bin/opencode', '--model', 'a/b', '--prompt=-rf']);
  });

  test('hold no instruction that is to be pasted', async () => {
    const kept = await launch({ exchange: exchange('Do it'), mode: 'persistent' });
    const resumed = await launch({ exchange: exchange('Do it'), resume: 'ses_1' });

    expect(kept.argv).toEqual(['/bin/opencode']);
    expect(resumed.argv).toEqual(['/bin/opencode', '--session', 'ses_1']);
  });
});

describe('the configuration', () => {
  test('adds our plugin, which is there, to what the person has', async () => {
    const theirs = { share: 'disabled', plugin: ['theirs'] };
    const { environment } = await launch({
      environment: { OPENCODE_CONFIG_CONTENT: JSON.stringify(theirs) },
    });

    const config = parseJson(environment['OPENCODE_CONFIG_CONTENT'] ?? '');
    const [first, ours] = listIn(config, 'plugin');
    expect(valueIn(config, 'share')).toBe('disabled');
    expect(first).toBe('theirs');
    expect(Array.isArray(ours) && (await exists(fileURLToPath(String(ours[0]))))).toBe(true);
  });

  test('that cannot be read is refused rather than replaced', async () => {
    const environment = { OPENCODE_CONFIG_CONTENT: '{ // theirs' };

    await expect(launch({ environment })).rejects.toMatchObject({ code: 'agent.file-invalid' });
  });

  test('names the directories of the exchange by both of their names', async () => {
    await symlink(join(dir, 'exchange'), join(dir, 'link'));
    const { options } = await launch({ exchangeDirs: [join(dir, 'link')] });

    expect(listIn(options, 'dirs')).toEqual([join(dir, 'link'), join(dir, 'exchange')]);
  });

  test('is taken back for what the agent starts', async () => {
    const environment = { npm_config_offline: 'false', OPENCODE_PERMISSION: '{"a":"deny"}' };
    const { options } = await launch({ environment, policy: { otherwise: 'ask', rules: [] } });

    expect(valueIn(options, 'restored')).toEqual({ npm_config_offline: 'false' });
    expect(valueIn(options, 'shell')).toEqual({
      npm_config_offline: 'false',
      OPENCODE_CONFIG_CONTENT: '',
      OPENCODE_DISABLE_AUTOUPDATE: '',
      OPENCODE_PERMISSION: '{"a":"deny"}',
    });
  });
});

describe('permissions', () => {
  test('are left to opencode where every tool is allowed', async () => {
    const { environment, options } = await launch({ policy: { otherwise: 'allow', rules: [] } });

    expect(environment['OPENCODE_PERMISSION']).toBeUndefined();
    expect(options).toMatchObject({ fixed: { reply: 'once' }, asked: [] });
  });

  test('are sealed, without losing those of the person, where somebody decides', async () => {
    const { environment, options } = await launch({
      policy: { otherwise: 'ask', rules: [] },
      environment: { OPENCODE_PERMISSION: '{"bash":"deny"}' },
    });

    expect(environment['OPENCODE_PERMISSION']).toBe('{"bash":"deny","?*":"ask"}');
    expect(options).toMatchObject({ seal: '?*', asked: ['bash', 'webfetch', 'websearch'] });
    expect(valueIn(options, 'fixed')).toBeUndefined();
  });

  test('are held against the rules that forbid something before each use of a tool', async () => {
    const rules = [parseRule('deny', 'Write(/srv/**)'), parseRule('allow', 'read')];
    const policy = { otherwise: 'allow', rules } as const;
    const { files, options } = await launch({ policy });
    const unchecked = await launch({ policy: { otherwise: 'ask', rules: rules.slice(1) } });

    const path = join(dir, 'exchange', 'agent', 'policy.json');
    expect(files).toEqual([{ path, content: JSON.stringify(policy) }]);
    expect(listIn(options, 'check')).toContain(path);
    expect(unchecked.files).toEqual([]);
    expect(valueIn(unchecked.options, 'check')).toBeUndefined();
  });

  test('leave the question to people to those who have any', async () => {
    const isAlone = async (otherwise: 'ask' | 'deny', mode: AgentRequest['mode'] = 'one-shot') =>
      valueIn((await launch({ policy: { otherwise, rules: [] }, mode })).options, 'isAlone');

    expect(await isAlone('deny')).toBe(true);
    expect(await isAlone('ask')).toBe(false);
    expect(await isAlone('deny', 'persistent')).toBe(false);
  });

  test('wait for an answer in a conversation whose policy may change', async () => {
    const policy = { otherwise: 'allow', rules: [] } as const;
    const { options, files } = await launch({ policy, mode: 'persistent' });

    expect(valueIn(options, 'fixed')).toBeUndefined();
    expect(listIn(options, 'asked')).toContain('bash');
    // Empty: it forbids nothing, yet.
    expect(files.map(({ content }) => content)).toEqual(['']);
  });
});

async function launch(more: Partial<AgentRequest> = {}) {
  const request: AgentRequest = {
    adapter: 'opencode',
    exchange: exchange(undefined),
    mode: 'one-shot',
    homeDir: join(dir, 'exchange'),
    exchangeDirs: [join(dir, 'exchange')],
    directory: dir,
    isDirectoryOurs: true,
    environment: {},
    socketPath: '/run/s',
    runId: 'run_1',
    conversationId: '11111111-1111-4111-8111-111111111111',
    resume: undefined,
    model: undefined,
    policy: { otherwise: 'deny', rules: [] },
    command: undefined,
    ...more,
  };
  const made = await launchOpencode(request, tools, '/bin/opencode');
  const config = parseJson(made.environment['OPENCODE_CONFIG_CONTENT'] ?? '');
  const entry = listIn(config, 'plugin').at(-1);
  return { ...made, options: Array.isArray(entry) ? entry[1] : undefined };
}

function exchange(instruction: string | undefined): AgentRequest['exchange'] {
  return {
    dir: join(dir, 'exchange'),
    promptPath: join(dir, 'exchange', 'prompt.md'),
    outputPath: join(dir, 'exchange', 'output.md'),
    eventsDir: join(dir, 'exchange', 'events'),
    since: 0,
    nonce: 'nonce',
    instruction,
  };
}
