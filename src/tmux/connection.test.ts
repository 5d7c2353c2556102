import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { FakeClock } from '../base/index.ts';
import { ControlConnection } from './connection.ts';
import type { ControlClient } from './control-client.ts';

const signal = new AbortController().signal;

test('sends commands at once and gives each its own answer', async () => {
  const { connection, sent, say } = connect();
  const first = connection.sequence([['a', 'b c']], signal);
  const second = connection.sequence([['d'], ['e']], signal);
  say(block(1, 'one'), block(2, 'two'), block(3, 'three', 'four'));

  expect(sent()).toBe('"a" "b c"\n"d" ; "e"\n');
  expect(await first).toEqual([[Buffer.from('one')]]);
  expect(await second).toEqual([[Buffer.from('two')], [Buffer.from('three'), Buffer.from('four')]]);
});

test('takes answers that nobody asked for as nobody’s', async () => {
  const { connection, say } = connect();
  const answer = connection.sequence([['a']], signal);
  say('%begin 1 1 0\nnot yours\n%end 1 1 0\nstray\n%sessions-changed\n', block(2, 'yours'));

  expect(await answer).toEqual([[Buffer.from('yours')]]);
});

test('drops the answer of an aborted command, in its place', async () => {
  const { connection, say } = connect();
  const controller = new AbortController();
  const aborted = connection.sequence([['a'], ['b']], controller.signal);
  const next = connection.sequence([['c']], signal);
  controller.abort(new Error('stop'));
  await expect(aborted).rejects.toThrow('stop');
  say(block(1, 'a'), block(2, 'b'), block(3, 'c'));

  expect(await next).toEqual([[Buffer.from('c')]]);
});

test('expects nothing of the commands behind one that failed', async () => {
  const { connection, say } = connect();
  const failing = connection.sequence([['a'], ['b'], ['c']], signal);
  const next = connection.sequence([['d']], signal);
  say(block(1, 'a'), "%begin 1 2 1\ncan't find pane: %9\n%error 1 2 1\n", block(3, 'd'));

  await expect(failing).rejects.toMatchObject({ code: 'tmux.pane-gone', command: ['b'] });
  expect(await next).toEqual([[Buffer.from('d')]]);
});

test('gives up after the deadline, kills its client and says so to every waiting command', async () => {
  const { connection, clock, client, say } = connect();
  say('%session-changed $0 first\n');
  await clock.advance(5_000);
  const waiting = [connection.sequence([['a']], signal), connection.sequence([['b']], signal)];
  const codes = waiting.map(
    async (one) => await one.catch((error: { code: string }) => error.code),
  );
  await clock.advance(9_000);
  expect(connection.isOpen).toBe(true);
  await clock.advance(2_000);

  expect(await Promise.all(codes)).toEqual(Array(2).fill('tmux.server-unresponsive'));
  expect(client.killed).toEqual(['SIGKILL']);
  expect(clock.pending).toBe(0);
});

test('gives up on a client that is never attached', async () => {
  const { connection, clock, client } = connect();
  await clock.advance(10_000);

  await expect(connection.attached).rejects.toMatchObject({ code: 'tmux.server-unresponsive' });
  expect(client.killed).toEqual(['SIGKILL']);
});

test('rejects what was on its way when the client ends, with the reason it gave', async () => {
  const { connection, say, client, clock } = connect();
  const answer = connection.sequence([['a']], signal);
  say('%exit too far behind\n');
  client.emit('close');

  await expect(answer).rejects.toThrow(/Lost the connection .*: too far behind/);
  await expect(connection.sequence([['b']], signal)).rejects.toMatchObject({
    code: 'tmux.connection-lost',
  });
  await expect(connection.attached).rejects.toMatchObject({ code: 'tmux.connection-lost' });
  expect(clock.pending).toBe(0);
});

test('trusts nothing more after an answer too many', async () => {
  const { connection, say, client } = connect();
  say(block(1, 'what?'));

  expect((await connection.lost).message).toContain('a reply came that nothing asked for');
  expect(client.killed).toEqual(['SIGKILL']);
});

test('is attached when tmux says which session it shows', async () => {
  const { connection, say } = connect();
  say('%session-changed $0 first\n');

  await connection.attached;
});

test('refuses more commands than anybody can be waiting for', async () => {
  const { connection } = connect();
  for (let count = 0; count < 2_000; count += 1) {
    connection.sequence([['a']], signal).catch(() => {});
  }

  await expect(connection.sequence([['a']], signal)).rejects.toMatchObject({
    code: 'tmux.bad-argument',
  });
});

class FakeClient extends EventEmitter {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly killed: string[] = [];

  kill(name: string): void {
    this.killed.push(name);
  }
}

function connect() {
  const client = new FakeClient();
  const clock = new FakeClock();
  const connection = new ControlConnection(client as unknown as ControlClient, {
    socketPath: '/s',
    clock,
    deadlineMs: 10_000,
    onOutput: () => {},
    onNotification: () => {},
  });
  const say = (...parts: readonly string[]): void => {
    client.stdout.emit('data', Buffer.from(parts.join('')));
  };
  return { connection, client, clock, say, sent: () => String(client.stdin.read()) };
}

function block(number: number, ...lines: readonly string[]): string {
  return [`%begin 1 ${number} 1`, ...lines, `%end 1 ${number} 1`, ''].join('\n');
}
