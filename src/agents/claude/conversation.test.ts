import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HookEvent } from '../adapter.ts';
import { findClaudeConversation } from './conversation.ts';

const { signal } = new AbortController();
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'conversation-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

const mode = { type: 'mode', mode: 'normal' };
const prompt = { type: 'user', message: { role: 'user', content: 'Read the file and do it' } };
const answer = { type: 'assistant', message: { role: 'assistant', model: 'claude-opus-5' } };
/** As of version 2.1.329, shortened. */
const limit = {
  type: 'assistant',
  message: {
    model: '<synthetic>',
    role: 'assistant',
    content: [{ type: 'text', text: "You've hit your 5-hour limit · resets 5:18pm (UTC)" }],
  },
  error: 'rate_limit',
  isApiErrorMessage: true,
};

test('a conversation in which the model has answered can be gone on with', async () => {
  expect(await find([mode, prompt, answer])).toBe('c');
});

test('so can one that met a usage limit after an answer', async () => {
  expect(await find([mode, prompt, answer, limit])).toBe('c');
});

test('one that met its usage limit at once holds a prompt and nothing else', async () => {
  expect(await find([mode, prompt, limit])).toBeUndefined();
});

test('one without an answer yet holds nothing to go on with', async () => {
  expect(await find([mode, prompt])).toBeUndefined();
});

test('one whose transcript is not there, or no event names, is not found', async () => {
  expect(await findClaudeConversation([eventOf(join(dir, 'none'))], signal)).toBeUndefined();
  expect(await findClaudeConversation([], signal)).toBeUndefined();
});

async function find(entries: readonly object[]): Promise<string | undefined> {
  const path = join(dir, 'transcript.jsonl');
  await writeFile(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return await findClaudeConversation([eventOf(path)], signal);
}

function eventOf(path: string): HookEvent {
  const payload = { session_id: 'c', transcript_path: path };
  return { name: 'SessionStart', at: 1, payload, reply: undefined };
}
