import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBrowserOpener } from '../../../src/app/open-address.ts';

const address = 'http://127.0.0.1:8100/';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tb-open-'));
  await writeFile(join(dir, 'xdg-open'), '', { mode: 0o755 });
  await writeFile(join(dir, 'open'), '', { mode: 0o755 });
});
afterEach(async () => await rm(dir, { recursive: true }));

test('gives an address to what opens files on the desktop', async () => {
  const desktop = { DISPLAY: ':0', PATH: `/none:${dir}` };
  expect(await findBrowserOpener(desktop, 'linux', address)).toEqual([
    join(dir, 'xdg-open'),
    address,
  ]);
  expect(await findBrowserOpener({ PATH: dir }, 'darwin', address)).toEqual([
    join(dir, 'open'),
    address,
  ]);
});

test('opens nothing without a desktop or its program, nor for a login from afar', async () => {
  expect(await findBrowserOpener({ PATH: dir }, 'linux', address)).toBeUndefined();
  expect(await findBrowserOpener({ DISPLAY: ':0', PATH: '/none' }, 'linux', address)).toBe(
    undefined,
  );
  const afar = { DISPLAY: ':10', SSH_CONNECTION: 'x', PATH: dir };
  expect(await findBrowserOpener(afar, 'linux', address)).toBeUndefined();
});

test.each(['file:///etc/passwd', 'javascript:alert(1)', '/usr/bin/true', '--help'])(
  'opens no %s',
  async (other) => {
    const desktop = { DISPLAY: ':0', PATH: dir };
    expect(await findBrowserOpener(desktop, 'linux', other)).toBeUndefined();
  },
);
