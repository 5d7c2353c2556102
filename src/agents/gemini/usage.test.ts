import {
  appendFile,
  mkdir,
  mkdtemp,
  realpath,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HookEvent } from '../adapter.ts';
import type { Exchange } from '../agent.ts';
import { findGeminiConversation, geminiUsage } from './usage.ts';

const { signal } = new AbortController();
let dir = '';

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'transcript-')));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('a request counts once, however often it is written', async () => {
  await record('s.jsonl', [
    { sessionId: 's', projectHash: 'p' },
    said('a', { input: 100, output: 10, cached: 30, thoughts: 5, tool: 2 }),
    { ...said('a', { input: 100, output: 11, cached: 30, thoughts: 5, tool: 2 }), toolCalls: [{}] },
    {
      $set: { messages: [said('a', { input: 100, output: 11, cached: 30, thoughts: 5, tool: 2 })] },
    },
    said('b', { input: 7 }, { model: 'small' }),
    '{ cut off',
  ]);

  expect(await usage()).toEqual([
    {
      model: 'big',
      inputTokens: 72,
      outputTokens: 16,
      cacheReadTokens: 30,
      cacheWriteTokens: 0,
      isOneRequest: true,
    },
    expect.objectContaining({ model: 'small', inputTokens: 7 }),
  ]);
});

test('what came before the exchange belongs to another', async () => {
  await record('s.jsonl', [
    said('a', { input: 1 }, { timestamp: '2026-11-21T10:00:00.000Z' }),
    said('b', { input: 2 }, { timestamp: '2026-11-21T12:00:00.000Z' }),
  ]);

  const found = await usage(1_795_258_800_000);
  expect(found?.map(({ inputTokens }) => inputTokens)).toEqual([2]);
});

test('subagents count, too', async () => {
  await record('s.jsonl', [said('a', { input: 1 })]);
  await mkdir(join(dir, 'session-1'));
  await record('session-1/sub.jsonl', [said('c', { input: 40 })]);

  expect((await usage())?.map(({ inputTokens }) => inputTokens)).toEqual([1, 40]);
});

test('what was read of a transcript is not read again', async () => {
  await record('s.jsonl', [said('a', { input: 1 })]);
  const read = geminiUsage();
  const asked = request(0);
  const inputs = async () =>
    (await read(asked, [named()], signal))?.map(({ inputTokens }) => inputTokens);
  expect(await inputs()).toEqual([1]);

  // As long as before: only who reads it again would see the difference.
  await writeFile(join(dir, 's.jsonl'), `${JSON.stringify(said('a', { input: 9 }))}\n`);
  expect(await inputs()).toEqual([1]);
  await appendFile(join(dir, 's.jsonl'), `${JSON.stringify(said('b', { input: 2 }))}\n`);
  expect(await inputs()).toEqual([1, 2]);
  await truncate(join(dir, 's.jsonl'));
  expect(await inputs()).toEqual([]);
});

test('without a transcript nothing is known', async () => {
  expect(await usage()).toBeUndefined();
  expect(await geminiUsage()(request(0), [], signal)).toBeUndefined();
});

test('a conversation can be gone on with once the model has said something', async () => {
  await symlink(dir, join(dir, 'link'));
  const event = {
    ...named(),
    payload: { ...named().payload, transcript_path: join(dir, 'link/s.jsonl') },
  };
  const find = async () => await findGeminiConversation([event], signal);

  expect(await find()).toBeUndefined();
  await record('s.jsonl', [
    { id: 'u', type: 'user', content: 'Do it' },
    said('a', {}, { content: '' }),
  ]);
  expect(await find()).toBeUndefined();
  await record('s.jsonl', [said('a', {}, { content: 'Done.' })]);
  expect(await find()).toBe(join(dir, 's.jsonl'));
});

function said(id: string, tokens: object, more: object = {}) {
  const timestamp = '2026-11-21T11:00:00.000Z';
  return { id, timestamp, type: 'gemini', content: 'x', model: 'big', tokens, ...more };
}

async function record(name: string, lines: readonly (object | string)[]): Promise<void> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(join(dir, name), `${text.join('\n')}\n`);
}

function named() {
  const payload = { transcript_path: join(dir, 's.jsonl'), session_id: 'session-1' };
  return { name: 'SessionStart', at: 0, payload } satisfies HookEvent;
}

async function usage(since = 0) {
  return await geminiUsage()(request(since), [named()], signal);
}

function request(since: number): { readonly exchange: Exchange } {
  const nothing = { dir, promptPath: '', outputPath: '', eventsDir: '', nonce: '' };
  return { exchange: { ...nothing, since, instruction: undefined } };
}
