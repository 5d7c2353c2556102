import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProcess, sendSignal } from '../../../src/base/index.ts';
import type { PaneOutput, PaneWatch } from '../../../src/tmux/index.ts';
import { openServer, until } from './support.ts';

test('gives what a pane prints, whole and in order, until its program ends (B77)', async () => {
  const script =
    'read x; i=0; while [ $i -lt 3000 ]; do echo "$i é✓ \\\\ tab\t"; i=$((i+1)); done; sleep 0.2';
  await using opened = await openServer({
    command: ['sh', '-c', `stty -echo; echo up; ${script}`],
  });
  const { pane, signal } = opened;
  await pane.untilScreen(([row]) => row === 'up', signal);
  using watch = await pane.watch(signal, { limitBytes: 10_000_000 });
  await pane.pressKeys(['Enter'], signal);
  const text = await all(watch);

  const lines = Array.from({ length: 3000 }, (_, at) => `${at} é✓ \\ tab\t\r\n`);
  expect(text).toBe(lines.join(''));
});

test('watches panes of several sessions, each its own', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'stty -echo; exec cat'] });
  const { server, pane, signal } = opened;
  const other = await server.createSession(
    { name: 'other', command: ['sh', '-c', 'stty -echo; exec cat'] },
    signal,
  );
  const [otherPane = pane] = await other.listPanes(signal);
  using here = await pane.mark(signal);
  using there = await otherPane.mark(signal);
  await pane.pressKeys(['h', 'Enter'], signal);
  await otherPane.pressKeys(['t', 'Enter'], signal);

  expect(await here.untilText(/[ht]/, signal)).toBe('h');
  expect(await there.untilText(/[ht]/, signal)).toBe('t');
});

test('says what a slow reader lost, and gives it the newest', async () => {
  await using opened = await openServer({
    command: ['sh', '-c', 'stty -echo; echo up; read x; seq 1 20000; echo end; sleep 0.2'],
  });
  const { pane, signal } = opened;
  await pane.untilScreen(([row]) => row === 'up', signal);
  using watch = await pane.watch(signal, { limitBytes: 2_000 });
  await pane.pressKeys(['Enter'], signal);
  await pane.untilExit(signal);
  const [first, ...rest] = await events(watch);

  expect(first).toMatchObject({ kind: 'gap', reason: 'overflow' });
  const lost = first?.kind === 'gap' ? first.lostBytes : 0;
  const kept = rest.map((event) => (event.kind === 'output' ? event.bytes.length : 0));
  expect(lost + kept.reduce((sum, size) => sum + size, 0)).toBe(
    seqBytes(20_000) + 'end\r\n'.length,
  );
  expect(rest.at(-1)).toMatchObject({ text: expect.stringMatching(/end\r\n$/) });
});

test('goes on after the watching client was killed, and tells of the gap', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'stty -echo; echo up; exec cat'] });
  const { server, pane, signal } = opened;
  await pane.untilScreen(([row]) => row === 'up', signal);
  using watch = await pane.watch(signal);
  const reader = watch[Symbol.asyncIterator]();
  const clients = await server.command(
    ['list-clients', '-F', '#{client_pid} #{client_flags}'],
    signal,
  );
  const watching = clients.find((line) => !line.includes('no-output')) ?? '';
  process.kill(Number.parseInt(watching, 10), 'SIGKILL');

  expect((await reader.next()).value).toEqual({ kind: 'gap', reason: 'reconnected', lostBytes: 0 });
  await pane.pressKeys(['a', 'Enter'], signal);
  expect((await reader.next()).value).toMatchObject({ kind: 'output', text: 'a\r\n' });
});

test('a watch that ends while its server does not answer leaves no failure that nobody hears', async () => {
  await using opened = await openServer({ deadlineMs: 500 });
  const { server, pane, signal } = opened;
  const unheard: unknown[] = [];
  const hear = (reason: unknown): void => void unheard.push(reason);
  process.prependListener('unhandledRejection', hear);
  using _listening = { [Symbol.dispose]: () => process.off('unhandledRejection', hear) };
  const watch = await pane.watch(signal);
  const clients = await server.command(
    ['list-clients', '-F', '#{client_pid} #{client_flags}'],
    signal,
  );
  const watching = Number.parseInt(clients.find((line) => !line.includes('no-output')) ?? '', 10);
  sendSignal(server.generation.pid, 'SIGSTOP');
  watch[Symbol.dispose]();
  // It is ended when it has been silent for too long: then whoever asked it has been told.
  await until(async () => (await findProcess(watching)) === undefined, signal);
  sendSignal(server.generation.pid, 'SIGCONT');

  expect(unheard).toEqual([]);
});

