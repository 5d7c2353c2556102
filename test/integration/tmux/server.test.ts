import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProcess, hasCode, sendSignal, systemClock } from '../../../src/base/index.ts';
import {
  connectTmuxServer,
  findTmux,
  killUnresponsiveServer,
  startTmuxServer,
  TmuxServerUnresponsiveError,
} from '../../../src/tmux/index.ts';
import { openServer, privateDirectory, testSignal, until } from './support.ts';

const firstSession = { name: 'first', command: ['cat', '-u'] };

test('starts a server with one session, and ends it with everything it had', async () => {
  const { server, directory, pane, signal, ...opened } = await openServer();
  const { pid } = await pane.info(signal);

  expect(server.generation.pid).toBeGreaterThan(0);
  expect(server.version.text).toMatch(/^\d/);
  await opened[Symbol.asyncDispose]();

  expect(await findProcess(pid)).toBeUndefined();
  expect(await findProcess(server.generation.pid)).toBeUndefined();
  await expect(readdir(directory)).rejects.toThrow('ENOENT');
});

test('says plainly that no server runs (B01)', async () => {
  await using directory = await privateDirectory();
  const options = { socketPath: join(directory.path, 's'), clock: systemClock };

  await expect(connectTmuxServer(options, testSignal())).rejects.toMatchObject({
    code: 'tmux.server-gone',
  });
  expect(await readdir(directory.path)).toEqual([]);
});

test('connects to a server that runs, and reads whose it is', async () => {
  await using opened = await openServer({ marks: { '@owner': 'run 1; #{x} "é"' } });
  const { server, signal } = opened;
  const options = { socketPath: server.socketPath, clock: systemClock };
  await using other = await connectTmuxServer(options, signal);

  expect(other.generation).toEqual(server.generation);
  expect(await other.findMark('@owner', signal)).toBe('run 1; #{x} "é"');
  expect(await other.findMark('@nobody', signal)).toBeUndefined();
  await expect(startTmuxServer({ ...options, firstSession }, signal)).rejects.toMatchObject({
    code: 'tmux.server-running',
  });
});

test('lives on when its handle is closed, and ends with its last session (B43)', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  const options = { socketPath: server.socketPath, clock: systemClock };
  await server[Symbol.asyncDispose]();
  await using other = await connectTmuxServer(options, signal);
  const [session] = await other.listSessions(signal);
  await session?.kill(signal, { graceMs: 200 });

  await until(async () => (await findProcess(server.generation.pid)) === undefined, signal);
  await expect(other.snapshot(signal)).rejects.toMatchObject({ code: 'tmux.server-gone' });
});

test('keeps its connection when the session it was attached to ends', async () => {
  await using opened = await openServer();
  const { server, session, signal } = opened;
  const second = await server.createSession({ name: 'second', command: ['cat', '-u'] }, signal);
  await session.kill(signal, { graceMs: 200 });

  expect((await second.info(signal)).name).toBe('second');
  expect((await server.snapshot(signal)).sessions).toHaveLength(1);
});

test('refuses a handle of a server that was replaced (B14)', async () => {
  await using opened = await openServer();
  const { server, signal, pane } = opened;
  const options = { socketPath: server.socketPath, clock: systemClock };
  await using old = await connectTmuxServer(options, signal);
  const oldPane = old.pane(pane.id);
  await server.kill(signal, { graceMs: 200 });
  await using next = await startTmuxServer({ ...options, firstSession }, signal);

  expect(next.firstPane?.id).toBe(pane.id);
  await expect(oldPane.typeText('x', signal)).rejects.toMatchObject({ code: 'tmux.server-gone' });
  await expect(pane.capture(signal)).rejects.toMatchObject({ code: 'tmux.server-gone' });
  await next.kill(signal, { graceMs: 200 });
});

test('refuses a server that took the socket of one that still runs', async () => {
  await using opened = await openServer();
  const { server, pane, signal } = opened;
  const [client = ''] = await server.command(['list-clients', '-F', '#{client_pid}'], signal);
  const options = { socketPath: server.socketPath, clock: systemClock };
  await rm(server.socketPath);
  await using thief = await startTmuxServer({ ...options, firstSession }, signal);
  process.kill(Number(client), 'SIGKILL');
  await until(async () => (await findProcess(Number(client))) === undefined, signal);

  await expect
    .poll(async () => await pane.capture(signal).catch((error: { code: string }) => error.code))
    .toBe('tmux.generation-gone');
  await thief.kill(signal, { graceMs: 200 });
});

