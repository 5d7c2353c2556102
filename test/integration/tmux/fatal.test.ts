import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { findProcess, systemClock } from '../../../src/base/index.ts';
import { connectTmuxServer, ForbiddenCommandError } from '../../../src/tmux/index.ts';
import { openServer, until } from './support.ts';

test.each([
  ['X01', ['select-layout', 'nosuch']],
  ['X02', ['select-layout', '-o', 'tiled']],
  ['X03', ['set-option', '-g', 'window-size', 'manual']],
  ['X04', ['set-option', '-gU', '-t', '%99', 'pane-border-status']],
  ['X05', ['link-window', '-s', '@0', '-t', '$0:7']],
  ['X06', ['kill-server']],
])('%s cannot be reached by a command, and the server lives on', async (_id, command) => {
  await using opened = await openServer();
  const { server, signal } = opened;

  await expect(server.command(command, signal)).rejects.toThrow(ForbiddenCommandError);
  await expect(server.sequence([['list-sessions'], command], signal)).rejects.toThrow(
    ForbiddenCommandError,
  );
  await expect(server.addHook('after-new-window', [command], signal)).rejects.toThrow(
    ForbiddenCommandError,
  );
  expect((await server.snapshot(signal)).sessions).toHaveLength(1);
});

test('X01-X03: the typed calls refuse them too, and the server lives on', async () => {
  await using opened = await openServer();
  const { server, session, pane, signal } = opened;
  const [window] = await session.listWindows(signal);

  for (const layout of ['nosuch', '', 'main', 'zzzz', 'even', '-o', '0000,80x24,0,0,0']) {
    await expect(window?.selectLayout(layout, signal)).rejects.toMatchObject({
      code: 'tmux.bad-argument',
    });
  }
  const global = { scope: 'global-window', name: 'window-size', value: 'manual' } as const;
  await expect(server.setOption(global, signal)).rejects.toThrow(ForbiddenCommandError);
  await session.createWindow({ command: ['cat', '-u'] }, signal);
  expect(await pane.capture(signal)).toHaveLength(24);
});

test('X04: unsetting an option of a pane that is gone is an error and no more', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;

  await expect(
    server.unsetOption({ pane: '%99' }, 'pane-border-status', signal),
  ).rejects.toMatchObject({ code: 'tmux.window-gone' });
  expect((await server.snapshot(signal)).sessions).toHaveLength(1);
});

test('X06: ends a server although a client that nobody reads hangs on it', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'exec yes'] });
  const { server, signal } = opened;
  const args = ['-u', '-C', '-S', server.socketPath, 'attach-session'];
  const stuck = spawn('tmux', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = Promise.withResolvers<void>();
  stuck.on('exit', () => ended.resolve());
  stuck.stdin.on('error', () => {});
  await until(async () => {
    const clients = await server.command(['list-clients', '-F', '#{client_pid}'], signal);
    return clients.length === 2;
  }, signal);
  await server.kill(signal, { graceMs: 200 });

  await ended.promise;
  expect(await findProcess(server.generation.pid)).toBeUndefined();
});

test('X06: ends clients that a killed program left behind when it connects', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  // The shell dies at once and leaves its client to init, with pipes that nobody reads.
  const script = 'tail -f /dev/null | tmux -u -C -S "$0" attach-session > /dev/null & kill -9 $$';
  const shell = spawn('sh', ['-c', script, server.socketPath], { stdio: 'ignore' });
  const clients = async (): Promise<readonly string[]> =>
    await server.command(['list-clients', '-F', '#{client_pid}'], signal);
  await until(async () => (await clients()).length === 2, signal);
  const [, stray = ''] = await clients();
  const options = { socketPath: server.socketPath, clock: systemClock };
  await using _other = await connectTmuxServer(options, signal);

  expect(await findProcess(Number(stray))).toBeUndefined();
  expect(shell.pid).toBeDefined();
  expect((await server.snapshot(signal)).sessions).toHaveLength(1);
});

test('a client that connects while much changes does not end the server', async () => {
  await using opened = await openServer();
  const { server, session, signal } = opened;
  for (let round = 0; round < 12; round += 1) {
    const command = ['sh', '-c', 'read x; exit 3'];
    const made = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        const one = await server.createSession({ name: `${name}${round}`, command }, signal);
        const [pane] = await one.listPanes(signal);
        // Each watch connects a client; deaths, sessions and windows come and go meanwhile.
        const watching = pane?.watch(signal);
        const exit = pane?.untilExit(signal);
        await pane?.pressKeys(['Enter'], signal);
        await session.createWindow({ command: ['true'] }, signal);
        (await watching)?.[Symbol.dispose]();
        expect(await exit).toEqual({ kind: 'status', status: 3 });
        return one;
      }),
    );
    for (const one of made) await one.kill(signal, { graceMs: 100 });
  }

  expect((await server.snapshot(signal)).sessions.map(({ name }) => name)).toEqual(['first']);
});
