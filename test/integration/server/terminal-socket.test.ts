import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { FakeClock } from '../../../src/base/index.ts';
import { terminalProtocol } from '../../../src/contract/index.ts';
import { openDoor, TestSocket } from '../../support/terminal-door.ts';
import { keptLog } from './test-server.ts';

const agent = 'job_1.1';

async function withAnna(role: 'viewer' | 'operator' = 'operator', options = {}) {
  const bench = await openDoor(options);
  const anna = bench.accounts.add('anna');
  bench.accounts.allow(anna, agent, role);
  return Object.assign(bench, { anna, terminal: bench.terminals.of(agent) });
}

function sub(mode: 'stream' | 'thumb' = 'stream', more = {}) {
  return { agent_id: agent, mode, ...more };
}

test('shows a terminal: a snapshot, then what it prints', async () => {
  await using bench = await withAnna();
  bench.terminal.print('before');
  const socket = await bench.connect('anna');

  socket.send('sub', 7, sub());
  await expect.poll(() => socket.named('snap', 7)).toHaveLength(1);
  bench.terminal.print('after');

  await expect.poll(() => socket.printed(7)).toBe('after');
  expect(socket.named('snap')[0]).toMatchObject({ epoch: 1, seq: 6, json: { columns: 80 } });
  expect(socket.named('delta')[0]).toMatchObject({ epoch: 1, seq: 6 });
  expect(bench.accounts.recorded).toEqual([`anna terminal.attached ${agent}`]);
});

test('goes on where a viewer was, without a snapshot', async () => {
  await using bench = await withAnna();
  bench.terminal.print('0123456789');
  const socket = await bench.connect('anna');

  socket.send('sub', 1, sub('stream', { from: { epoch: 1, seq: 4 } }));

  await expect.poll(() => socket.printed(1)).toBe('456789');
  expect(socket.named('snap')).toEqual([]);
});

test('types for the writer alone, in order, and acknowledges', async () => {
  await using bench = await withAnna();
  const socket = await bench.connect('anna');
  socket.send('sub', 1, sub());

  socket.send('input', 1, 'too early', 1);
  await expect.poll(() => socket.codes).toEqual(['terminal.not-writer']);
  socket.send('lease', 1, { action: 'acquire' });
  socket.send('input', 1, 'ls', 2);
  socket.send('paste', 1, 'a\nb', 3);
  socket.send('input', 1, 'ls', 2);
  socket.send('resize', 1, { columns: 100, rows: 30 });

  await expect.poll(() => bench.terminal.sizes).toEqual([{ columns: 100, rows: 30 }]);
  expect(bench.terminal.typed).toEqual(['ls', '<paste>a\nb</paste>']);
  expect(socket.named('inputAck').map(({ seq }) => seq)).toEqual([2, 3, 2]);
  expect(bench.accounts.recorded).toContain(`anna terminal.typing ${agent}`);
});

test('lets a viewer neither acquire, take, type, paste nor resize', async () => {
  await using bench = await withAnna('viewer');
  const socket = await bench.connect('anna');
  socket.send('sub', 1, sub());

  socket.send('lease', 1, { action: 'acquire' });
  socket.send('lease', 1, { action: 'take' });
  socket.send('input', 1, 'x', 1);
  socket.send('paste', 1, 'x', 1);
  socket.send('resize', 1, { columns: 100, rows: 30 });

  await expect.poll(() => socket.codes).toEqual(Array.from({ length: 5 }, () => 'auth.forbidden'));
  expect(bench.terminal.holder).toBeUndefined();
  expect(bench.accounts.recorded).not.toContain(`anna terminal.typing ${agent}`);
});

test('shows nothing that may not be seen, and says that it does not exist', async () => {
  await using bench = await withAnna();
  const socket = await bench.connect('anna');

  socket.send('sub', 1, { agent_id: 'job_2.1', mode: 'stream' });
  socket.send('sub', 2, { agent_id: 'job_2.1', mode: 'thumb' });

  await expect.poll(() => socket.codes).toEqual(['live-agent.not-found', 'live-agent.not-found']);
  expect(bench.terminals.of('job_2.1').watchers.size).toBe(0);
  expect(bench.accounts.recorded).toEqual([]);
});

test('tells the writer that somebody took over, and who it is', async () => {
  await using bench = await withAnna();
  bench.accounts.allow(bench.accounts.add('ben'), agent, 'operator');
  const [anna, ben] = [await bench.connect('anna'), await bench.connect('ben')];
  anna.send('sub', 1, sub());
  anna.send('lease', 1, { action: 'acquire' });
  await expect.poll(() => anna.named('lease').at(-1)?.json).toMatchObject({ is_mine: true });
  ben.send('sub', 1, sub());

  ben.send('lease', 1, { action: 'acquire' });
  await expect.poll(() => ben.codes).toEqual(['terminal.held']);
  ben.send('lease', 1, { action: 'take' });

  await expect
    .poll(() => anna.named('lease').at(-1)?.json)
    .toMatchObject({ is_mine: false, holder: { name: 'ben' } });
});

