import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentRequest, PermissionPolicy } from '../agent.ts';
import { listIn, parseJson, textIn, valueIn } from '../claude/json.ts';
import { launchGemini } from './launch.ts';

const tools = { hookArgv: ['/bin/sh', "/it's here/hook.sh"], askArgv: ['/bin/sh', '/ask.sh'] };
let dir = '';

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'launch-')));
  for (const name of ['home/.gemini', 'work/.gemini', 'exchange']) {
    await mkdir(join(dir, name), { recursive: true });
  }
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('the arguments', () => {
  test('hold the instruction as one word', async () => {
    const { argv } = await launch({ exchange: exchange('-rf') });

    expect(argv.slice(-1)).toEqual(['--prompt-interactive=-rf']);
    expect(argv.join(' ')).toContain('--session-id 11111111-1111-4111-8111-111111111111');
  });

  test('hold no instruction that is to be pasted', async () => {
    const { argv } = await launch({ exchange: exchange('Do it'), mode: 'persistent' });

    expect(argv.join(' ')).not.toContain('Do it');
  });

  test('name the conversation to go on with in place of a new one', async () => {
    const { argv } = await launch({ resume: '/chats/1.jsonl', exchange: exchange('Do it') });

    // It would be taken before the conversation is there, and forgotten.
    expect(argv.join(' ')).not.toContain('Do it');
    expect(argv.join(' ')).toContain('--session-file /chats/1.jsonl');
    expect(argv).not.toContain('--session-id');
  });

  test('never switch the permissions off', async () => {
    for (const otherwise of ['allow', 'deny', 'ask'] as const) {
      const { argv } = await launch({ policy: { otherwise, rules: [] } });
      expect(argv.join(' ')).not.toMatch(/yolo/);
    }
  });
});

describe('in a foreign directory the instruction', () => {
  const isThere = async (more: Partial<AgentRequest> = {}): Promise<boolean> => {
    const foreign = { isDirectoryOurs: false, exchange: exchange('Do it'), ...more };
    return (await launch(foreign)).argv.join(' ').includes('Do it');
  };

  test('is held back while nobody has said whether it is trusted', async () => {
    await person('trustedFolders.json', { '/elsewhere': 'TRUST_FOLDER', [`${dir}/wo`]: 'x' });

    expect(await isThere()).toBe(false);
    expect(await isThere({ isDirectoryOurs: true })).toBe(true);
  });

  test.each([
    ['itself', 'work', 'TRUST_FOLDER'],
    ['a directory above it', '.', 'TRUST_FOLDER'],
    ['its neighbour with the parent', 'exchange', 'TRUST_PARENT'],
    ['itself, and it is not trusted', 'work', 'DO_NOT_TRUST'],
  ])('is given once the person has decided about %s', async (_what, path, level) => {
    await person('trustedFolders.json', { [join(dir, path)]: level });

    expect(await isThere()).toBe(true);
  });

  test('is given where the question is switched off', async () => {
    expect(await isThere({ environment: { GEMINI_CLI_TRUST_WORKSPACE: 'true' } })).toBe(true);
    await person('settings.json', { security: { folderTrust: { enabled: false } } });
    expect(await isThere()).toBe(true);
  });
});

describe('the settings', () => {
  test('are those of the person, and ours where they have to be so', async () => {
    await person('settings.json', {
      ui: { theme: 'Ayu', useAlternateBuffer: true },
      hooks: { BeforeAgent: [{ hooks: [{ type: 'command', command: 'mine' }] }] },
      security: { auth: { selectedType: 'oauth-personal' } },
    });
    const settings = await written('settings.json', {});

    expect(valueIn(settings, 'ui')).toMatchObject({ theme: 'Ayu', useAlternateBuffer: false });
    expect(valueIn(valueIn(settings, 'security'), 'auth')).toEqual({
      selectedType: 'oauth-personal',
    });
    expect(listIn(valueIn(settings, 'hooks'), 'BeforeAgent')).toHaveLength(2);
  });

  test('may have comments', async () => {
    const text = '{ "ui": { // the best\n "theme": "http://a/*b*/" /* really */ } }';
    await writeFile(join(dir, 'home/.gemini/settings.json'), text);

    expect(valueIn(await written('settings.json', {}), 'ui')).toMatchObject({
      theme: 'http://a/*b*/',
    });
  });

  test.each([
    [{ GEMINI_API_KEY: 'x' }, 'gemini-api-key'],
    [{ GEMINI_API_KEY: 'x', GOOGLE_GENAI_USE_VERTEXAI: 'true' }, 'vertex-ai'],
    [{ GEMINI_API_KEY: '' }, undefined],
  ])('log in by the environment %o where nothing is chosen', async (environment, login) => {
    const settings = await written('settings.json', { environment });

    expect(textIn(valueIn(valueIn(settings, 'security'), 'auth'), 'selectedType')).toBe(login);
  });

  test('name the exchange by each of its names, and trust it', async () => {
    await symlink(join(dir, 'exchange'), join(dir, 'link'));
    const exchangeDirs = [join(dir, 'link')];
    const names = [join(dir, 'link'), join(dir, 'exchange')];

    const settings = await written('settings.json', { exchangeDirs });
    expect(listIn(valueIn(settings, 'context'), 'includeDirectories')).toEqual(names);
    expect(await written('trustedFolders.json', { exchangeDirs })).toEqual(
      Object.fromEntries([...names, join(dir, 'work')].map((name) => [name, 'TRUST_FOLDER'])),
    );
  });

  test('leave the trust in a foreign directory to the person', async () => {
    await person('trustedFolders.json', { '/theirs': 'DO_NOT_TRUST' });
    const trusted = await written('trustedFolders.json', { isDirectoryOurs: false });

    expect(trusted).toEqual({ '/theirs': 'DO_NOT_TRUST', [join(dir, 'exchange')]: 'TRUST_FOLDER' });
  });
});

