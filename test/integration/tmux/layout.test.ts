import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  layoutNames,
  type TmuxPane,
  type TmuxSession,
  type WindowInfo,
} from '../../../src/tmux/index.ts';
import { openServer, type PrivateServer, until } from './support.ts';

const cat = { command: ['cat', '-u'] };
const square = { firstSession: { name: 'first', columns: 100, rows: 100, ...cat } };

test('splits on each side, in cells and in parts (B31)', async () => {
  await using opened = await openServer(square);
  const { pane, signal } = opened;
  const below = await pane.split({ ...cat, side: 'below', size: 10 }, signal);
  const right = await pane.split({ ...cat, side: 'right', size: 20 }, signal);
  const above = await pane.split({ ...cat, side: 'above', size: '25%' }, signal);
  const wide = await pane.split({ ...cat, side: 'below', size: 5, full: true }, signal);

  expect(await size(below, signal)).toBe('100x10');
  expect(await size(wide, signal)).toBe('100x5');
  expect((await right.info(signal)).columns).toBe(20);
  expect((await above.info(signal)).index).toBe(0);
  expect((await pane.info(signal)).isActive).toBe(true);
});

test('selects a new pane or window only when asked to', async () => {
  await using opened = await openServer(square);
  const { session, pane, directory, signal } = opened;
  await pane.split({ ...cat, side: 'left', stream: { path: `${directory}/log` } }, signal);
  await session.createWindow({ ...cat, stream: { path: `${directory}/log` } }, signal);
  expect((await pane.info(signal)).isActive).toBe(true);
  expect((await session.info(signal)).windows.map(({ isActive }) => isActive)).toEqual([
    true,
    false,
  ]);

  const split = await pane.split({ ...cat, side: 'left', select: true }, signal);
  await session.createWindow({ ...cat, select: true }, signal);
  expect((await split.info(signal)).isActive).toBe(true);
  expect((await session.info(signal)).windows.map(({ isActive }) => isActive)).toEqual([
    false,
    false,
    true,
  ]);
});

test('says when there is no room for a split, and refuses sizes that are none (B32)', async () => {
  await using opened = await openServer({
    firstSession: { name: 'first', columns: 3, rows: 2, ...cat },
  });
  const { pane, session, signal } = opened;

  await expect(pane.split({ ...cat, side: 'below' }, signal)).rejects.toMatchObject({
    code: 'tmux.no-space',
  });
  for (const bad of [0, -1, 1.5, 'abc%', NaN]) {
    const options = { ...cat, side: 'below', size: bad as number } as const;
    await expect(pane.split(options, signal)).rejects.toMatchObject({ code: 'tmux.bad-argument' });
  }
  expect(await session.listPanes(signal)).toHaveLength(1);
});

test('resizes a pane within what the window allows (B33)', async () => {
  await using opened = await openServer({
    firstSession: { name: 'first', columns: 80, rows: 40, ...cat },
  });
  const { pane, signal } = opened;
  await pane.split({ ...cat, side: 'below' }, signal);
  await pane.resize({ rows: 5 }, signal);
  expect(await size(pane, signal)).toBe('80x5');
  await pane.resize({ rows: '50%' }, signal);
  expect(await size(pane, signal)).toBe('80x20');
  await pane.resize({ rows: 1000 }, signal);
  expect(await size(pane, signal)).toBe('80x38');
});

test('zooms to a state instead of toggling (B34)', async () => {
  await using opened = await openServer(square);
  const { pane, signal } = opened;
  const other = await pane.split({ ...cat, side: 'below' }, signal);
  for (const isZoomed of [true, true, false, false, true]) {
    await pane.zoom(isZoomed, signal);
    expect((await window(opened)).isZoomed).toBe(isZoomed);
  }
  await other.zoom(true, signal);
  expect(await size(other, signal)).toBe('100x100');
});

test('resizes a window, and keeps that size when a smaller terminal attaches (B35, B39)', async () => {
  await using opened = await openServer();
  const { server, session, signal } = opened;
  const [first] = await session.listWindows(signal);
  await first?.resize({ columns: 120, rows: 40 }, signal);
  await expect(first?.resize({ columns: 0, rows: 40 }, signal)).rejects.toMatchObject({
    code: 'tmux.bad-argument',
  });
  const later = await session.createWindow({ ...cat, columns: 90, rows: 30 }, signal);
  const attach = `stty cols 40 rows 12; exec tmux -u -S ${server.socketPath} attach`;
  const person = spawn('script', ['-qc', attach, '/dev/null'], {
    stdio: 'ignore',
    env: { ...process.env, TERM: 'xterm' },
  });
  const clients = async (): Promise<number> =>
    (await server.command(['list-clients'], signal)).length;
  await until(async () => (await clients()) === 2, signal);
  await later.select(signal);
  await later.split({ ...cat, side: 'below' }, signal);

  const sizes = (await session.info(signal)).windows.map(
    ({ columns, rows }) => `${columns}x${rows}`,
  );
  person.kill('SIGKILL');
  await until(async () => (await clients()) === 1, signal);
  expect(sizes).toEqual(['120x40', '90x30']);
});