test('ends watching in the same tick when the login is revoked', async () => {
  await using bench = await withAnna();
  const socket = await bench.connect('anna');
  socket.send('sub', 1, sub());
  await expect.poll(() => bench.terminal.watchers.size).toBe(1);

  bench.accounts.revoke('tok_anna');
  bench.terminal.print('secret');

  expect([bench.terminal.watchers.size, bench.door.size]).toEqual([0, 0]);
  expect(await socket.closed).toEqual({ code: 4401, reason: 'the login ended' });
  expect(socket.printed(1)).toBe('');
  await expect.poll(() => bench.accounts.recorded.at(-1)).toBe(`anna terminal.detached ${agent}`);
});

test('who goes while the coming is written down is left in the audit log, too', async () => {
  await using bench = await withAnna();
  const { record } = bench.accounts;
  const asked = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  bench.accounts.record = async (...entry) => {
    asked.resolve();
    await written.promise;
    await record(...entry);
  };
  const socket = await bench.connect('anna');
  socket.send('sub', 1, sub());
  await asked.promise;

  bench.accounts.revoke('tok_anna');
  written.resolve();

  await expect
    .poll(() => bench.accounts.recorded)
    .toEqual([`anna terminal.attached ${agent}`, `anna terminal.detached ${agent}`]);
  expect(bench.terminal.watchers.size).toBe(0);
});

test('types nothing more than a second after the right to type went', async () => {
  const clock = new FakeClock();
  await using bench = await withAnna('operator', { clock });
  const socket = await bench.connect('anna');
  socket.send('sub', 1, sub());
  socket.send('lease', 1, { action: 'acquire' });
  socket.send('input', 1, 'a', 1);
  await expect.poll(() => bench.terminal.typed).toEqual(['a']);

  bench.accounts.allow(bench.anna, agent, 'viewer');
  await clock.advance(1_001);
  socket.send('input', 1, 'b', 2);

  await expect.poll(() => socket.codes).toEqual(['auth.forbidden']);
  expect(bench.terminal.typed).toEqual(['a']);
});

test('lets go a terminal that may not be seen any more, though nobody tells', async () => {
  const clock = new FakeClock();
  await using bench = await withAnna('operator', { clock });
  const socket = await bench.connect('anna');
  socket.send('sub', 1, sub());
  await expect.poll(() => bench.terminal.watchers.size).toBe(1);

  bench.accounts.allow(bench.anna, agent, undefined);
  await clock.advance(15_000);

  await expect.poll(() => bench.terminal.watchers.size).toBe(0);
  await expect.poll(() => socket.codes).toEqual(['live-agent.not-found']);
});

test('closes for a restart when the server drains, and lets nobody in', async () => {
  await using bench = await withAnna();
  const socket = await bench.connect('anna');

  bench.drain.abort();

  expect(await socket.closed).toMatchObject({ code: 1012 });
  await expect(bench.connect('anna')).rejects.toThrow('503');
});

test('shows at most so many terminals on a socket', async () => {
  await using bench = await withAnna('operator', { limits: { panesPerSocket: 2 } });
  const socket = await bench.connect('anna');

  for (const pane of [1, 2, 3]) socket.send('sub', pane, sub());
  await expect.poll(() => socket.named('snap')).toHaveLength(2);
  socket.send('sub', 2, sub());

  await expect.poll(() => socket.named('snap', 2)).toHaveLength(2);
  expect(socket.codes).toEqual(['terminal.too-many-panes']);
});

test('opens at most so many sockets for one user', async () => {
  await using bench = await withAnna('operator', { limits: { socketsPerUser: 1 } });
  await bench.connect('anna');

  await expect(bench.connect('anna')).rejects.toThrow('429');
});

test('refuses input that comes too fast, with a code', async () => {
  const clock = new FakeClock();
  await using bench = await withAnna('operator', { clock, limits: { bytesPerSecond: 1_000 } });
  const socket = await bench.connect('anna');
  socket.send('sub', 1, sub());
  socket.send('lease', 1, { action: 'acquire' });

  socket.send('input', 1, 'x'.repeat(800), 1);
  socket.send('input', 1, 'y'.repeat(800), 2);

  await expect.poll(() => socket.codes).toEqual(['terminal.too-fast']);
  expect(bench.terminal.typed).toHaveLength(1);
});

test('closes a socket that nobody uses', async () => {
  const clock = new FakeClock();
  await using bench = await withAnna('operator', { clock, limits: { idleMs: 60_000 } });
  const socket = await bench.connect('anna');

  await clock.advance(75_000);

  expect(await socket.closed).toMatchObject({ code: 4408 });
});

test('closes when the time of a login is over', async () => {
  const clock = new FakeClock();
  await using bench = await openDoor({ clock });
  bench.accounts.add('anna', 'operator', { expiresAt: clock.now() + 10_000 });
  const socket = await bench.connect('anna');

  await clock.advance(15_000);

  expect(await socket.closed).toMatchObject({ code: 4401 });
});

test('answers a ping with its number', async () => {
  await using bench = await withAnna();
  const socket = await bench.connect('anna');

  socket.send('ping', 0, undefined, 42);

  await expect.poll(() => socket.named('pong').map(({ seq }) => seq)).toEqual([42]);
});

