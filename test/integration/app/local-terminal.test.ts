import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findOpener } from '../../../src/app/open-local-terminal.ts';

const command = ['tmux', '-S', '/run/a b/t.sock'];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tb-term-'));
  await writeFile(join(dir, 'kitty'), '', { mode: 0o755 });
  await writeFile(join(dir, 'xterm'), '', { mode: 0o755 });
  await writeFile(join(dir, 'konsole'), '', { mode: 0o644 });
});
afterEach(async () => await rm(dir, { recursive: true }));

test('takes the first terminal program of the desktop that there is', async () => {
  const path = `/none:${dir}`;

  expect(await findOpener({ DISPLAY: ':0', PATH: path }, 'linux', command)).toEqual([
    join(dir, 'kitty'),
    ...command,
  ]);
  await rm(join(dir, 'kitty'));
  expect(await findOpener({ WAYLAND_DISPLAY: 'w', PATH: path }, 'linux', command)).toEqual([
    join(dir, 'xterm'),
    '-e',
    ...command,
  ]);
});

test('opens nothing without a desktop, without a program, and for a login from afar', async () => {
  expect(await findOpener({ PATH: dir }, 'linux', command)).toBeUndefined();
  expect(await findOpener({ DISPLAY: '', PATH: dir }, 'linux', command)).toBeUndefined();
  expect(await findOpener({ DISPLAY: ':0', PATH: '/none' }, 'linux', command)).toBeUndefined();
  const afar = { DISPLAY: ':10', SSH_CONNECTION: 'x', PATH: dir };
  expect(await findOpener(afar, 'linux', command)).toBeUndefined();
  expect(await findOpener(afar, 'darwin', command)).toBeUndefined();
});

test('gives macOS the command as one argument, quoted', async () => {
  const argv = await findOpener({}, 'darwin', command);
  expect(argv?.[0]).toBe('osascript');
  expect(argv?.at(-1)).toBe("tmux -S '/run/a b/t.sock'");
});
