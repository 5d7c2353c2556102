import { expect, test } from 'vitest';
import { openDoor } from '../../support/terminal-door.ts';

const agent = 'job_1.1';

test('a viewer that does not read stalls nobody, is given no queue, and catches up', async () => {
  await using bench = await openDoor();
  bench.accounts.allow(bench.accounts.add('anna'), agent, 'viewer');
  const terminal = bench.terminals.of(agent);
  const [blocked, quick] = [await bench.connect('anna'), await bench.connect('anna')];
  for (const socket of [blocked, quick]) {
    socket.send('sub', 1, { agent_id: agent, mode: 'stream' });
    await expect.poll(() => socket.named('snap')).toHaveLength(1);
  }
  blocked.ws.pause();
  const piece = 'y'.repeat(64 * 1_024);
  let held = 0;

  for (let n = 1; n <= 200; n += 1) {
    terminal.print(piece);
    for (const { viewer } of terminal.watchers) held = Math.max(held, viewer.bufferedBytes);
    await expect.poll(() => quick.named('delta').length, { interval: 1 }).toBe(n);
    quick.send('ack', 1, undefined, n * piece.length);
  }
  blocked.ws.resume();
  await expect.poll(() => blocked.named('delta').length).toBeGreaterThan(0);
  const last = blocked.named('delta').at(-1);
  blocked.send('ack', 1, undefined, (last?.seq ?? 0) + (last?.payload.length ?? 0));

  await expect.poll(() => blocked.named('snap')).toHaveLength(2);
  expect(blocked.named('snap')[1]).toMatchObject({
    seq: 200 * piece.length,
    json: { is_resync: true },
  });
  // Nothing more than the credit, and a piece that came while it was not used up.
  expect(held).toBeLessThan(256 * 1_024 + 2 * piece.length);
  expect(blocked.named('delta').length).toBeLessThan(10);
});

test('cuts a viewer that reads nothing at all of what needs no credit', async () => {
  await using bench = await openDoor({ limits: { bufferedBytes: 256 * 1_024 } });
  bench.accounts.allow(bench.accounts.add('anna'), agent, 'viewer');
  const socket = await bench.connect('anna');
  socket.send('sub', 1, { agent_id: agent, mode: 'stream' });
  await expect.poll(() => bench.terminals.of(agent).watchers.size).toBe(1);
  socket.ws.pause();

  const [seen] = bench.terminals.of(agent).watchers;
  const names = Array.from({ length: 20 }, () => 'n'.repeat(1_000));
  for (let n = 0; n < 2_000 && bench.door.size > 0; n += 1) {
    seen?.viewer.onPresence({ viewers: 20, names });
    await new Promise((resolve) => setImmediate(resolve));
  }

  expect(bench.door.size).toBe(0);
});