test('gives a slow viewer one picture of a thumbnail at a time, and the last one', async () => {
  await using bench = await withAnna();
  const socket = await bench.connect('anna');
  socket.send('sub', 1, sub('thumb'));
  await expect.poll(() => bench.terminal.watchers.size).toBe(1);

  for (let n = 0; n < 100; n += 1) bench.terminal.print(`\n${n}`);

  const text = (): unknown => socket.named('thumb').at(-1)?.json['text'];
  await expect.poll(text).toEqual(['97', '98', '99']);
  expect(socket.named('thumb').length).toBeLessThan(100);
  expect(bench.accounts.recorded).toEqual([`anna terminal.attached ${agent}`]);
});

test('shows its terminal at once on a socket that names it', async () => {
  await using bench = await withAnna();
  bench.terminal.print('hello');

  const socket = await bench.connect('anna', `/ws/terminal/${agent}`);

  await expect.poll(() => socket.named('snap', 1)).toHaveLength(1);
});

test('opens with a ticket once, and never with a cookie', async () => {
  await using bench = await withAnna();
  const ticket = bench.accounts.ticketOf(bench.anna);
  const open = async (query: string, headers = {}): Promise<string> => {
    const url = `ws://127.0.0.1:${bench.port}/ws/terminal${query}`;
    const socket = new TestSocket(new WebSocket(url, [terminalProtocol], { headers }));
    const said = await socket.opened.then(
      () => 'open',
      (error: unknown) => String(error),
    );
    socket.ws.terminate();
    return said;
  };

  expect(await open(`?ticket=${ticket}`)).toBe('open');
  expect(await open(`?ticket=${ticket}`)).toContain('401');
  expect(await open('', { cookie: 'tbl=secret-of-anna' })).toContain('401');
});

test('refuses other origins, other hosts, unknown paths and agents that are not there', async () => {
  await using bench = await withAnna('viewer');
  const status = async (path: string, headers = {}, protocols = [terminalProtocol]) => {
    const authorization = 'Bearer secret-of-anna';
    const url = `ws://127.0.0.1:${bench.port}${path}`;
    const ws = new WebSocket(url, protocols, { headers: { authorization, ...headers } });
    const socket = new TestSocket(ws);
    const said = await socket.opened.then(
      () => 'open',
      (error: unknown) => String(error),
    );
    ws.terminate();
    return said.match(/\d{3}|open/)?.[0];
  };

  expect(await status('/ws/terminal', { origin: 'https://evil.example' })).toBe('403');
  expect(await status('/ws/terminal', { origin: `http://127.0.0.1:${bench.port}` })).toBe('open');
  expect(await status('/ws/terminal', { host: 'evil.example' })).toBe('421');
  expect(await status('/ws/terminal', {}, [])).toBe('400');
  expect(await status('/ws/terminal/a/b')).toBe('404');
  expect(await status('/ws/terminal/job_2.1')).toBe('404');
  expect(await status('//')).toBe('404');
  expect(await status(`/ws/terminal/${agent}?write=1`, {}, [])).toBe('403');
  expect(await status(`/ws/terminal/${agent}?write=2`, {}, [])).toBe('400');
});

test('lets go of a refused peer that never closes its side', async () => {
  await using bench = await openDoor();
  const peer = connect({ port: bench.port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  let isGone = false;
  peer.on('data', (data: Buffer) => (text += data.toString()));
  peer.on('error', () => (isGone = true));
  peer.write(
    `GET /ws/terminal HTTP/1.1\r\nHost: 127.0.0.1:${bench.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  await expect.poll(() => text).toContain('request.invalid');

  await expect
    .poll(() => {
      if (!isGone) peer.write('are you there?');
      return isGone;
    })
    .toBe(true);
  peer.destroy();
});

test('refuses an address that cannot be read as one that does not exist', async () => {
  const { log, lines } = keptLog();
  await using bench = await openDoor({ log });
  const headers = { connection: 'Upgrade', upgrade: 'websocket' };
  const asked = request({ port: bench.port, host: '127.0.0.1', path: '//[', headers });
  asked.end();

  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();

  expect(response.statusCode).toBe(404);
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
});

test('lets nobody fill the audit log by opening terminals over and over', async () => {
  await using bench = await withAnna('operator', { limits: { openingsPerMinute: 4 } });
  const [one, other] = [await bench.connect('anna'), await bench.connect('anna')];

  for (let pane = 1; pane <= 3; pane += 1) {
    one.send('sub', pane, sub());
    other.send('sub', pane, sub());
  }
  await expect
    .poll(() => [...one.codes, ...other.codes])
    .toEqual(['terminal.too-fast', 'terminal.too-fast']);
  one.send('lease', 1, { action: 'take' });
  other.send('sub', 9, sub('thumb'));

  await expect.poll(() => [...one.codes, ...other.codes]).toHaveLength(4);
  expect(bench.accounts.recorded).toEqual(
    Array.from({ length: 4 }, () => `anna terminal.attached ${agent}`),
  );
});
