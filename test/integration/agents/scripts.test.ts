import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hookArgv, LARGEST_PAYLOAD_BYTES, readEvents } from '../../../src/agents/hook-spool.ts';
import { findExit, runnerArgv } from '../../../src/agents/runner.ts';
import type { AgentExit } from '../../../src/agents/index.ts';
import { shellLine } from '../../../src/agents/shell-line.ts';
import { isRunning, systemClock } from '../../../src/base/index.ts';
import { startTmuxServer, type TmuxServer } from '../../../src/tmux/index.ts';
import { within } from './bench.ts';

const soon = (what: string): AbortSignal => within(15_000, what);
const run = promisify(execFile);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tb-scripts-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function callHook(args: readonly string[], payload: string): Promise<string> {
  const [program = '', ...rest] = hookArgv;
  const environment = { PATH: process.env['PATH'], TMUX_BUILDER_EVENTS: dir };
  const child = spawn(program, [...rest, ...args], {
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(payload);
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += String(bytes)));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  expect(await promise).toBe(0);
  return printed;
}

describe('the hook', () => {
  test('keeps each event with its payload, in the order of the calls', async () => {
    await callHook(['First'], '{"n":1}');
    await callHook(['Second'], '{"n":2}');

    const events = await readEvents(dir);

    expect(events.map(({ name, payload }) => [name, payload])).toEqual([
      ['First', { n: 1 }],
      ['Second', { n: 2 }],
    ]);
    expect(await readEvents(dir, new Set(events.map(({ file }) => file)))).toEqual([]);
  });

  test('keeps events apart that come side by side', async () => {
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    await Promise.all(numbers.map(async (n) => await callHook(['Event'], `{"n":${n}}`)));

    const events = await readEvents(dir);

    const found = events.map(({ payload }) => Number(Reflect.get(Object(payload), 'n')));
    expect(found.toSorted((a, b) => a - b)).toEqual(numbers);
    expect((await readdir(dir)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  test('cuts a payload that is too large, takes all of it, and still tells the event', async () => {
    await callHook(['Big'], `"${'x'.repeat(LARGEST_PAYLOAD_BYTES * 3)}"`);

    const [event] = await readEvents(dir);

    expect(event).toMatchObject({ name: 'Big', payload: undefined });
    const { size } = await stat(join(dir, event?.file ?? ''));
    expect(size).toBe(LARGEST_PAYLOAD_BYTES + 1);
  });

  test('prints the answer that its caller wants, word for word', async () => {
    expect(await callHook(['Ask', '{"a":"b c%s\\n"}'], '{}')).toBe('{"a":"b c%s\\n"}\n');
  });

  test('comes through a shell line as it is', async () => {
    const words = ["it's", '$HOME `x` "y"', 'a\nb', '*'];
    const { stdout } = await run('/bin/sh', ['-c', shellLine(['printf', '%s|', ...words])]);
    expect(stdout).toBe(words.map((word) => `${word}|`).join(''));
  });
});

describe('the runner', () => {
  let server: TmuxServer | undefined;
  afterEach(async () => {
    await server?.kill(soon('kill'));
    server = undefined;
  });

  async function startRunner(script: string): Promise<TmuxServer> {
    server = await startTmuxServer(
      {
        socketPath: join(dir, 's'),
        clock: systemClock,
        firstSession: {
          name: 'a',
          command: runnerArgv(dir, ['/bin/sh', '-c', script]),
          stream: { path: join(dir, 'stream.log') },
        },
      },
      soon('start'),
    );
    return server;
  }

  test.each([
    ['echo the end; exit 5', { kind: 'status', status: 5 }],
    ['echo the end; kill -TERM $$', { kind: 'signal', signal: 15 }],
  ])('writes down how this ended, and keeps its last words: %s', async (script, exit) => {
    const server = await startRunner(script);
    expect(await ended(server, dir)).toEqual(exit);
    expect((await server.firstPane?.info(soon('info')))?.exit).toBeUndefined();
    expect(await readFile(join(dir, 'stream.log'), 'utf8')).toContain('the end');
  });

  test('lets Ctrl-C reach the program and lives on itself', async () => {
    const server = await startRunner(
      "trap 'echo the end; exit 4' INT; echo begun; while :; do sleep 0.05; done",
    );
    await server.firstPane?.untilScreen(shows('begun'), soon('begin'));
    await server.firstPane?.pressKeys(['C-c'], soon('Ctrl-C'));
    expect(await ended(server, dir)).toEqual({ kind: 'status', status: 4 });
  });

  test('does not pass on an ignored Ctrl-C', async () => {
    const server = await startRunner('echo the end; sleep 100');
    await server.firstPane?.untilScreen(shows('the end'), soon('begin'));
    await server.firstPane?.pressKeys(['C-c'], soon('Ctrl-C'));
    expect(await ended(server, dir)).toEqual({ kind: 'signal', signal: 2 });
  });

  test('takes its program along when the tmux server is killed', async () => {
    const server = await startRunner('echo the end; exec sleep 1000');
    await server.firstPane?.untilScreen(shows('the end'), soon('begin'));
    const processes = await server.processes(soon('processes'));
    expect(processes).toHaveLength(2);

    process.kill(server.generation.pid, 'SIGKILL');

    while ((await Promise.all(processes.map(isRunning))).includes(true)) {
      await systemClock.after(5, soon('end of the processes'));
    }
    expect(await findExit(dir)).toBeUndefined();
  });

  test('ends with its program when both get TERM', async () => {
    const server = await startRunner('echo the end; sleep 100');
    await server.firstPane?.untilScreen(shows('the end'), soon('begin'));
    const pid = (await server.firstPane?.info(soon('info')))?.pid ?? 0;
    process.kill(-pid, 'SIGTERM');
    await server.firstPane?.untilExit(soon('exit'));
    expect(await untilExitFile(dir)).toEqual({ kind: 'signal', signal: 15 });
  });
});

function shows(text: string): (rows: readonly string[]) => boolean {
  return (rows) => rows.some((row) => row.includes(text));
}

/** Wait for the last words (or the end of the pane), and then for the exit file. */
async function ended(server: TmuxServer, dir: string): Promise<AgentExit> {
  await server.firstPane?.untilScreen(shows('the end'), soon('last words'));
  return await untilExitFile(dir);
}

async function untilExitFile(dir: string): Promise<AgentExit> {
  for (;;) {
    const exit = await findExit(dir);
    if (exit !== undefined) return exit;
    await systemClock.after(5, soon('exit file'));
  }
}
