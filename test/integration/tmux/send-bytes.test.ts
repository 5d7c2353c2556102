import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TmuxPane } from '../../../src/tmux/index.ts';
import { openServer, type PrivateServer, until } from './support.ts';

test('sends every byte as it is', async () => {
  await using opened = await openServer();
  const program = await rawProgram(opened);
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

  await program.pane.sendBytes(bytes, opened.signal);

  expect(await program.read(256)).toEqual(Buffer.from(bytes));
});

test.each([
  ['Alt and a letter', '\u001bx'],
  ['arrow keys', '\u001b[A\u001bOA\u001b[1;5C'],
  ['Ctrl-Space and Ctrl-C', '\0\u0003'],
  ['a paste with its marks', '\u001b[200~a;b\r\u001b[201~'],
  ['letters of every length', 'aé✓𝄞'],
  ['what a shell or tmux would read', `;#{pid} $HOME 'x' "y" \\ -t %1\r`],
])('sends %s', async (_name, text) => {
  await using opened = await openServer();
  const program = await rawProgram(opened);

  await program.pane.sendBytes(Buffer.from(text), opened.signal);

  expect(String(await program.read(Buffer.byteLength(text)))).toBe(text);
});

test('keeps the order of random input that nobody waits for, cut anywhere', async () => {
  await using opened = await openServer();
  const program = await rawProgram(opened);
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
  const input = fc.array(
    fc.oneof(
      text.map((one) => Buffer.from(one)),
      fc.uint8Array(),
    ),
    {
      minLength: 1,
    },
  );

  await fc.assert(
    fc.asyncProperty(input, async (parts) => {
      await Promise.all(
        parts.map(async (part) => await program.pane.sendBytes(part, opened.signal)),
      );
      const whole = Buffer.concat(parts);
      expect(await program.read(whole.length)).toEqual(whole);
    }),
    { numRuns: 100 },
  );
});

test('leaves copy mode before it sends', async () => {
  await using opened = await openServer();
  const program = await rawProgram(opened);
  await opened.server.command(['copy-mode', '-t', opened.pane.id], opened.signal);

  await program.pane.sendBytes(Buffer.from('zz'), opened.signal);

  expect(String(await program.read(2))).toBe('zz');
});

test('refuses more than a command holds, and says when nobody reads', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'exit 0'] });
  const { pane, signal } = opened;
  await pane.untilExit(signal);

  await expect(pane.sendBytes(new Uint8Array(4_097), signal)).rejects.toMatchObject({
    code: 'tmux.bad-argument',
  });
  await expect(pane.sendBytes(Buffer.from('x'), signal)).rejects.toMatchObject({
    code: 'tmux.pane-dead',
  });
});

interface RawProgram {
  readonly pane: TmuxPane;
  /** The next bytes that the program got. */
  readonly read: (bytes: number) => Promise<Buffer>;
}

/** A program that reads its terminal byte by byte and writes what it got to a file. */
async function rawProgram({ session, directory, signal }: PrivateServer): Promise<RawProgram> {
  const path = join(directory, 'got');
  const script =
    'stty raw -echo && : > "$1" && printf ready && exec dd bs=4096 of="$1" 2>/dev/null';
  const pane = await session.createWindow({ command: ['sh', '-c', script, 'sh', path] }, signal);
  await pane.untilScreen((rows) => rows.some((row) => row.includes('ready')), signal);
  let place = 0;
  return {
    pane,
    read: async (bytes) => {
      await using file: FileHandle = await open(path);
      const buffer = Buffer.alloc(bytes);
      let got = 0;
      await until(async () => {
        const { bytesRead } = await file.read(buffer, got, bytes - got, place + got);
        got += bytesRead;
        return got === bytes;
      }, signal);
      place += bytes;
      return buffer;
    },
  };
}
