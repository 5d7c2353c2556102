import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProcess } from '../../../src/base/index.ts';
import { openServer, until } from './support.ts';

test('says how each of many programs ended, also where tmux missed the end (B49)', async () => {
  await using opened = await openServer();
  const { session } = opened;
  // One after the other: the end of a later program would make tmux see an earlier one. Of ends
  // like these, 3.3a misses one in ten, and on a busy machine more; each is found a second later.
  const signal = AbortSignal.timeout(100_000);
  for (let status = 0; status < 40; status += 1) {
    const command = ['sh', '-c', `read x; exit ${status}`];
    const pane = await session.createWindow({ command }, signal);
    const exit = pane.untilExit(signal);
    await pane.pressKeys(['Enter'], signal);
    expect(await exit).toEqual({ kind: 'status', status });
  }
});

test('makes tmux tell of a death that leaves the pane open', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'read x; exit 3'] });
  const { server, pane, signal } = opened;
  const told: string[] = [];
  using _listening = server.onNotification((one) => {
    if (one.kind === 'layout-changed') told.push(one.window);
  });
  const { window } = await pane.info(signal);
  const exit = pane.untilExit(signal);
  await pane.pressKeys(['Enter'], signal);
  await exit;
  await until(() => told.includes(window), signal);
});

test('names the signal that ended a program (B49)', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'kill -9 $$'] });

  expect(await opened.pane.untilExit(opened.signal)).toEqual({ kind: 'signal', signal: 'SIGKILL' });
});

test('finds a death that tmux does not tell of', async () => {
  await using opened = await openServer({ command: ['sh', '-c', 'read x; exit 3'] });
  const { pane, server, signal } = opened;
  await server.command(['set-hook', '-g', '-u', 'pane-died'], signal);
  const exit = pane.untilExit(signal);
  await pane.pressKeys(['Enter'], signal);

  expect(await exit).toEqual({ kind: 'status', status: 3 });
});

test('does not take a pane that was closed for a success', async () => {
  await using opened = await openServer();
  const { session, signal } = opened;
  const pane = await session.createWindow({ command: ['cat', '-u'] }, signal);
  const exit = pane.untilExit(signal);
  await pane.kill(signal, { graceMs: 200 });

  expect(await exit).toEqual({ kind: 'unknown', reason: 'pane-gone' });
});

test('fails a wait for an exit when the server is killed', async () => {
  await using opened = await openServer();
  const { pane, server, signal } = opened;
  const exit = pane.untilExit(signal);
  await pane.info(signal);
  process.kill(server.generation.pid, 'SIGKILL');

  await expect(exit).rejects.toMatchObject({ code: 'tmux.server-gone' });
});

const stubborn = 'trap "" HUP TERM INT; echo up; while :; do sleep 0.05; done';

test('ends programs that ignore signals before it starts others in their place (B48, B51)', async () => {
  await using opened = await openServer({ command: ['sh', '-c', stubborn] });
  const { pane, signal } = opened;
  await pane.untilScreen(([row]) => row === 'up', signal);
  const { pid } = await pane.info(signal);
  await pane.respawn({ command: ['sh', '-c', 'echo second; exec cat'], graceMs: 50 }, signal);

  expect(await findProcess(pid)).toBeUndefined();
  const rows = await pane.untilScreen((all) => all.includes('second'), signal);
  expect(rows).toContain('second');
  expect((await pane.info(signal)).pid).not.toBe(pid);
});

test.each(['pane', 'window', 'session'] as const)(
  'leaves no process of a %s that it kills, not even one that left its group (B51)',
  async (kind) => {
    await using opened = await openServer();
    const { server, directory, signal } = opened;
    const file = join(directory, 'pid');
    const child = `echo $$ > "$0.tmp"; mv "$0.tmp" "$0"; ${stubborn}`;
    const script = `( setsid sh -c '${child}' "$0" & ); ${stubborn}`;
    const session = await server.createSession(
      { name: 'doomed', command: ['sh', '-c', script, file] },
      signal,
    );
    const [pane] = await session.listPanes(signal);
    const [window] = await session.listWindows(signal);
    const stray = await untilNumber(file, signal);
    const pids = (await pane?.processes(signal))?.map(({ pid }) => pid) ?? [];
    expect(pids).toContain(stray);
    await { pane, window, session }[kind]?.kill(signal, { graceMs: 50 });

    const left = await Promise.all([stray, ...pids].map(findProcess));
    expect(left.filter((one) => one !== undefined)).toEqual([]);
  },
);