test('arranges panes by name and by a layout that was read (B36, X01)', async () => {
  await using opened = await openServer(square);
  const { server, pane, signal } = opened;
  for (const side of ['below', 'right'] as const) await pane.split({ ...cat, side }, signal);
  const handle = server.window((await window(opened)).id);
  const before = (await window(opened)).layout;
  for (const name of layoutNames) await handle.selectLayout(name, signal);
  expect((await window(opened)).layout).not.toBe(before);
  await handle.selectLayout(before, signal);

  expect((await window(opened)).layout).toBe(before);
  await pane.split({ ...cat, side: 'below' }, signal);
  await expect(handle.selectLayout(before, signal)).rejects.toMatchObject({
    code: 'tmux.bad-layout',
  });
});

test('swaps, rotates, breaks out and joins panes, which keep their ids (B37, B38)', async () => {
  await using opened = await openServer(square);
  const { server, session, pane, signal } = opened;
  const second = await pane.split({ ...cat, side: 'below' }, signal);
  const order = async (): Promise<readonly string[]> =>
    (await window(opened)).panes.map(({ id }) => id);
  await pane.swapWith(second.id, signal);
  expect(await order()).toEqual([second.id, pane.id]);
  await server.window((await window(opened)).id).rotate(signal);
  expect(await order()).toEqual([pane.id, second.id]);
  await second.breakOut('alone', signal);
  expect(
    (await session.info(signal)).windows.map(({ panes }) => panes.map(({ id }) => id)),
  ).toEqual([[pane.id], [second.id]]);
  await second.joinTo(pane.id, 'horizontal', signal);
  expect(await order()).toEqual([pane.id, second.id]);
  await expect(pane.joinTo(pane.id, 'vertical', signal)).rejects.toMatchObject({
    code: 'tmux.command-failed',
  });
});

test('moves and swaps windows, and says when a place is taken (B40, B41)', async () => {
  await using opened = await openServer();
  const { session, server, signal } = opened;
  await session.createWindow({ ...cat, name: 'two' }, signal);
  const [one, two] = await session.listWindows(signal);
  await two?.moveTo(session.id, 9, signal);
  await expect(one?.moveTo(session.id, 9, signal)).rejects.toMatchObject({
    code: 'tmux.index-taken',
  });
  await one?.swapWith(two?.id ?? '@99', signal);

  expect(await indexes(session, signal)).toEqual([`0 ${two?.id}`, `9 ${one?.id}`]);
  await expect(one?.swapWith('@99', signal)).rejects.toMatchObject({ code: 'tmux.window-gone' });
  expect((await server.snapshot(signal)).sessions).toHaveLength(1);
});

test('makes sessions of the size asked for, or of the default (B47)', async () => {
  await using opened = await openServer({ size: { columns: 111, rows: 33 } });
  const { server, signal } = opened;
  const sized = await server.createSession(
    { name: 'sized', columns: 123, rows: 45, ...cat },
    signal,
  );
  const plain = await server.createSession({ name: 'plain', ...cat }, signal);
  const [a, b] = [await sized.info(signal), await plain.info(signal)].map(
    ({ windows }) => windows[0],
  );

  expect([a?.columns, a?.rows]).toEqual([123, 45]);
  expect([b?.columns, b?.rows]).toEqual([111, 33]);
  for (const columns of [0, 10_001, 1.5]) {
    const options = { name: 'bad', columns, ...cat };
    await expect(server.createSession(options, signal)).rejects.toMatchObject({
      code: 'tmux.bad-argument',
    });
  }
});

test('closes a session with its last window, and tells of it (B43, B78)', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  const kinds: string[] = [];
  using _listening = server.onNotification(({ kind }) => kinds.push(kind));
  const session = await server.createSession({ name: 'short', ...cat }, signal);
  const [only] = await session.listWindows(signal);
  await only?.rename('renamed', signal);
  await only?.kill(signal, { graceMs: 200 });
  await until(() => kinds.includes('window-closed'), signal);

  expect(await server.findSession('short', signal)).toBeUndefined();
  expect(new Set(kinds)).toEqual(
    new Set([
      'window-added',
      'sessions-changed',
      'window-renamed',
      'window-closed',
      ...kinds.filter((kind) => kind === 'layout-changed'),
    ]),
  );
});

async function size(pane: TmuxPane, signal: AbortSignal): Promise<string> {
  const { columns, rows } = await pane.info(signal);
  return `${columns}x${rows}`;
}

async function window({ session, signal }: PrivateServer): Promise<WindowInfo> {
  const [first] = (await session.info(signal)).windows;
  if (first === undefined) throw new Error('no window');
  return first;
}

async function indexes(session: TmuxSession, signal: AbortSignal): Promise<readonly string[]> {
  return (await session.info(signal)).windows.map(({ index, id }) => `${index} ${id}`);
}
