import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../base/index.ts';
import type { ModelUsage } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { tokensOf } from '../tokens.ts';
import { claudeUsage } from './usage.ts';

const { signal } = new AbortController();
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'usage-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('a message that takes several lines counts once, with its last figures', async () => {
  const path = await transcript(said('m1', 'a', 1), said('m1', 'b', 42), said('m2', 'c', 8));

  const usage = await read([stop(path, 'c')]);

  expect(usage).toEqual([
    {
      model: 'claude-opus-5',
      inputTokens: 100,
      outputTokens: 42,
      cacheReadTokens: 7,
      cacheWriteTokens: 3,
      longCacheWriteTokens: 2,
      isOneRequest: true,
    },
    expect.objectContaining({ outputTokens: 8 }),
  ]);
});

test('waits for the line that the Stop hook has announced', async () => {
  const clock = new FakeClock();
  const path = await transcript(said('m1', 'a', 1));
  const reading = read([stop(path, 'the end')], { clock });
  await untilWaiting(clock);
  await appendFile(path, `${said('m2', 'the end', 2)}\n`);
  await clock.advance(50);

  expect(output(await reading)).toBe(3);
});

test('a line that never comes costs a second, not the figures', async () => {
  const clock = new FakeClock();
  const path = await transcript(said('m1', 'a', 5), '{"type":"assistant", cut o');
  const reading = read([stop(path, 'the end')], { clock });
  for (let round = 0; round < 20; round += 1) {
    await untilWaiting(clock);
    await clock.advance(50);
  }

  expect(output(await reading)).toBe(5);
});

test('neither waits nor ends while the next turn runs', async () => {
  const path = await transcript(said('m1', 'a', 5, 5_000));
  const events = [stop(path, 'the end'), { ...stop(path, undefined), name: 'UserPromptSubmit' }];

  expect(output(await read(events))).toBe(5);
});

test('is unknown without a transcript', async () => {
  expect(await read([stop(join(dir, 'none.jsonl'), undefined)])).toBe(undefined);
  expect(await read([])).toBe(undefined);
});

test('asked again, it reads on from where it was, also within a line', async () => {
  const path = await transcript(said('m1', 'a', 1));
  const usage = claudeUsage(new FakeClock());
  const request = requestSince(0);
  const events = [{ ...stop(path, undefined), name: 'UserPromptSubmit' }];
  const outputs = [output(await usage(request, events, signal))];
  const line = `${said('m2', 'ü', 10)}\n`;
  await appendFile(path, line.slice(0, 150));
  outputs.push(output(await usage(request, events, signal)));
  await appendFile(path, line.slice(150));
  // Changed behind our back: what was read is not read again.
  const whole = await readFile(path, 'utf8');
  await writeFile(path, whole.replace('"output_tokens":1,', '"output_tokens":5,'));
  outputs.push(output(await usage(request, events, signal)));

  expect(outputs).toEqual([1, 1, 11]);
});

test('a transcript that was made anew is read from its beginning', async () => {
  const path = await transcript(said('m1', 'a', 1), said('m2', 'b', 2));
  const usage = claudeUsage(new FakeClock());
  const request = requestSince(0);
  const events = [{ ...stop(path, undefined), name: 'UserPromptSubmit' }];
  await usage(request, events, signal);
  await transcript(said('m3', 'c', 7));

  expect(output(await usage(request, events, signal))).toBe(7);
});

test('subagents count, each message once wherever it stands', async () => {
  const path = await transcript(said('m1', 'a', 1));
  await subagent('agent-a1.jsonl', said('s1', 'x', 10), said('m1', 'a', 1));
  await subagent('nested/agent-a2.jsonl', said('s2', 'y', 100));
  await subagent('agent-a1.meta.json', said('s3', 'z', 1_000));

  expect(output(await read([stop(path, 'a')]))).toBe(111);
});

test('of a conversation that serves many jobs only this one’s part counts', async () => {
  const path = await transcript(
    said('m1', 'a', 1, 1_000),
    said('m2', 'b', 10, 2_000),
    said('m3', 'c', 100, 3_000),
    said('m4', 'd', 1_000, 9_000),
  );

  expect(output(await read([{ ...stop(path, 'd'), at: 3_000 }], { since: 2_000 }))).toBe(110);
});

test('the fast mode is a model of its own', async () => {
  const path = await transcript(
    said('m1', 'a', 1).replace('"usage":{', '"usage":{"speed":"fast",'),
  );

  expect(await read([stop(path, 'a')])).toMatchObject([{ model: 'claude-opus-5-fast' }]);
});

async function read(
  events: Parameters<ReturnType<typeof claudeUsage>>[1],
  { clock = new FakeClock(), since = 0 } = {},
) {
  return await claudeUsage(clock)(requestSince(since), events, signal);
}

function requestSince(since: number): AgentRequest {
  return { exchange: { since } } as AgentRequest;
}

function output(usage: readonly ModelUsage[] | undefined): number | undefined {
  return usage && tokensOf(usage).outputTokens;
}

/** Reading a file takes turns of the event loop: let it come to the clock. */
async function untilWaiting(clock: FakeClock): Promise<void> {
  await expect.poll(() => clock.pending, { interval: 1 }).toBe(1);
}

async function transcript(...lines: readonly string[]): Promise<string> {
  const path = join(dir, 'transcript.jsonl');
  await writeFile(path, `{"type":"user"}\n${lines.join('\n')}\n`);
  return path;
}

async function subagent(name: string, ...lines: readonly string[]): Promise<void> {
  const path = join(dir, 'transcript', 'subagents', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${lines.join('\n')}\n`);
}

function said(id: string, text: string, output: number, at?: number): string {
  const usage = {
    input_tokens: 100,
    output_tokens: output,
    cache_read_input_tokens: 7,
    cache_creation_input_tokens: 3,
    cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 2 },
  };
  const message = { id, model: 'claude-opus-5', usage, content: [{ type: 'text', text }] };
  const timestamp = at === undefined ? {} : { timestamp: new Date(at).toISOString() };
  return JSON.stringify({ type: 'assistant', ...timestamp, message });
}

function stop(path: string, text: string | undefined) {
  const payload = { transcript_path: path, last_assistant_message: text };
  return { name: 'Stop', at: 0, payload };
}
