import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentRequest, Decision } from '../agent.ts';
import { listIn, parseJson, textIn, valueIn } from './json.ts';
import { launchClaude } from './launch.ts';

const tools = {
  hookArgv: ['/bin/sh', "/it's here/hook.sh"],
  askArgv: ['/bin/sh', "/it's here/ask.sh"],
};
let dir = '';

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'launch-')));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('the instruction is the last argument, behind the options', async () => {
  const { argv } = await launchClaude(request({ instruction: '-rf' }), tools, program('argv'));

  expect(argv[0]).toBe('/bin/claude');
  expect(argv.slice(-2)).toEqual(['--', '-rf']);
  expect(argv).toContain('acceptEdits');
  expect(argv.join(' ')).toContain('--session-id 11111111-1111-4111-8111-111111111111');
});

test('an instruction that is to be pasted is in no argument', async () => {
  const { argv } = await launchClaude(request({ instruction: 'Do it' }), tools, program('paste'));

  expect(argv).not.toContain('Do it');
  expect(argv).not.toContain('--');
});

test('the permission prompts are never switched off', async () => {
  for (const permission of ['allow', 'deny', 'ask'] as const) {
    const launch = await launchClaude(request({ permission }), tools, program('argv'));
    expect(JSON.stringify(launch)).not.toMatch(/bypassPermissions|skip-permissions/);
  }
});

test('one answer for all is given by the hook at once, and any other is waited for', async () => {
  const waiting = String.raw`'/bin/sh' '/it'\''s here/ask.sh' 'PermissionRequest'`;
  const rules = [{ decision: 'deny', tool: 'Bash', subject: 'rm *' }] as const;

  expect(await permissionHook({ permission: 'allow' })).toContain('{"behavior":"allow"}');
  expect(await permissionHook({ permission: 'deny' })).toContain('"behavior":"deny"');
  expect(await permissionHook({ permission: 'ask' })).toBe(waiting);
  expect(await permissionHook({ permission: 'allow', rules })).toBe(waiting);
  // The job that comes next may have another policy.
  expect(await permissionHook({ permission: 'allow', mode: 'persistent' })).toBe(waiting);
});

test('the model may ask questions back only where somebody can answer', async () => {
  const rule = { tool: 'Bash', subject: 'rm *' } as const;
  const [deny, ask] = [
    { ...rule, decision: 'deny' } as const,
    { ...rule, decision: 'ask' } as const,
  ];

  expect(await denied({ permission: 'ask' })).not.toContain('AskUserQuestion');
  expect(await denied({ permission: 'deny' })).toContain('AskUserQuestion');
  expect(await denied({ permission: 'allow', rules: [deny] })).toContain('AskUserQuestion');
  expect(await denied({ permission: 'allow', rules: [ask] })).not.toContain('AskUserQuestion');
  const conversation = { permission: 'allow', mode: 'persistent' } as const;
  expect(await denied(conversation)).not.toContain('AskUserQuestion');
});

test('every use of a tool is checked where rules forbid something, or may later', async () => {
  const deny = [{ decision: 'deny', tool: 'Bash', subject: 'rm *' }] as const;
  const allow = [{ decision: 'allow', tool: 'Bash', subject: 'ls *' }] as const;
  const checked = async (wanted: Wanted): Promise<readonly (string | undefined)[]> => {
    const { files } = await launchClaude(request(wanted), tools, program('argv'));
    const hooks = valueIn(parseJson(files[0]?.content ?? ''), 'hooks');
    return [typeof valueIn(hooks, 'PreToolUse'), files[1]?.path, files[1]?.content];
  };
  const path = join(dir, 'agent', 'policy.json');

  expect(await checked({})).toEqual(['undefined', undefined, undefined]);
  expect(await checked({ rules: allow })).toEqual(['undefined', undefined, undefined]);
  const policy = JSON.stringify({ otherwise: 'ask', rules: deny });
  expect(await checked({ rules: deny })).toEqual(['object', path, policy]);
  expect(await checked({ mode: 'persistent' })).toEqual(['object', path, '']);
});

test('the files by which we know and answer it are not its own to write', async () => {
  expect(await denied({})).toEqual([
    `Edit(/${dir}/**/events/**)`,
    `Edit(/${dir}/**/replies/**)`,
    `Edit(/${dir}/**/agent/**)`,
  ]);
});

test('the exchange can be read and written by each of its names', async () => {
  await mkdir(join(dir, 'real'));
  await symlink(join(dir, 'real'), join(dir, 'link'));

  const allowed = valueIn(await settings(request({ dir: join(dir, 'link') })), 'permissions');

  expect(listIn(allowed, 'allow')).toEqual([
    `Read(/${dir}/link/**)`,
    `Edit(/${dir}/link/**)`,
    `Read(/${dir}/real/**)`,
    `Edit(/${dir}/real/**)`,
  ]);
});

async function denied(wanted: Wanted) {
  return listIn(valueIn(await settings(request(wanted)), 'permissions'), 'deny');
}

async function permissionHook(wanted: Wanted) {
  const hooks = valueIn(await settings(request(wanted)), 'hooks');
  const [group] = listIn(hooks, 'PermissionRequest');
  return textIn(listIn(group, 'hooks')[0], 'command');
}

async function settings(of: AgentRequest): Promise<unknown> {
  const { files } = await launchClaude(of, tools, program('argv'));
  return parseJson(files[0]?.content ?? '');
}

function program(delivery: 'argv' | 'paste') {
  return { path: '/bin/claude', delivery };
}

interface Wanted {
  readonly permission?: Decision;
  readonly rules?: AgentRequest['policy']['rules'];
  readonly mode?: AgentRequest['mode'];
  readonly instruction?: string;
  readonly dir?: string;
}

function request({ instruction, dir: wanted = dir, ...more }: Wanted): AgentRequest {
  const { permission = 'ask', rules = [], mode = 'one-shot' } = more;
  return {
    adapter: 'claude',
    exchange: {
      dir: wanted,
      promptPath: join(wanted, 'prompt.md'),
      outputPath: join(wanted, 'output-1.md'),
      eventsDir: join(wanted, 'events'),
      since: 0,
      nonce: '1',
      instruction,
    },
    mode,
    homeDir: wanted,
    exchangeDirs: [wanted],
    directory: dir,
    isDirectoryOurs: true,
    environment: {},
    socketPath: join(dir, 'tmux.sock'),
    runId: 'run_1',
    conversationId: '11111111-1111-4111-8111-111111111111',
    model: undefined,
    resume: undefined,
    policy: { otherwise: permission, rules },
    command: undefined,
  };
}
