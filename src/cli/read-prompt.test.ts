import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { UsageError } from './errors.ts';
import { readPrompt, type PromptSources } from './read-prompt.ts';

const none: PromptSources = {
  argument: undefined,
  prompt: undefined,
  promptFile: undefined,
  isOptional: false,
};
const pipe = (text: string) => Readable.from([Buffer.from(text)]);
const read = async (sources: Partial<PromptSources>, stdin = pipe('from a pipe')) =>
  String(await readPrompt({ ...none, ...sources }, stdin));

test('takes the prompt from where it was given', async () => {
  expect(await read({ argument: 'as argument' })).toBe('as argument');
  expect(await read({ prompt: '--as option' })).toBe('--as option');
  expect(await read({ argument: '-' })).toBe('from a pipe');
  expect(await read({ promptFile: '-' })).toBe('from a pipe');
  expect(await read({})).toBe('from a pipe');
});

test('does not wait for a terminal, nor for a pipe that the job can do without', async () => {
  const terminal = Object.assign(pipe('typed'), { isTTY: true });
  expect(await read({}, terminal)).toBe('');
  expect(await read({ isOptional: true })).toBe('');
});

test('refuses two prompts', async () => {
  await expect(read({ argument: 'a', prompt: 'b' })).rejects.toThrow(UsageError);
});

test('stops to read a pipe that never ends', async () => {
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(1024 * 1024, 'y');
    })(),
  );
  const prompt = await readPrompt({ ...none, argument: '-' }, endless);
  expect(prompt.length).toBeLessThan(20 * 1024 * 1024);
});
