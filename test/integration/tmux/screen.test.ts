import { expect, test } from 'vitest';
import { openServer } from './support.ts';

const content = [
  'printf "trail   \\n\\033[31mred\\033[0m\\n"',
  'printf "123456789012345678901234567890123456789012345\\n"',
  'printf "a\\007b\\n"',
  'exec cat',
].join('; ');
const narrow = { name: 'first', columns: 40, rows: 10 };

test('reads as many rows as the pane has, without escapes and trailing blanks (B23)', async () => {
  await using opened = await openServer({
    firstSession: { ...narrow, command: ['sh', '-c', content] },
  });
  const { pane, signal } = opened;
  const rows = await pane.untilScreen((all) => all.includes('ab'), signal);

  expect(rows).toEqual([
    'trail',
    'red',
    '1234567890123456789012345678901234567890',
    '12345',
    'ab',
    '',
    '',
    '',
    '',
    '',
  ]);
});

test('joins lines that wrapped, keeps blanks and styles where asked (B24, B25)', async () => {
  await using opened = await openServer({
    firstSession: { ...narrow, command: ['sh', '-c', content] },
  });
  const { pane, signal } = opened;
  await pane.untilScreen((all) => all.includes('ab'), signal);

  expect(await pane.capture(signal, { joinLines: true })).toContain(
    '123456789012345678901234567890123456789012345',
  );
  expect((await pane.capture(signal, { trailingBlanks: true }))[0]).toBe('trail   ');
  expect((await pane.capture(signal, { styles: true }))[1]).toContain('\u001b[31mred');
});

test('reads history by rows above the screen (B26)', async () => {
  const command = ['sh', '-c', 'seq 1 20; printf end; exec cat'];
  await using opened = await openServer({
    firstSession: { name: 'first', columns: 40, rows: 5, command },
  });
  const { pane, signal } = opened;
  await pane.untilScreen((all) => all.includes('end'), signal);

  expect(await pane.capture(signal)).toEqual([...numbers(17, 20), 'end']);
  expect(await pane.capture(signal, { historyRows: 'all' })).toEqual([...numbers(1, 20), 'end']);
  expect(await pane.capture(signal, { historyRows: 2 })).toEqual([...numbers(15, 20), 'end']);
  expect(await pane.capture(signal, { rows: { first: 0, last: 0 } })).toEqual(['17']);
  expect(await pane.capture(signal, { rows: { first: -2, last: -1 } })).toEqual(['15', '16']);

  await pane.clearHistory(signal);
  expect(await pane.capture(signal, { historyRows: 'all' })).toEqual([...numbers(17, 20), 'end']);
});

test('reads the main screen behind an alternate one, and nothing where there is none (B27)', async () => {
  const command = ['sh', '-c', 'printf main; printf "\\033[?1049h\\033[Halternate"; exec cat'];
  await using opened = await openServer({ command });
  const { pane, session, signal } = opened;
  await pane.untilScreen(([row]) => row === 'alternate', signal);
  const plain = await session.createWindow({ command: ['cat', '-u'] }, signal);

  expect((await pane.capture(signal, { hiddenScreen: true }))[0]).toBe('main');
  expect((await pane.info(signal)).isAlternateScreen).toBe(true);
  expect((await plain.capture(signal, { hiddenScreen: true })).join('')).toBe('');
});

test('keeps only as much history as it was told at the start (B28)', async () => {
  const command = ['sh', '-c', 'seq 1 60; printf end; exec cat'];
  const firstSession = { name: 'first', columns: 40, rows: 5, command };
  await using opened = await openServer({ historyRows: 5, firstSession });
  const { pane, signal } = opened;
  await pane.untilScreen((all) => all.includes('end'), signal);

  expect((await pane.capture(signal, { historyRows: 'all' })).length).toBeLessThanOrEqual(10);
});

test('finds text on the screen that came before anybody looked', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'echo here; exec cat'] });
  const { pane, signal } = opened;
  await pane.untilScreen((rows) => rows.includes('here'), signal);

  expect(await pane.untilScreen((rows) => rows.includes('here'), signal)).toHaveLength(24);
});

test('waits for a screen no longer than its program lives', async () => {
  await using opened = await openServer({
    command: ['sh', '-c', 'read x; echo last words; sleep 0.3; exit 4'],
  });
  const { pane, signal } = opened;
  const never = expect(
    pane.untilScreen((rows) => rows.includes('never'), signal),
  ).rejects.toMatchObject({ code: 'tmux.pane-dead' });
  const last = pane.untilScreen((rows) => rows.includes('last words'), signal);
  await pane.pressKeys(['Enter'], signal);

  expect(await last).toContain('last words');
  await never;
});

test('waits for a screen no longer than its caller wants', async () => {
  await using opened = await openServer();
  const { pane } = opened;
  const controller = new AbortController();
  const waiting = pane.untilScreen(() => false, controller.signal);
  const reason = new Error('enough');
  setImmediate(() => controller.abort(reason));

  await expect(waiting).rejects.toBe(reason);
});

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
}