test('ends every wait when its handle is closed', async () => {
  await using opened = await openServer();
  const { server, pane, signal } = opened;
  const options = { socketPath: server.socketPath, clock: systemClock };
  const other = await connectTmuxServer(options, signal);
  const same = other.pane(pane.id);
  using mark = await same.mark(signal);
  const waits = [
    same.untilExit(signal),
    mark.untilText('x', signal),
    same.untilScreen(() => false, signal),
  ];
  const codes = waits.map(
    async (wait) => await wait.catch((error: { code: string }) => error.code),
  );
  await same.info(signal);
  await other[Symbol.asyncDispose]();

  expect(await Promise.all(codes)).toEqual(Array(3).fill('tmux.connection-lost'));
  await expect(same.capture(signal)).rejects.toMatchObject({ code: 'tmux.connection-lost' });
});

test('can start again on the same socket as soon as kill has resolved (B52)', async () => {
  await using directory = await privateDirectory();
  const options = { socketPath: join(directory.path, 's'), clock: systemClock, firstSession };
  for (let round = 0; round < 5; round += 1) {
    const signal = testSignal();
    await using server = await startTmuxServer(options, signal);
    expect((await server.snapshot(signal)).sessions).toHaveLength(1);
    await server.kill(signal, { graceMs: 200 });
    expect(await readdir(directory.path)).toEqual([]);
  }
});

test('opens a lost connection again for the next command, but never repeats one', async () => {
  await using opened = await openServer();
  const { server, pane, signal } = opened;
  const [client = ''] = await server.command(['list-clients', '-F', '#{client_pid}'], signal);
  const waiting = server.command(['list-sessions'], signal);
  process.kill(Number(client), 'SIGKILL');

  // The answer may have come before the kill did.
  await waiting.catch((error: unknown) =>
    expect(hasCode(error, 'tmux.connection-lost')).toBe(true),
  );
  await until(async () => (await findProcess(Number(client))) === undefined, signal);
  await expect.poll(async () => await pane.capture(signal).catch(() => [])).toHaveLength(24);
});

test('gives up on a server that does not answer, and can then kill it', async () => {
  await using directory = await privateDirectory();
  const socketPath = join(directory.path, 's');
  const signal = testSignal();
  const options = { socketPath, clock: systemClock, deadlineMs: 1_000 };
  await using server = await startTmuxServer({ ...options, firstSession }, signal);
  const { generation } = server;
  sendSignal(generation.pid, 'SIGSTOP');

  const answers = [server.snapshot(signal), server.command(['list-keys'], signal)];
  const errors = await Promise.all(answers.map(async (answer) => await answer.catch(String)));
  expect(errors.map(String).every((text) => text.includes('did not answer within 1000 ms'))).toBe(
    true,
  );
  await expect(connectTmuxServer(options, signal)).rejects.toThrow(TmuxServerUnresponsiveError);

  await killUnresponsiveServer({ generation, socketPath, clock: systemClock }, signal);
  expect(await findProcess(generation.pid)).toBeUndefined();
  expect(await readdir(directory.path)).toEqual([]);
});

test('kills a server that does not answer by itself', async () => {
  await using directory = await privateDirectory();
  const signal = testSignal();
  const options = { socketPath: join(directory.path, 's'), clock: systemClock, deadlineMs: 1_000 };
  await using server = await startTmuxServer({ ...options, firstSession }, signal);
  sendSignal(server.generation.pid, 'SIGSTOP');
  await server.kill(signal, { graceMs: 100 });

  expect(await findProcess(server.generation.pid)).toBeUndefined();
});

test('ends a server that it started and that does not answer in time', async () => {
  await using directory = await privateDirectory();
  const tmuxPath = join(directory.path, 'tmux');
  const { path } = await findTmux({}, testSignal());
  // Starts a server like any tmux, and never says a word of it.
  await writeFile(tmuxPath, `#!/bin/sh\nexec ${path} "$@" > /dev/null\n`, { mode: 0o755 });
  const options = { socketPath: join(directory.path, 's'), clock: systemClock, tmuxPath };
  const starting = startTmuxServer({ ...options, deadlineMs: 500, firstSession }, testSignal());

  await expect(starting).rejects.toMatchObject({ code: 'tmux.server-unresponsive' });
  const connecting = connectTmuxServer({ ...options, tmuxPath: path }, testSignal());
  await expect(connecting).rejects.toMatchObject({ code: 'tmux.server-gone' });
});

