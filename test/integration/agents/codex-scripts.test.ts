import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatPolicy, parseRule } from '../../../src/agents/policy.ts';

const policy = formatPolicy({
  otherwise: 'deny',
  rules: [parseRule('deny', 'Bash(rm *)'), parseRule('ask', 'Bash(git *)')],
});
const denial = expect.objectContaining({ permissionDecision: 'deny' });
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'codex scripts-'));
  await writeFile(join(dir, 'policy.json'), policy);
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test.each([
  ['ls', '{}'],
  ['ls; rm x', 'A rule of this job forbids it'],
  ['git push', 'the answer of somebody'],
])('%s is told %s', async (command, told) => {
  expect(await check(command)).toContain(told);
});

test('whoever is asked gets the payload as it was', async () => {
  await check('git push "a" \\b');

  const payload = JSON.parse(await readFile(join(dir, 'asked'), 'utf8'));
  expect(payload).toEqual({ tool_name: 'Bash', tool_input: { command: 'git push "a" \\b' } });
});

test.each([
  ['the policy is gone', { policyPath: '/nowhere' }, 'ls'],
  ['the policy cannot be read', { content: '{"rules":' }, 'ls'],
  ['the program is gone', { node: '/nowhere' }, 'ls'],
  ['nobody can be asked', { ask: 'exit 1' }, 'git push'],
  ['the question is let go', { ask: 'cat >/dev/null' }, 'git push'],
])('forbids the tool when %s', async (_what, broken, command) => {
  const told = JSON.parse(await check(command, broken));

  expect(told.hookSpecificOutput).toEqual(denial);
  expect(told.hookSpecificOutput.hookEventName).toBe('PreToolUse');
});

test('an empty policy costs nothing and forbids nothing', async () => {
  expect(await check('rm x', { content: '', node: '/nowhere' })).toBe('');
});

interface Broken {
  readonly policyPath?: string;
  readonly content?: string;
  readonly node?: string;
  readonly ask?: string;
}

async function check(
  command: string,
  { policyPath = join(dir, 'policy.json'), content, node = process.execPath, ask }: Broken = {},
): Promise<string> {
  if (content !== undefined) await writeFile(policyPath, content);
  const asking = ask ?? `cat >'${join(dir, 'asked')}'; echo the answer of somebody`;
  const program = 'src/agents/codex/check-tool.ts';
  const args = ['agents/codex-check.sh', policyPath, node, program, '/bin/sh', '-c', asking];
  const child = spawn('/bin/sh', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify({ tool_name: 'Bash', tool_input: { command } }));
  return await text(child.stdout);
}
