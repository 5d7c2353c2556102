import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openServer, until } from './support.ts';

test('refuses names that tmux would change, and leaves everything as it was (B02, B03, B05)', async () => {
  await using opened = await openServer();
  const { server, session, signal } = opened;

  for (const name of ['p.q', 'r:s', '', 'tab\there', 'back\\slash', '$1', '=x']) {
    const options = { name, command: ['cat', '-u'] };
    await expect(server.createSession(options, signal)).rejects.toMatchObject({
      code: 'tmux.bad-name',
    });
    await expect(session.rename(name, signal)).rejects.toMatchObject({ code: 'tmux.bad-name' });
  }
  const { sessions } = await server.snapshot(signal);
  expect(sessions.map(({ name }) => name)).toEqual(['first']);
});

test('refuses a name that is taken, so that creating is a lock (B04)', async () => {
  await using opened = await openServer();
  const { server, session, signal } = opened;
  const create = async (): Promise<unknown> =>
    await server.createSession({ name: 'lock', command: ['cat', '-u'] }, signal);
  const results = await Promise.allSettled([create(), create(), create()]);

  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(session.rename('lock', signal)).rejects.toMatchObject({ code: 'tmux.name-taken' });
  expect((await session.info(signal)).name).toBe('first');
});

test('gives names back as they were given (B05, B12, B13)', async () => {
  await using opened = await openServer();
  const { server, session, signal } = opened;
  for (const name of [' two  blanks ', 'héé✓', 'a#b', '#{pid}', 'x;', 'x%Y', "it's"]) {
    const made = await server.createSession(
      { name: `s${name}`, windowName: name, command: ['cat', '-u'] },
      signal,
    );
    const info = await made.info(signal);
    expect(info.name).toBe(`s${name}`);
    expect(info.windows[0]?.name).toBe(name);
    expect((await server.findSession(`s${name}`, signal))?.id).toBe(made.id);
  }
  await session.rename('re # named', signal);
  const [window] = await session.listWindows(signal);
  await window?.rename('win #(date)', signal);
  expect((await session.info(signal)).name).toBe('re # named');
  expect((await window?.info(signal))?.name).toBe('win #(date)');
});

test('finds by the whole name only, and ends what it was told to end (B06, B07, B08)', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  const prod1 = await server.createSession({ name: 'prod-1', command: ['cat', '-u'] }, signal);
  const prod10 = await server.createSession({ name: 'prod-10', command: ['cat', '-u'] }, signal);
  await prod1.kill(signal, { graceMs: 200 });

  expect(await server.findSession('prod-1', signal)).toBeUndefined();
  expect(await server.findSession('prod', signal)).toBeUndefined();
  await expect(prod1.kill(signal)).rejects.toMatchObject({ code: 'tmux.session-gone' });
  expect((await server.findSession('prod-10', signal))?.id).toBe(prod10.id);
});

test('never runs a command hidden in a name, a title or a directory (B10, B11)', async () => {
  await using opened = await openServer();
  const { server, session, pane, directory, signal } = opened;
  const odd = join(directory, 'd#(touch x) #{pid}');
  await mkdir(odd);
  await pane.setTitle(`π #(touch ${join(directory, 'title')})`, signal);
  const made = await server.createSession(
    { name: '#(touch s)', windowName: '#(touch n)', command: ['cat', '-u'], directory: odd },
    signal,
  );
  const second = await session.createWindow(
    {
      name: '#(touch w)',
      command: ['sh', '-c', 'pwd; exec cat'],
      directory: odd,
      stream: { path: join(directory, 'l#(touch p)%Y.log') },
    },
    signal,
  );
  const rows = await second.untilScreen(([row = '']) => row !== '', signal);
  // Its writer is a process of its own, and may begin later than the program.
  const isRecorded = async (): Promise<boolean> => (await readdir(directory)).length > 2;
  await until(isRecorded, signal);
  await second.typeText(trap('typed'), signal);
  await server.setBuffer('b', trap('buffer'), signal);
  await server.setOption(
    { scope: { session: session.id }, name: '@o', value: trap('option') },
    signal,
  );

  expect(rows[0]).toBe(odd);
  expect((await pane.info(signal)).title).toBe(`π #(touch ${join(directory, 'title')})`);
  expect((await made.info(signal)).name).toBe('#(touch s)');
  expect((await readdir(directory)).toSorted()).toEqual([
    'd#(touch x) #{pid}',
    'l#(touch p)%Y.log',
    's',
  ]);
  expect(await readdir(odd)).toEqual([]);
});

test('reads titles and directories back that hold separators and line ends', async () => {
  const nasty = 'a:b 3:x\n17:';
  await using opened = await openServer();
  const { server, session, directory, signal } = opened;
  const odd = join(directory, nasty);
  await mkdir(odd);
  const pane = await session.createWindow({ command: ['cat', '-u'], directory: odd }, signal);
  await server.setOption({ scope: { pane: pane.id }, name: '@note', value: nasty }, signal);

  // tmux reads it from the process in front, and just after the start there may be none.
  await until(async () => (await pane.info(signal)).currentDirectory !== '', signal);
  const { sessions } = await server.snapshot(signal, { userOptions: ['@note'] });
  const panes = sessions.flatMap(({ windows }) => windows.flatMap((window) => window.panes));
  expect(panes.map(({ options }) => options.get('@note'))).toEqual([undefined, nasty]);
  expect(panes[1]?.currentDirectory).toBe(odd);
});

test('never gives an id twice (B14)', async () => {
  await using opened = await openServer();
  const { session, signal } = opened;
  const first = await session.createWindow({ command: ['cat', '-u'] }, signal);
  await first.kill(signal, { graceMs: 200 });
  const second = await session.createWindow({ command: ['cat', '-u'] }, signal);

  expect(second.id).not.toBe(first.id);
  await expect(first.capture(signal)).rejects.toMatchObject({ code: 'tmux.pane-gone' });
});

function trap(kind: string): string {
  return `#(touch "$PWD/${kind}")`;
}