test('throws the reason of an abort, and goes on with the next command', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  const reason = new Error('changed my mind');
  const controller = new AbortController();
  const aborted = server.command(['display-message', '-p', 'first'], controller.signal);
  const next = server.command(['display-message', '-p', 'second'], signal);
  controller.abort(reason);

  await expect(aborted).rejects.toBe(reason);
  expect(await next).toEqual(['second']);
  await expect(server.command(['list-keys'], AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('leaves nothing when a start is aborted', async () => {
  await using directory = await privateDirectory();
  const options = { socketPath: join(directory.path, 's'), clock: systemClock, firstSession };
  const controller = new AbortController();
  const starting = startTmuxServer(options, controller.signal);
  setImmediate(() => controller.abort(new Error('stop')));

  await expect(starting).rejects.toThrow('stop');
  await expect.poll(async () => await readdir(directory.path)).toEqual([]);
});

test('refuses a directory that others may enter, and a path that is too long', async () => {
  await using directory = await privateDirectory();
  const clock = systemClock;
  const start = async (socketPath: string): Promise<unknown> =>
    await startTmuxServer({ socketPath, clock, firstSession }, testSignal());
  const open = join(directory.path, 'open');
  await mkdir(open);
  await chmod(open, 0o755);
  await writeFile(join(directory.path, 'file'), '');

  await expect(start(join(open, 's'))).rejects.toThrow('has mode 0755 instead of 0700');
  await expect(start(join(directory.path, 'x'.repeat(100)))).rejects.toThrow('at most 100 work');
  await expect(start(join(directory.path, 'none', 's'))).rejects.toThrow('does not exist');
  await expect(start(join(directory.path, 'file', 's'))).rejects.toThrow('is no directory');
  await expect(start('relative/s')).rejects.toMatchObject({ code: 'tmux.bad-socket-path' });
});

test('says where it looked for tmux, and what to do', async () => {
  await using directory = await privateDirectory();
  const environment = { PATH: directory.path };
  const options = { socketPath: join(directory.path, 's'), clock: systemClock, environment };

  const error = await startTmuxServer({ ...options, firstSession }, testSignal()).catch((e) => e);
  expect(error).toMatchObject({
    code: 'tmux.not-found',
    todo: expect.stringContaining('apt install'),
  });
  await expect(findTmux({ environment }, testSignal())).rejects.toMatchObject({
    code: 'tmux.not-found',
  });
  expect((await findTmux({}, testSignal())).path).toMatch(/^\/.*tmux$/);
});

test('names what an old tmux lacks instead of its first complaint', async () => {
  await using directory = await privateDirectory();
  const tmuxPath = join(directory.path, 'tmux');
  const old =
    '#!/bin/sh\n[ "$1" = -V ] && { echo tmux 2.9a; exit; }\necho "usage: tmux" >&2; exit 1\n';
  await writeFile(tmuxPath, old, { mode: 0o755 });
  const options = { socketPath: join(directory.path, 's'), clock: systemClock, tmuxPath };

  await expect(startTmuxServer({ ...options, firstSession }, testSignal())).rejects.toThrow(
    /tmux 2.9a is too old: it lacks client flags/,
  );
});

test('says why tmux did not start', async () => {
  await using directory = await privateDirectory();
  const options = { socketPath: join(directory.path, 's'), clock: systemClock };
  const long = { name: 'first', command: ['echo', 'x'.repeat(20_000)] };

  await expect(
    startTmuxServer({ ...options, firstSession: long }, testSignal()),
  ).rejects.toMatchObject({
    code: 'tmux.start-failed',
    message: expect.stringContaining('too long'),
  });
});

test('works in a C locale without HOME and TERM (B73)', async () => {
  const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  await using opened = await openServer({
    environment,
    command: ['sh', '-c', 'printf "é\\t✓\\n"; exec cat'],
  });
  const { server, pane, signal } = opened;
  await server.createSession({ name: 'é73', command: ['cat', '-u'] }, signal);

  expect((await server.snapshot(signal)).sessions.map(({ name }) => name)).toEqual([
    'first',
    'é73',
  ]);
  const rows = await pane.untilScreen(([row = '']) => row !== '', signal);
  expect(rows[0]).toBe('é       ✓');
});

test('gives programs the environment it was given, and nothing of ours (B55)', async () => {
  process.env['TB_LEAK'] = 'leaked';
  const environment = { PATH: '/usr/bin:/bin', GIVEN: 'yes' };
  await using opened = await openServer({
    environment,
    command: ['sh', '-c', 'env; echo all; exec cat'],
  });
  const { pane, signal } = opened;
  delete process.env['TB_LEAK'];
  const all = { historyRows: 'all' } as const;
  await pane.untilScreen((rows) => rows.includes('all'), signal, all);
  const rows = await pane.capture(signal, all);

  expect(rows).toContain('GIVEN=yes');
  expect(rows.filter((row) => /LEAK|^HOME=|VITEST/.test(row))).toEqual([]);
});