test('does not slow commands down while a pane floods, and ends a flood with its watch', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'exec yes'] });
  const { server, pane, signal } = opened;
  using watch = await pane.watch(signal, { limitBytes: 100_000 });
  const reader = watch[Symbol.asyncIterator]();
  for (let round = 0; round < 50; round += 1) {
    await reader.next();
    expect(await server.command(['display-message', '-p', 'x'], signal)).toEqual(['x']);
  }
  watch[Symbol.dispose]();
  await until(async () => {
    const clients = await server.command(['list-clients', '-F', '#{client_flags}'], signal);
    return clients.every((flags) => flags.includes('no-output'));
  }, signal);
});

test('fails a watch whose pane is closed', async () => {
  await using opened = await openServer();
  const { session, signal } = opened;
  const pane = await session.createWindow({ command: ['cat', '-u'] }, signal);
  using watch = await pane.watch(signal);
  const failed = expect(all(watch)).rejects.toMatchObject({ code: 'tmux.pane-gone' });
  await pane.kill(signal, { graceMs: 100 });

  await failed;
});

test('waits for output and never for the echo of what was typed', async () => {
  await using opened = await openServer({ command: ['sh', '-i'] });
  const { pane, signal } = opened;
  await pane.untilScreen((rows) => rows.some((row) => /[$#] *$/.test(row)), signal);
  using mark = await pane.mark(signal);
  await pane.typeText('sleep 0.2; echo READY-$((40+2)) READY-', signal);
  await pane.pressKeys(['Enter'], signal);

  expect(await mark.untilText(/READY-\d*/, signal)).toBe('READY-42');
});

test('ends a wait for output when the program ends without it', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'read x; echo no'] });
  const { pane, signal } = opened;
  using mark = await pane.mark(signal);
  const failed = expect(mark.untilText('yes', signal)).rejects.toMatchObject({
    code: 'tmux.pane-dead',
  });
  await pane.pressKeys(['Enter'], signal);

  await failed;
});

test('records a pane from its first byte, in files of any name', async () => {
  await using opened = await openServer();
  const { server, session, pane, directory, signal } = opened;
  const path = (name: string): string => join(directory, `${name} '"$(id) #{pid} %Y;.log`);
  const command = ['sh', '-c', 'echo first; exec cat'];
  const panes = [
    await session.createWindow({ command, stream: { path: path('window') } }, signal),
    await pane.split({ command, side: 'below', stream: { path: path('split') } }, signal),
  ];
  await server.createSession({ name: 'rec', command, stream: { path: path('session') } }, signal);
  await panes[0]?.respawn(
    {
      command: ['sh', '-c', 'echo second; exec cat'],
      stream: { path: path('window') },
      graceMs: 100,
    },
    signal,
  );

  for (const [name, expected] of [
    ['window', 'first\r\nsecond\r\n'],
    ['split', 'first\r\n'],
    ['session', 'first\r\n'],
  ] as const) {
    await until(
      async () => (await readFile(path(name), 'utf8').catch(() => '')) === expected,
      signal,
    );
  }
});

test('starts and stops a recording of a pane that runs (B72)', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'stty -echo; echo up; exec cat'] });
  const { pane, directory, signal } = opened;
  await pane.untilScreen(([row]) => row === 'up', signal);
  const path = join(directory, 'log');
  await pane.pipeTo({ path }, signal);
  await pane.pipeTo({ path }, signal);
  expect((await pane.info(signal)).isPiped).toBe(true);
  await pane.pressKeys(['a', 'Enter'], signal);
  await until(async () => (await readFile(path, 'utf8').catch(() => '')) === 'a\r\n', signal);
  await pane.stopPipe(signal);
  await pane.stopPipe(signal);

  expect((await pane.info(signal)).isPiped).toBe(false);
});

test('closes its clients when the handle is closed', async () => {
  await using opened = await openServer();
  const { server, pane, signal } = opened;
  using _watch = await pane.watch(signal);
  const clients = await server.command(['list-clients', '-F', '#{client_pid}'], signal);
  await server[Symbol.asyncDispose]();

  expect(clients).toHaveLength(2);
  expect(await Promise.all(clients.map(async (pid) => await findProcess(Number(pid))))).toEqual([
    undefined,
    undefined,
  ]);
});

async function events(watch: PaneWatch): Promise<readonly PaneOutput[]> {
  const found: PaneOutput[] = [];
  for await (const event of watch) found.push(event);
  return found;
}

async function all(watch: PaneWatch): Promise<string> {
  return (await events(watch))
    .map((event) => (event.kind === 'output' ? event.text : `[${event.reason}]`))
    .join('');
}

/** `seq 1 LAST` on a terminal, where each line ends in CR LF. */
function seqBytes(last: number): number {
  return Array.from({ length: last }, (_, at) => String(at + 1).length + 2).reduce(
    (sum, size) => sum + size,
    0,
  );
}
