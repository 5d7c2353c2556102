import { expect, test } from 'vitest';
import { openDoor } from '../../support/terminal-door.ts';

const agent = 'job_1.1';

async function withAnna(role: 'viewer' | 'operator' = 'operator', options = {}) {
  const bench = await openDoor(options);
  const anna = bench.accounts.add('anna');
  bench.accounts.allow(anna, agent, role);
  const terminal = bench.terminals.of(agent);
  const attach = async (query = '', name = 'anna') =>
    await bench.connect(name, `/ws/terminal/${agent}${query}`, []);
  return Object.assign(bench, { terminal, attach });
}

test('draws the screen on a reset terminal, then passes on what is printed', async () => {
  await using bench = await withAnna('viewer');
  bench.terminal.print('before');

  const socket = await bench.attach();
  await expect.poll(() => socket.raw).toBe('\u001bcbefore');
  bench.terminal.print(' after');

  await expect.poll(() => socket.raw).toBe('\u001bcbefore after');
});

test('types what is sent where writing was asked for, and nothing elsewhere', async () => {
  await using bench = await withAnna();
  const reader = await bench.attach();
  const writer = await bench.attach('?write=1');
  await expect.poll(() => bench.terminal.watchers.size).toBe(2);

  reader.ws.send('rm -rf');
  writer.ws.send('ls');
  writer.ws.send(Buffer.from('\r'));

  await expect.poll(() => bench.terminal.typed).toEqual(['ls', '\r']);
});

test('takes the right to type again when it ended by itself', async () => {
  await using bench = await withAnna();
  const socket = await bench.attach('?write=1');
  await expect.poll(() => bench.terminal.watchers.size).toBe(1);
  socket.ws.send('a');
  await expect.poll(() => bench.terminal.typed).toEqual(['a']);

  bench.terminal.holder = undefined;
  socket.ws.send('b');

  await expect.poll(() => bench.terminal.typed).toEqual(['a', 'b']);
});

test('types no answers of the terminal itself', async () => {
  await using bench = await withAnna();
  const socket = await bench.attach('?write=1');
  await expect.poll(() => bench.terminal.watchers.size).toBe(1);

  socket.ws.send('\u001b[?1;2c');
  socket.ws.send('\u001b[24;80R');
  socket.ws.send('x');

  await expect.poll(() => bench.terminal.typed).toEqual(['x']);
});

test('closes and says so when somebody else types', async () => {
  await using bench = await withAnna();
  bench.accounts.allow(bench.accounts.add('ben'), agent, 'operator');
  const first = await bench.attach('?write=1');
  await expect.poll(() => bench.terminal.watchers.size).toBe(1);
  first.ws.send('a');
  await expect.poll(() => bench.terminal.typed).toEqual(['a']);
  const second = await bench.attach('?write=1', 'ben');
  await expect.poll(() => bench.terminal.watchers.size).toBe(2);

  second.ws.send('b');

  expect(await second.closed).toEqual({ code: 4409, reason: 'terminal.held' });
});

test('gives a client that does not read a new screen in place of what was left out', async () => {
  await using bench = await withAnna('viewer');
  const [slow, quick] = [await bench.attach(), await bench.attach()];
  await expect.poll(() => bench.terminal.watchers.size).toBe(2);
  slow.ws.pause();
  const line = `${'x'.repeat(64 * 1_024 - 1)}\n`;

  // More than the two systems' buffers between them hold.
  for (let n = 0; n < 400; n += 1) {
    bench.terminal.print(line);
    await expect.poll(() => quick.raw.length).toBeGreaterThanOrEqual((n + 1) * line.length);
  }
  bench.terminal.print('the end');
  slow.ws.resume();

  await expect.poll(() => slow.raw.endsWith('the end')).toBe(true);
  expect(slow.raw.lastIndexOf('\u001bc')).toBeGreaterThan(0);
  expect(slow.raw.length).toBeLessThan(quick.raw.length);
});

test('closes when the agent ends', async () => {
  await using bench = await withAnna();
  const socket = await bench.attach();
  await expect.poll(() => bench.terminal.watchers.size).toBe(1);

  bench.terminal.end();

  expect(await socket.closed).toEqual({ code: 1000, reason: 'exited' });
});

test('counts answers of the terminal too, so that nobody sends them without an end', async () => {
  await using bench = await withAnna('operator', { limits: { framesPerSecond: 5 } });
  const socket = await bench.attach('?write=1');

  for (let n = 0; n < 10; n += 1) socket.ws.send('\u001b[24;80R');

  expect(await socket.closed).toEqual({ code: 1008, reason: 'terminal.too-fast' });
});

test('a terminal that cannot be watched is left in the audit log, too', async () => {
  await using bench = await withAnna();
  bench.terminals.watch = async () => await Promise.reject(new Error('no screen'));

  const socket = await bench.attach();

  expect(await socket.closed).toMatchObject({ reason: 'internal.fault' });
  await expect.poll(() => bench.accounts.recorded).toEqual(comings);
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
  await bench.attach();
  await asked.promise;

  bench.accounts.revoke('tok_anna');
  written.resolve();

  await expect.poll(() => bench.accounts.recorded).toEqual(comings);
  expect(bench.terminal.watchers.size).toBe(0);
});

const comings = [`anna terminal.attached ${agent}`, `anna terminal.detached ${agent}`];
