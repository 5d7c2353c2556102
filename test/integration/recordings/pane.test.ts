import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recorderArgv } from '../../../src/agents/recorder.ts';
import { findProcess } from '../../../src/base/index.ts';
import { openServer, type PrivateServer, until } from '../tmux/support.ts';
import { environment, outputOf, readAll, recordingDirectory } from './recorder.ts';

async function openRecorded(
  dir: string,
  script: string,
  limitBytes = 64e6,
): Promise<PrivateServer> {
  const recorder = await recorderArgv({ dir, limitBytes, environment });
  return await openServer({
    firstSession: {
      name: 'first',
      command: ['sh', '-c', script],
      columns: 80,
      rows: 24,
      stream: { recorder },
    },
  });
}

async function untilRecorded(dir: string, text: string, signal: AbortSignal): Promise<void> {
  await until(
    async () => (await readAll(dir).catch(() => undefined))?.text.includes(text) === true,
    signal,
  );
}

test('records a pane from its first byte, with its size and every change of it', async () => {
  await using place = await recordingDirectory();
  await using opened = await openRecorded(
    place.dir,
    `trap 'echo now $(stty size)' WINCH; echo begin; while :; do sleep 0.02; done`,
  );
  const { pane, server, signal } = opened;
  await untilRecorded(place.dir, 'begin', signal);
  await server.command(['resize-window', '-t', pane.id, '-x', '101', '-y', '33'], signal);
  await untilRecorded(place.dir, 'now 33 101', signal);

  const { events } = await readAll(place.dir);
  expect(
    events.map((event) => {
      if (event.kind === 'output') return String(event.bytes);
      return event.kind === 'resize' ? `${event.columns}x${event.rows}` : event.kind;
    }),
  ).toEqual(['80x24', 'begin\r\n', '101x33', 'now 33 101\r\n']);
});

test('keeps the last bytes when the tmux server is killed, and ends by itself', async () => {
  await using place = await recordingDirectory();
  await using opened = await openRecorded(place.dir, 'seq 1 20000; exec cat');
  const { server, pane, signal } = opened;
  await pane.untilScreen((rows) => rows.some((row) => row === '20000'), signal);
  const recorder = await recorderOf(server.generation.pid);

  process.kill(server.generation.pid, 'SIGKILL');
  await until(async () => (await findProcess(recorder)) === undefined, signal);

  const { text, events } = await readAll(place.dir);
  expect(text.endsWith('19999\r\n20000\r\n')).toBe(true);
  expect(outputOf(events)).toBe(text);
});

test('takes nobody along when it is killed', async () => {
  await using place = await recordingDirectory();
  await using opened = await openRecorded(place.dir, 'stty -echo; echo up; exec cat');
  const { server, pane, signal } = opened;
  await untilRecorded(place.dir, 'up', signal);

  process.kill(await recorderOf(server.generation.pid), 'SIGKILL');
  for (const line of ['still', 'here']) {
    await pane.typeText(line, signal);
    await pane.pressKeys(['Enter'], signal);
    await pane.untilScreen((rows) => rows.includes(line), signal);
  }
  // tmux noticed, and collects nothing for a reader that is gone.
  await until(async () => !(await pane.info(signal)).isPiped, signal);
  expect((await readAll(place.dir)).text).toBe('up\r\n');
});

test('does not hold up what floods it, and keeps the end of it', async () => {
  await using place = await recordingDirectory();
  await using opened = await openRecorded(place.dir, 'seq 1 300000; echo over; exec cat', 1e6);
  const { pane, signal } = opened;
  await pane.untilScreen((rows) => rows.some((row) => row === 'over'), signal);
  await untilRecorded(place.dir, 'over', signal);

  const { text, droppedBytes, end } = await readAll(place.dir);
  expect(text.endsWith('299999\r\n300000\r\nover\r\n')).toBe(true);
  expect(droppedBytes).toBeGreaterThan(0);
  expect(end).toBe(droppedBytes + text.length);
  expect(end).toBe(
    Array.from({ length: 300_000 }, (_, at) => `${at + 1}\r\n`).join('').length + 'over\r\n'.length,
  );
});

/** The one child of a tmux server that is the recorder. */
async function recorderOf(server: number): Promise<number> {
  const task = join('/proc', String(server), 'task', String(server), 'children');
  for (const pid of (await readFile(task, 'utf8')).trim().split(' ')) {
    const line = await readFile(join('/proc', pid, 'cmdline'), 'utf8');
    if (line.includes('record-stream')) return Number(pid);
  }
  throw new Error('the server has no recorder');
}
