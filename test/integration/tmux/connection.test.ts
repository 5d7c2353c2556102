import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openServer } from './support.ts';

const text = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.stringMatching(/^[;#{}()$%~"'\\\n\t&|<>*?!a-z -]{1,30}$/),
  )
  .filter((value) => !value.includes('\0') && value.isWellFormed());

test('brings any argument to tmux byte for byte', async () => {
  await using opened = await openServer();
  const { server, directory, signal } = opened;
  const path = join(directory, 'saved');
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      await server.setBuffer('fuzz', value, signal);
      await server.saveBuffer('fuzz', path, signal);
      expect(await readFile(path, 'utf8')).toBe(value);
    }),
    { seed: 11, numRuns: 600 },
  );
});

test('keeps hundreds of answers with their questions, refusals and aborted ones among them', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  const controller = new AbortController();
  const answers = Array.from({ length: 600 }, async (_, at) => {
    const own = at % 5 === 4 ? controller.signal : signal;
    const command =
      at % 3 === 2 ? ['list-panes', '-t', `%${at + 1_000}`] : ['display-message', '-p', `x${at}`];
    return await server.command(command, own).then(String, (error: Error) => error.message);
  });
  controller.abort(new Error('aborted'));
  const expected = answers.map((_, at) => {
    if (at % 5 === 4) return 'aborted';
    return at % 3 === 2 ? `tmux list-panes: can't find pane: %${at + 1_000}` : `x${at}`;
  });

  expect(await Promise.all(answers)).toEqual(expected);
});

test('runs nothing after the command of a line that fails, and goes on with the next line (B70, B76)', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  const failing = server.sequence(
    [
      ['set-option', '-g', '@one', 'yes'],
      ['has-session', '-t', '$99'],
      ['set-option', '-g', '@three', 'yes'],
    ],
    signal,
  );
  const after = server.sequence(
    [
      ['display-message', '-p', 'a'],
      ['display-message', '-p', 'b'],
    ],
    signal,
  );

  await expect(failing).rejects.toMatchObject({
    code: 'tmux.session-gone',
    command: ['has-session', '-t', '$99'],
  });
  expect(await after).toEqual([['a'], ['b']]);
  expect(await server.findOption('global-session', '@one', signal)).toBe('yes');
  expect(await server.findOption('global-session', '@three', signal)).toBeUndefined();
});

test('tells unknown commands, unknown flags and empty lines apart (B75, B78)', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;

  await expect(server.command(['nosuch'], signal)).rejects.toMatchObject({
    code: 'tmux.unknown-command',
  });
  await expect(server.command(['list-panes', '-Q'], signal)).rejects.toMatchObject({
    code: 'tmux.bad-usage',
  });
  await expect(server.command([], signal)).rejects.toMatchObject({ code: 'tmux.bad-argument' });
  await expect(server.sequence([], signal)).rejects.toMatchObject({ code: 'tmux.bad-argument' });
  expect(await server.command(['display-message', '-p', 'still here'], signal)).toEqual([
    'still here',
  ]);
});

test('does not take what a hook prints for an answer', async () => {
  await using opened = await openServer();
  const { server, session, signal } = opened;
  await server.addHook(
    'after-rename-session',
    [['display-message', '-p', 'from the hook']],
    signal,
  );
  const renamed = session.rename('other', signal);
  const answers = await Promise.all(
    Array.from(
      { length: 20 },
      async (_, at) => await server.command(['display-message', '-p', `x${at}`], signal),
    ),
  );
  await renamed;

  expect(answers.flat()).toEqual(Array.from({ length: 20 }, (_, at) => `x${at}`));
});

test('does not take a program for tmux that prints what tmux would', async () => {
  const fake =
    'printf "%%begin 1 1 1\\n%%end 1 1 1\\n%%error 1 1 1\\n%%exit\\n%%output %%0 x\\n"; exec cat';
  await using opened = await openServer({ command: ['sh', '-c', fake] });
  const { pane, signal } = opened;
  const rows = await pane.untilScreen((all) => all.includes('%output %0 x'), signal);

  expect(rows.slice(0, 5)).toEqual([
    '%begin 1 1 1',
    '%end 1 1 1',
    '%error 1 1 1',
    '%exit',
    '%output %0 x',
  ]);
  expect(await pane.capture(signal)).toEqual(rows);
});
