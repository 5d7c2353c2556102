import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../../base/index.ts';
import type { HookEvent, ModelUsage } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { tokensOf } from '../tokens.ts';
import { codexUsage, findCodexConversation } from './rollouts.ts';

const { signal } = new AbortController();
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollouts-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('each request counts once, with the model of its turn and without what the cache gave', async () => {
  const path = await record(
    context('gpt-a'),
    used('r1', 10),
    used('r1', 10),
    context('gpt-b'),
    used('r2', 5),
    ended('t1'),
  );

  expect(await read([prompt(path), stop(path)])).toEqual([
    {
      model: 'gpt-a',
      inputTokens: 90,
      outputTokens: 10,
      cacheReadTokens: 7,
      cacheWriteTokens: 3,
      isOneRequest: true,
    },
    expect.objectContaining({ model: 'gpt-b', outputTokens: 5 }),
  ]);
});

test('waits for the end of the turn that the Stop hook tells of, and not for ever', async () => {
  const clock = new FakeClock();
  const path = await record(used('r1', 1));
  const reading = read([stop(path)], { clock });
  await expect.poll(() => clock.pending).toBe(1);
  await appendFile(path, `${used('r2', 2)}\n${ended('t1')}\n`);
  await clock.advance(50);
  expect(output(await reading)).toBe(3);

  const late = read([stop(await record(used('r1', 1)))], { clock });
  await expect.poll(() => clock.pending).toBe(1);
  for (let waited = 0; waited < 1_000; waited += 50) {
    await clock.advance(50);
    await new Promise(setImmediate);
  }
  expect(output(await late)).toBe(1);
});

test('the records of subagents count, and what stands in two of them once', async () => {
  const main = await record(used('r1', 1), ended('t1'));
  const other = await record(used('r1', 1), used('s1', 20));
  const start = { ...prompt(other), name: 'SubagentStart' };

  expect(output(await read([prompt(main), start, stop(main)]))).toBe(21);
});

test('what was used before and after belongs to other jobs', async () => {
  const path = await record(used('r1', 1, 5), used('r2', 2, 50), used('r3', 4, 9_000), ended('t1'));

  expect(output(await read([prompt(path), stop(path)], { since: 10 }))).toBe(2);
  // Another prompt came: the turn goes on.
  expect(output(await read([stop(path), prompt(path)], { since: 10 }))).toBe(6);
});

test('an agent that never named a record, or has none yet, tells nothing', async () => {
  expect(await read([{ name: 'SessionStart', at: 1, payload: {} }])).toBeUndefined();
  expect(await read([prompt(join(dir, 'none.jsonl'))])).toBeUndefined();
});

test('asked again, only what is new is read', async () => {
  const usage = codexUsage(new FakeClock());
  const path = await record(used('r1', 1));
  const request = requestSince(0);

  expect(output(await usage(request, [prompt(path)], signal))).toBe(1);
  await writeFile(path, `${used('r1', 1)}\n`.replace('"r1"', '"rX"'));
  await appendFile(path, `${used('r2', 2)}\n`);
  expect(output(await usage(request, [prompt(path)], signal))).toBe(3);
});

describe('the conversation to go on with', () => {
  test('is the newest one of the agent itself', async () => {
    const path = await record(used('r1', 1));
    const events = [
      prompt('/gone.jsonl', { session_id: 'old' }),
      prompt(path, { session_id: 'c1' }),
      prompt('/other.jsonl', { session_id: 'c1', agent_id: 'a1' }),
    ];

    expect(await findCodexConversation(events, signal)).toBe('c1');
  });

  test('is none without a record on disk', async () => {
    expect(await findCodexConversation([], signal)).toBeUndefined();
    expect(
      await findCodexConversation([prompt(join(dir, 'none.jsonl'), { session_id: 'c1' })], signal),
    ).toBeUndefined();
  });

  test('is none in which the model has not answered yet', async () => {
    const path = await record(context('gpt-a'));
    const events = [prompt(path, { session_id: 'c1' })];

    expect(await findCodexConversation(events, signal)).toBeUndefined();
    await appendFile(path, `${used('r1', 1)}\n`);
    expect(await findCodexConversation(events, signal)).toBe('c1');
  });
});

let count = 0;

async function record(...lines: readonly string[]): Promise<string> {
  count += 1;
  const path = join(dir, `rollout-${count}.jsonl`);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

function line(type: string, payload: object, at = 50): string {
  return JSON.stringify({ timestamp: new Date(at).toISOString(), ordinal: 1, type, payload });
}

function context(model: string): string {
  return line('turn_context', { model });
}

function used(response_id: string, output_tokens: number, at?: number): string {
  const usage = {
    input_tokens: 100,
    cached_input_tokens: 7,
    cache_write_input_tokens: 3,
    output_tokens,
  };
  return line('token_usage_record', { response_id, usage }, at);
}

function ended(turn_id: string): string {
  return line('event_msg', { type: 'task_complete', turn_id });
}

function prompt(transcript_path: string, more: object = {}): HookEvent {
  return { name: 'UserPromptSubmit', at: 20, payload: { transcript_path, ...more } };
}

function stop(transcript_path: string): HookEvent {
  return { name: 'Stop', at: 60, payload: { transcript_path, turn_id: 't1' } };
}

async function read(
  events: readonly HookEvent[],
  { clock = new FakeClock(), since = 0 } = {},
): Promise<readonly ModelUsage[] | undefined> {
  return await codexUsage(clock)(requestSince(since), events, signal);
}

function requestSince(since: number): AgentRequest {
  const exchange: Partial<AgentRequest['exchange']> = { since };
  return { exchange } as AgentRequest;
}

function output(usage: readonly ModelUsage[] = []): number {
  return tokensOf(usage).outputTokens;
}
