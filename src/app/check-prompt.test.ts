import { expect, test } from 'vitest';
import { checkPrompt, LARGEST_PROMPT_BYTES } from './check-prompt.ts';

test.each(['', ' \n\t ', new Uint8Array()])('refuses an empty prompt: %j', (prompt) => {
  expect(() => checkPrompt(prompt, true)).toThrow(
    expect.objectContaining({ code: 'job.empty-prompt' }),
  );
});

test('takes an empty prompt where the files say it all', () => {
  expect(checkPrompt('', false)).toBe('');
});

test('refuses a prompt above the limit, and takes one at the limit', () => {
  expect(checkPrompt('x'.repeat(LARGEST_PROMPT_BYTES), true)).toHaveLength(LARGEST_PROMPT_BYTES);
  expect(() => checkPrompt('é'.repeat(LARGEST_PROMPT_BYTES / 2 + 1), true)).toThrow(
    expect.objectContaining({ code: 'job.prompt-too-large' }),
  );
});

test.each([Uint8Array.of(0x61, 0xff, 0x62), Uint8Array.of(0x61, 0), 'a\0b'])(
  'refuses what is not text: %j',
  (prompt) => {
    expect(() => checkPrompt(prompt, true)).toThrow(
      expect.objectContaining({ code: 'job.prompt-not-text' }),
    );
  },
);

test('gives the bytes of a file back as text', () => {
  expect(checkPrompt(Buffer.from('grüß dich ✓'), true)).toBe('grüß dich ✓');
});
