import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../base/index.ts';
import { readClaudeUsage } from './usage.ts';

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

  const usage = await readClaudeUsage([stop(path, 'c')], new FakeClock(), signal);

  expect(usage).toEqual({
    inputTokens: 200,
    outputTokens: 50,
    cacheReadTokens: 14,
    cacheWriteTokens: 6,
  });
});

test('waits for the line that the Stop hook has announced', async () => {
  const clock = new FakeClock();
  const path = await transcript(said('m1', 'a', 1));
  const reading = readClaudeUsage([stop(path, 'the end')], clock, signal);
  await untilWaiting(clock);
  await transcript(said('m1', 'a', 1), said('m2', 'the end', 2));
  await clock.advance(50);

  expect(await reading).toMatchObject({ outputTokens: 3 });
});

test('a line that never comes costs a second, not the figures', async () => {
  const clock = new FakeClock();
  const path = await transcript(said('m1', 'a', 5), '{"type":"assistant", cut o');
  const reading = readClaudeUsage([stop(path, 'the end')], clock, signal);
  for (let round = 0; round < 20; round += 1) {
    await untilWaiting(clock);
    await clock.advance(50);
  }

  expect(await reading).toMatchObject({ outputTokens: 5 });
});

test('is unknown without a transcript', async () => {
  const clock = new FakeClock();
  const missing = stop(join(dir, 'none.jsonl'), undefined);
  expect(await readClaudeUsage([missing], clock, signal)).toBe(undefined);
  expect(await readClaudeUsage([], clock, signal)).toBe(undefined);
});

/** Reading a file takes turns of the event loop: let it come to the clock. */
async function untilWaiting(clock: FakeClock): Promise<void> {
  await expect.poll(() => clock.pending, { interval: 1 }).toBe(1);
}

async function transcript(...lines: readonly string[]): Promise<string> {
  const path = join(dir, 'transcript.jsonl');
  await writeFile(path, `{"type":"user"}\n${lines.join('\n')}\n`);
  return path;
}

function said(id: string, text: string, output: number): string {
  const usage = {
    input_tokens: 100,
    output_tokens: output,
    cache_read_input_tokens: 7,
    cache_creation_input_tokens: 3,
  };
  const message = { id, usage, content: [{ type: 'text', text }] };
  return JSON.stringify({ type: 'assistant', message });
}

function stop(path: string, text: string | undefined) {
  const payload = { transcript_path: path, last_assistant_message: text };
  return { name: 'Stop', at: 0, payload };
}
