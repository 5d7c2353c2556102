import { expect, test } from 'vitest';
import { readGoldenScreens } from '../../../test/support/golden-screens.ts';
import { geminiScreenReader } from './read-screen.ts';

const screens = readGoldenScreens('test/golden/screens/gemini');
/** 2026-11-21 12:00 UTC. */
const now = 1_795_262_400_000;
const read = geminiScreenReader({ now: () => now });

test.each([
  ['usage-limit', 'quota', 'Usage limit reached for gemini-3.8-flash.'],
  ['high-demand', 'transient', 'We are currently experiencing high demand.'],
  ['no-model', 'permanent', "It seems like you don't have access to gemini-3.8-flash."],
])('the dialog %s is a failure, not a question', (name, failure, message) => {
  const reading = read(screens.get(name) ?? expect.fail(name), { isDirectoryOurs: true });

  expect(reading).toMatchObject({
    kind: 'busy',
    composer: undefined,
    failure: { failure, message: expect.stringContaining(message) },
  });
});

test('a usage limit says when it is lifted', () => {
  const reading = read(screens.get('usage-limit') ?? expect.fail(), { isDirectoryOurs: true });

  // The screen says 10:35 PM UTC.
  const retryAt = now + (10 * 60 + 35) * 60_000;
  expect(reading).toMatchObject({ failure: { retryAt } });
});

test('any other dialog is left as it is', () => {
  const reading = read(screens.get('trust') ?? expect.fail(), { isDirectoryOurs: false });

  expect(reading).toMatchObject({
    kind: 'asking',
    dialog: { kind: 'trust' },
    automatic: undefined,
  });
});

test('it is not ready before the conversation is there that it is to go on with', () => {
  const empty = screens.get('typed') ?? expect.fail();
  const resumed = screens.get('resumed') ?? expect.fail();
  const request = { isDirectoryOurs: true, resume: '/chats/1.jsonl' };

  expect(read(empty, request).kind).toBe('unknown');
  expect(read(resumed, request).kind).toBe('ready');
  expect(read(empty, { isDirectoryOurs: true }).kind).toBe('ready');
});
