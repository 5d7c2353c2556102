import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lookOnce } from '../../../src/tmux/index.ts';
import { openServer, privateDirectory } from './support.ts';

const tmux = { tmuxPath: 'tmux', paneId: '%0', deadlineMs: 10_000 } as const;

test('sees what a pane shows and which program is behind it', async () => {
  await using opened = await openServer();
  const { server, pane, signal } = opened;
  await pane.typeText('hello', signal);
  await pane.untilScreen((rows) => rows.includes('hello'), signal);
  const look = await lookOnce({ ...tmux, socketPath: server.socketPath }, signal);

  expect(look).toMatchObject({ exit: undefined, columns: 80, rows: 24 });
  expect(look?.styledRows[0]).toBe('hello');
});

test('sees nothing where no server runs, or no such pane is', async () => {
  await using opened = await openServer();
  const { server, directory, signal } = opened;
  const { socketPath } = server;

  expect(await lookOnce({ ...tmux, socketPath, paneId: '%99' }, signal)).toBeUndefined();
  const nowhere = join(directory, 'nobody');
  expect(await lookOnce({ ...tmux, socketPath: nowhere }, signal)).toBeUndefined();
});

test('does not take a server that is silent, or a tmux that is not there, for one that is gone', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  const { socketPath } = server;
  process.kill(server.generation.pid, 'SIGSTOP');

  await expect(lookOnce({ ...tmux, socketPath, deadlineMs: 300 }, signal)).rejects.toMatchObject({
    code: 'tmux.server-unresponsive',
  });
  process.kill(server.generation.pid, 'SIGCONT');
  await using elsewhere = await privateDirectory();
  const tmuxPath = join(elsewhere.path, 'tmux');
  await expect(lookOnce({ ...tmux, tmuxPath, socketPath }, signal)).rejects.toMatchObject({
    code: 'tmux.not-found',
  });
});

test('throws what it was aborted with', async () => {
  await using opened = await openServer();
  const reason = new Error('enough');
  const socketPath = opened.server.socketPath;
  const looking = lookOnce({ ...tmux, socketPath }, AbortSignal.abort(reason));

  await expect(looking).rejects.toBe(reason);
});
