import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentRequest } from '../agent.ts';
import { listIn, parseJson, textIn, valueIn } from './json.ts';
import { launchClaude } from './launch.ts';

const tools = { hookArgv: ['/bin/sh', "/it's here/hook.sh"] };
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

test('the policy is answered by the hook, and a person is asked by no hook', async () => {
  expect(await permissionHook('allow')).toContain('{"behavior":"allow"}');
  expect(await permissionHook('deny')).toContain('"behavior":"deny"');
  expect(await permissionHook('ask')).toBe(
    String.raw`'/bin/sh' '/it'\''s here/hook.sh' 'PermissionRequest'`,
  );
});

test('the model may ask questions back only where a person can answer', async () => {
  expect(await denied('ask')).toEqual([]);
  expect(await denied('deny')).toEqual(['AskUserQuestion']);
  expect(await denied('allow')).toEqual(['AskUserQuestion']);
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

async function denied(permission: AgentRequest['permission']) {
  return listIn(valueIn(await settings(request({ permission })), 'permissions'), 'deny');
}

async function permissionHook(permission: AgentRequest['permission']) {
  const hooks = valueIn(await settings(request({ permission })), 'hooks');
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
  readonly permission?: AgentRequest['permission'];
  readonly instruction?: string;
  readonly dir?: string;
}

function request({ permission = 'ask', instruction, dir: wanted = dir }: Wanted): AgentRequest {
  return {
    adapter: 'claude',
    exchange: {
      dir: wanted,
      promptPath: join(wanted, 'prompt.md'),
      outputPath: join(wanted, 'output-1.md'),
      eventsDir: join(wanted, 'events'),
      nonce: '1',
      instruction,
    },
    directory: dir,
    isDirectoryOurs: true,
    environment: {},
    socketPath: join(dir, 'tmux.sock'),
    runId: 'run_1',
    conversationId: '11111111-1111-4111-8111-111111111111',
    model: undefined,
    permission,
    command: undefined,
  };
}