describe('the hook that decides about tools', () => {
  const gate = async (more: Partial<AgentRequest>): Promise<string> => {
    const hooks = valueIn(await written('settings.json', more), 'hooks');
    return JSON.stringify(listIn(hooks, 'BeforeTool'));
  };
  const matcher = async (policy: PermissionPolicy): Promise<RegExp> => {
    const hooks = valueIn(await written('settings.json', { policy }), 'hooks');
    return new RegExp(textIn(listIn(hooks, 'BeforeTool')[0], 'matcher') ?? '');
  };
  const rules = [{ decision: 'deny', tool: 'Write_*', subject: '/etc/*' }] as const;

  test('waits where the policy depends on the tool, or may change', async () => {
    expect(await gate({ policy: { otherwise: 'ask', rules: [] } })).toContain('/ask.sh');
    expect(await gate({ policy: { otherwise: 'allow', rules } })).toContain('/ask.sh');
    expect(await gate({ mode: 'persistent' })).toContain('/ask.sh');
  });

  test('has its answer where the policy is the same for all', async () => {
    const denied = await gate({ policy: { otherwise: 'deny', rules: [] } });

    expect(denied).toContain('may not use tools that need a permission');
    expect(denied).not.toContain('/ask.sh');
    expect(await gate({ policy: { otherwise: 'allow', rules: [] } })).toBe('[]');
  });

  test('is called for what could do harm, for what is new, and for what a rule names', async () => {
    const without = await matcher({ otherwise: 'ask', rules: [] });
    const named = await matcher({ otherwise: 'ask', rules });

    for (const tool of ['run_shell_command', 'mcp_github_push', 'web_fetch', 'ask_user', 'new']) {
      expect(without.test(tool)).toBe(true);
    }
    for (const tool of ['read_file', 'write_file', 'glob']) expect(without.test(tool)).toBe(false);
    expect(named.test('write_file')).toBe(true);
    expect(named.test('read_file')).toBe(false);
  });
});

describe('the rules for its policy engine', () => {
  const rulesOf = async (more: Partial<AgentRequest>): Promise<string> => {
    const { files } = await launch(more);
    return files.find(({ path }) => path.endsWith('.toml'))?.content ?? '';
  };
  const allowed = /"run_shell_command".*\n(?:.*\n)*?decision = "allow"/;
  const ask: PermissionPolicy = { otherwise: 'ask', rules: [] };

  test('allow what the hook has let pass', async () => {
    expect(await rulesOf({ policy: ask })).toMatch(allowed);
  });

  test('allow nothing where a project decides about hooks', async () => {
    const settings = JSON.stringify({ hooksConfig: { enabled: false } });
    await writeFile(join(dir, 'work/.gemini/settings.json'), settings);

    expect(await rulesOf({ policy: ask })).not.toMatch(allowed);
  });

  test('take the question to people away where nobody answers', async () => {
    const denied = /"ask_user".*\ndecision = "deny"/;

    expect(await rulesOf({})).toMatch(denied);
    expect(await rulesOf({ policy: ask })).not.toMatch(denied);
  });
});

async function person(name: string, content: object): Promise<void> {
  await writeFile(join(dir, 'home/.gemini', name), JSON.stringify(content));
}

async function written(name: string, more: Partial<AgentRequest>): Promise<unknown> {
  const { files } = await launch(more);
  return parseJson(files.find(({ path }) => path.endsWith(`/${name}`))?.content ?? '');
}

function exchange(instruction: string | undefined): AgentRequest['exchange'] {
  const at = join(dir, 'exchange');
  return {
    dir: at,
    promptPath: join(at, 'prompt.md'),
    outputPath: join(at, 'output-1.md'),
    eventsDir: join(at, 'events'),
    since: 0,
    nonce: '1',
    instruction,
  };
}

async function launch(more: Partial<AgentRequest>) {
  const request: AgentRequest = {
    adapter: 'gemini',
    exchange: exchange(undefined),
    mode: 'one-shot',
    homeDir: join(dir, 'exchange'),
    exchangeDirs: [join(dir, 'exchange')],
    directory: join(dir, 'work'),
    isDirectoryOurs: true,
    socketPath: join(dir, 'tmux.sock'),
    runId: 'run_1',
    conversationId: '11111111-1111-4111-8111-111111111111',
    model: undefined,
    resume: undefined,
    policy: { otherwise: 'allow', rules: [] },
    command: undefined,
    ...more,
    environment: { HOME: join(dir, 'home'), ...more.environment },
  };
  return await launchGemini(request, tools, '/bin/gemini');
}
