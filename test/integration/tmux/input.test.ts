import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stripControls, type TmuxPane } from '../../../src/tmux/index.ts';
import { openServer, type PrivateServer, until } from './support.ts';

test('types text and presses keys as two different things (B15)', async () => {
  await using opened = await openServer();
  const { pane, read, signal } = await rawProgram(opened);
  await pane.typeText('Enter C-c', signal);
  await pane.pressKeys(['Enter', 'C-c', 'Up', 'y'], signal);

  await read('Enter C-c\r\u0003\u001b[Ay');
});

test.each([
  'semi;',
  ';',
  '|a;b|',
  'esc\\;',
  '-t x',
  '-Q x',
  '#(touch x) #{pid}',
  "it's $HOME `id` ~",
  'héé ✓ 𝄞',
])('types %j exactly (B10, B17, B18)', async (text) => {
  await using opened = await openServer();
  const { pane, read, signal } = await rawProgram(opened);
  await pane.typeText(text, signal);

  await read(text);
});

test('refuses text that is more than one line, and keys that are none (B16)', async () => {
  await using opened = await openServer();
  const { pane, signal } = opened;

  for (const text of ['a\n', 'a\r', '\u001b[201~', 'a\tb']) {
    await expect(pane.typeText(text, signal)).rejects.toMatchObject({ code: 'tmux.bad-argument' });
  }
  const keys = ['NoSuchKey'] as unknown as readonly ['Enter'];
  await expect(pane.pressKeys(keys, signal)).rejects.toThrow('not the name of a key');
});

test('leaves copy mode before it types, presses or pastes (B19)', async () => {
  await using opened = await openServer();
  const { pane, read, signal } = await rawProgram(opened);
  const enterCopyMode = async (): Promise<void> => {
    await opened.server.command(['copy-mode', '-t', pane.id], signal);
    expect((await pane.info(signal)).mode).toBe('copy-mode');
  };
  await enterCopyMode();
  await pane.typeText('typed', signal);
  await enterCopyMode();
  await pane.pressKeys(['Enter'], signal);
  await enterCopyMode();
  await pane.paste('pasted', signal);

  await read('typed\rpasted');
  expect((await pane.info(signal)).mode).toBeUndefined();
});

test('says that the pane is gone, or that its program has ended, and the server lives (B20)', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'exit 0'] });
  const { pane, server, signal } = opened;
  await pane.untilExit(signal);
  const gone = server.pane('%99');

  for (const text of ['short', 'x'.repeat(10_000)]) {
    await expect(pane.paste(text, signal)).rejects.toMatchObject({ code: 'tmux.pane-dead' });
    await expect(gone.paste(text, signal)).rejects.toMatchObject({ code: 'tmux.pane-gone' });
  }
  await expect(pane.typeText('x', signal)).rejects.toMatchObject({ code: 'tmux.pane-dead' });
  await expect(pane.pressKeys(['Enter'], signal)).rejects.toMatchObject({ code: 'tmux.pane-dead' });
  await expect(gone.typeText('x', signal)).rejects.toMatchObject({ code: 'tmux.pane-gone' });
  await expect(gone.capture(signal)).rejects.toMatchObject({ code: 'tmux.pane-gone' });
  await expect(gone.watch(signal)).rejects.toMatchObject({ code: 'tmux.pane-gone' });
  await expect(gone.info(signal)).rejects.toMatchObject({ code: 'tmux.pane-gone' });
  expect(await server.listBuffers(signal)).toEqual([]);
});

test('pastes two million bytes whole (B21)', async () => {
  await using opened = await openServer();
  const { pane, read, signal } = await rawProgram(opened);
  const text = Array.from({ length: 60_000 }, (_, at) => `line ${at} é #{pid} %Y ;\n`).join('');
  await pane.paste(text, signal, { lineEnd: 'lf' });

  await read(text);
  expect(await opened.server.listBuffers(signal)).toEqual([]);
});

test('sends line ends as a terminal does, or as they are (B65)', async () => {
  await using opened = await openServer();
  const { pane, read, signal } = await rawProgram(opened);
  await pane.paste('a\nb\r\nc|', signal);
  await pane.paste('d\ne', signal, { lineEnd: 'lf' });

  await read('a\rb\rc|d\ne');
});

test('brackets a paste for a program that asked for it, and only then (B66)', async () => {
  await using opened = await openServer();
  const { pane, read, signal } = await rawProgram(opened, '\\033[?2004h');
  await pane.paste('a\nb', signal);
  await pane.paste('c', signal, { bracketed: false });

  await read('\u001b[200~a\rb\u001b[201~c');
});

test('never lets a text end its own paste (B66)', async () => {
  await using opened = await openServer();
  const { pane, read, signal } = await rawProgram(opened, '\\033[?2004h');
  const evil = 'a\u001b[201~\rrm -rf /\n';

  await expect(pane.paste(evil, signal)).rejects.toMatchObject({ code: 'tmux.bad-argument' });
  await pane.paste(stripControls(evil), signal);
  await read('\u001b[200~arm -rf /\r\u001b[201~');
});

test('keeps texts whole when many are sent at once', async () => {
  await using opened = await openServer();
  const { pane, read, signal } = await rawProgram(opened);
  const texts = Array.from({ length: 40 }, (_, at) => `<${String(at).repeat(50)}>`);
  await Promise.all(
    texts.map(async (text, at) =>
      at % 2 === 0 ? await pane.typeText(text, signal) : await pane.paste(text, signal),
    ),
  );

  await read(texts.join(''));
});

interface RawProgram {
  readonly pane: TmuxPane;
  readonly signal: AbortSignal;
  /** Wait until the program has read exactly this. */
  readonly read: (expected: string) => Promise<void>;
}

/** A program that writes every byte it reads to a file, after printing `hello`. */
async function rawProgram(opened: PrivateServer, hello = ''): Promise<RawProgram> {
  const { session, directory, signal } = opened;
  const file = join(directory, 'input');
  const script = `stty raw -echo; printf '${hello}ready'; exec cat > "$0"`;
  const pane = await session.createWindow({ command: ['sh', '-c', script, file] }, signal);
  await pane.untilScreen(([row]) => row === 'ready', signal);
  const read = async (expected: string): Promise<void> => {
    const length = Buffer.byteLength(expected);
    await until(async () => (await sizeOf(file)) >= length, signal);
    expect(await readFile(file, 'utf8')).toBe(expected);
  };
  return { pane, signal, read };
}

/** 0 until the program has opened its file. */
async function sizeOf(file: string): Promise<number> {
  return (await readFile(file).catch(() => '')).length;
}
