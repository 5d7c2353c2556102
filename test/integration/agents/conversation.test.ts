import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exists } from '../../../src/base/index.ts';
import { within } from './bench.ts';
import { Conversation } from './conversation-bench.ts';
import { noted, soon } from './demo-bench.ts';

const answer = async ({ request }: Conversation): Promise<string> =>
  await readFile(request.exchange.outputPath, 'utf8');

/** What was submitted, in order: `ours` for the instruction of the present exchange. */
async function submitted({ request }: Conversation): Promise<readonly string[]> {
  const { instruction } = request.exchange;
  return (await noted(request, 'submit')).map(({ text = '' }) =>
    text === instruction ? 'ours' : text,
  );
}

test('takes prompt after prompt, each once and with an output of its own', async () => {
  await using talk = await Conversation.open({});
  expect(await talk.work()).toEqual({ kind: 'finished', steps: [] });
  expect(await answer(talk)).toContain('hello from the test');
  for (const turn of [2, 3]) {
    await talk.next();
    expect((await talk.work()).kind).toBe('finished');
    expect(await answer(talk)).toContain(`hello ${turn}`);
  }
  expect(await noted(talk.request, 'submit')).toHaveLength(3);
  expect((await noted(talk.request, 'submit')).map(({ isBusy }) => isBusy)).toEqual([
    false,
    false,
    false,
  ]);
});

test('waits while the agent works on what a person typed', async () => {
  await using talk = await Conversation.open({ workDelayMs: 1_500 });
  await talk.agent.untilReady(soon('first ready'));
  await talk.type('What is tmux?');
  await talk.press('Enter');
  await talk.shows('Working');
  await talk.next();
  expect((await talk.work()).kind).toBe('finished');

  expect(await submitted(talk)).toEqual(['What is tmux?', 'ours']);
  expect((await noted(talk.request, 'submit'))[1]?.isBusy).toBe(false);
  expect(await answer(talk)).toContain('hello 2');
});

test('takes no turn that ended before its own prompt for its own', async () => {
  // A person's turn ends after the hooks were turned to the new exchange, and before it is served.
  await using talk = await Conversation.open({ workDelayMs: 700 });
  await talk.agent.untilReady(soon('first ready'));
  await talk.type('What is tmux?');
  await talk.press('Enter');
  await talk.shows('Working');
  await talk.next();
  await talk.untilState('finishing');
  expect((await talk.work()).kind).toBe('finished');
  expect(await answer(talk)).toContain('hello 2');
});

test('waits while a person types, and neither submits nor clears the text', async () => {
  await using talk = await Conversation.open({});
  await talk.agent.untilReady(soon('first ready'));
  await talk.type('now do');
  const ready = talk.agent.untilReady(soon('ready'));
  await expect(talk.agent.untilReady(within(2_000, 'an empty composer'))).rejects.toThrow(
    'an empty composer',
  );
  expect(await submitted(talk)).toEqual([]);
  await talk.type(' it');
  await talk.press('Enter');
  await ready;
  await talk.agent.deliver(soon('delivery'));
  expect((await talk.agent.untilDone(soon('done'))).kind).toBe('finished');
  expect(await submitted(talk)).toEqual(['now do it', 'ours']);
});

test('goes on when a person takes the text away again', async () => {
  await using talk = await Conversation.open({});
  await talk.agent.untilReady(soon('first ready'));
  await talk.type('now do');
  const done = talk.work();
  await talk.press('C-u');
  expect((await done).kind).toBe('finished');
  expect(await submitted(talk)).toEqual(['ours']);
});

test('leaves the questions of a person’s turn to him', async () => {
  await using talk = await Conversation.open({ permission: true });
  await talk.agent.untilReady(soon('first ready'));
  const { instruction = '' } = talk.request.exchange;
  await talk.atKeyboard(async (pane) => await pane.paste(instruction, soon('paste')));
  await talk.press('Enter');
  await talk.shows('1. Allow');
  await talk.next();
  const done = talk.work();
  await expect(talk.agent.untilReady(within(1_500, 'his answer'))).rejects.toThrow('his answer');
  expect(await noted(talk.request, 'answer')).toEqual([]);
  await talk.press('1');
  expect((await done).kind).toBe('finished');
  // What our own turn asked was answered by the policy, without a key.
  expect(await noted(talk.request, 'answer')).toHaveLength(1);
});

test('gives a dialog that comes up with the paste no Enter', async () => {
  await using talk = await Conversation.open({ askOnPaste: true });
  await expect(talk.handOver()).rejects.toMatchObject({ code: 'agent.not-delivered' });
  expect(await noted(talk.request, 'answer')).toEqual([]);
  expect(await submitted(talk)).toEqual([]);
});

test('leaves the copy mode that somebody has put the pane into', async () => {
  await using talk = await Conversation.open({});
  await talk.agent.untilReady(soon('first ready'));
  await promisify(execFile)('tmux', ['-S', talk.request.socketPath, 'copy-mode', '-t', '%0']);
  expect((await talk.work()).kind).toBe('finished');
  expect(await submitted(talk)).toEqual(['ours']);
});

test('submits nothing of what somebody types at the same moment', async () => {
  await using talk = await Conversation.open({ pasteGuardMs: 600 });
  await talk.agent.untilReady(soon('ready'));
  const delivery = talk.agent.deliver(soon('delivery'));
  delivery.catch(() => {});
  await talk.shows('Read the file');
  // The Enter that follows the paste at once becomes a newline here; the second one must not come.
  await talk.type('and also this');
  await expect(delivery).rejects.toMatchObject({
    code: expect.stringMatching(/agent\.(?:not-delivered|composer-not-empty)/),
  });
  expect(await submitted(talk)).toEqual([]);
  expect(await exists(talk.request.exchange.outputPath)).toBe(false);
});