test('gives a program its environment and directory, and a session its variables (B53, B54, B57)', async () => {
  await using opened = await openServer();
  const { server, directory, signal } = opened;
  const here = join(directory, 'sp ace');
  await mkdir(here);
  const environment = { A: '1', B: 'two words', C: 'x=y', D: '#{pid};' };
  const session = await server.createSession(
    { name: 'env', command: ['cat', '-u'], environment },
    signal,
  );
  await session.setVariable('E', 'line 1\nFAKE=2', signal);
  await session.removeVariable('GIVEN', signal);
  expect(await session.listVariables(signal)).toEqual(
    new Map<string, string | undefined>([
      ...Object.entries(environment),
      ['E', 'line 1\nFAKE=2'],
      ['GIVEN', undefined],
    ]),
  );
  await session.unsetVariable('E', signal);
  await expect(session.setVariable('A=B', 'x', signal)).rejects.toMatchObject({
    code: 'tmux.bad-argument',
  });

  const script = 'printf "%s|" "$A" "$B" "$C" "$D" "$E" "$F" "$PWD" "$TMUX_PANE"; echo; exec cat';
  const pane = await session.createWindow(
    { command: ['sh', '-c', script], environment: { F: 'own' }, directory: here },
    signal,
  );
  const [row] = await pane.untilScreen(([first = '']) => first.endsWith('|'), signal);
  expect(row).toBe(`1|two words|x=y|#{pid};||own|${here}|${pane.id}|`);
});

test('refuses a directory that is not there, and starts nothing (B56)', async () => {
  await using opened = await openServer();
  const { session, server, signal } = opened;
  const program = { command: ['cat', '-u'], directory: '/nonexistent/zz' };

  await expect(session.createWindow(program, signal)).rejects.toMatchObject({
    code: 'tmux.bad-directory',
  });
  await expect(server.createSession({ name: 'x', ...program }, signal)).rejects.toMatchObject({
    code: 'tmux.bad-directory',
  });
  expect(await session.listWindows(signal)).toHaveLength(1);
});

test('passes an argument list on exactly, one word or many', async () => {
  await using opened = await openServer();
  const { session, directory, signal } = opened;
  const words = [
    'a b',
    '$HOME',
    '',
    "it's",
    '"q"',
    ';',
    '\\',
    'x;',
    '#{pid}',
    '~',
    'é✓',
    '-n',
    'line\nend',
  ];
  const pane = await session.createWindow(
    { command: ['sh', '-c', 'printf "<%s>" "$@" > "$0"', join(directory, 'out'), ...words] },
    signal,
  );
  await pane.untilExit(signal);
  expect(await readFile(join(directory, 'out'), 'utf8')).toBe(
    words.map((word) => `<${word}>`).join(''),
  );

  const single = await session.createWindow({ command: ['true'] }, signal);
  expect(await single.untilExit(signal)).toEqual({ kind: 'status', status: 0 });
  const missing = await session.createWindow({ command: ['/nonexistent program'] }, signal);
  expect(await missing.untilExit(signal)).toEqual({ kind: 'status', status: 127 });
});

test('leaves other servers and programs alone when it kills', async () => {
  await using other = await openServer();
  const bystander = spawn('sleep', ['60'], {
    env: { ...process.env, TMUX: `${other.server.socketPath}0,1,0` },
  });
  using _ended = { [Symbol.dispose]: () => bystander.kill() };
  await using opened = await openServer();
  await opened.server.kill(opened.signal, { graceMs: 100 });

  expect(await other.pane.capture(other.signal)).toHaveLength(24);
  expect(bystander.exitCode).toBeNull();
});

async function untilNumber(file: string, signal: AbortSignal): Promise<number> {
  let text = '';
  await until(async () => {
    text = await readFile(file, 'utf8').catch(() => '');
    return text !== '';
  }, signal);
  return Number(text);
}
