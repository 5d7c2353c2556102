import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, viewerFrames } from '../../../src/contract/index.ts';
import { openDoor } from '../../support/terminal-door.ts';

const agent = 'job_1.1';
const types = Object.values(viewerFrames);

async function withAnna() {
  const bench = await openDoor({ limits: { mistakes: 1e9, framesPerSecond: 1e9 } });
  bench.accounts.allow(bench.accounts.add('anna'), agent, 'operator');
  const socket = await bench.connect('anna');
  let pings = 0;
  /** Send, and wait until the server has taken it: it answers the ping that follows. */
  const answersTo = async (bytes: Uint8Array): Promise<readonly unknown[]> => {
    const before = socket.frames.length;
    const pong = (): number | undefined => socket.named('pong').at(-1)?.seq;
    socket.ws.send(bytes);
    // An answer may come after the first pong, and comes before the second.
    for (const _ping of [1, 2]) {
      pings += 1;
      socket.send('ping', 0, undefined, pings);
      await expect.poll(pong, { interval: 1 }).toBe(pings);
    }
    return socket.frames
      .slice(before)
      .filter(({ name }) => name === 'error')
      .map(({ json }) => json['code']);
  };
  return Object.assign(bench, { socket, answersTo });
}

const number = fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat());
const json = fc.json().map((text) => Buffer.from(text));
const payload = fc.oneof(fc.uint8Array({ maxLength: 200 }), json);

test('answers any bytes with an error that has a code', async () => {
  await using bench = await withAnna();
  const garbage = fc
    .uint8Array({ maxLength: 300 })
    // What happens to be a frame that is taken has no error to answer with.
    .filter(([type]) => type === undefined || !types.some((known) => known === type));

  await fc.assert(
    fc.asyncProperty(garbage, async (bytes) => {
      expect(await bench.answersTo(bytes)).toEqual(['terminal.bad-frame']);
    }),
    { numRuns: 150, seed: 4 },
  );
});

test('answers frames of every type with any numbers and payload, and stays up', async () => {
  await using bench = await withAnna();
  const frame = fc.record({
    type: fc.constantFrom(...types.filter((type) => type !== viewerFrames.ping)),
    pane: number,
    epoch: number,
    seq: number,
    payload,
  });

  await fc.assert(
    fc.asyncProperty(frame, async (one) => {
      const codes = await bench.answersTo(encodeFrame(one));
      const isQuiet = one.type === viewerFrames.unsub && one.pane <= 1_000_000;
      expect(codes).toHaveLength(isQuiet ? 0 : 1);
      for (const code of codes) expect(code).toMatch(/^terminal\.(?:bad-frame|no-pane)$/);
    }),
    { numRuns: 300, seed: 4 },
  );
});

test('answers every truncation of a good frame and numbers that never end', async () => {
  await using bench = await withAnna();
  const sub = Buffer.from(JSON.stringify({ agent_id: agent, mode: 'stream' }));
  const good = encodeFrame({ type: 1, pane: 300, epoch: 300, seq: 300, payload: sub });

  for (let length = 0; length < good.length; length += 1) {
    expect(await bench.answersTo(good.subarray(0, length))).toEqual(['terminal.bad-frame']);
  }
  for (let place = 1; place <= 3; place += 1) {
    const endless = new Uint8Array(40).fill(0xff);
    endless.set([1, ...Array.from({ length: place - 1 }, () => 0)]);
    expect(await bench.answersTo(endless)).toEqual(['terminal.bad-frame']);
  }
  expect(await bench.answersTo(good)).toEqual([]);
});

test('refuses leases, sizes, pastes and acknowledgements that make no sense', async () => {
  await using bench = await withAnna();
  bench.socket.send('sub', 1, { agent_id: agent, mode: 'stream' });
  await expect.poll(() => bench.socket.named('snap')).toHaveLength(1);
  const frame = (type: number, payload: string | Uint8Array, seq = 1): Uint8Array =>
    encodeFrame({ type, pane: 1, epoch: 1, seq, payload: Buffer.from(payload) });

  for (const bad of [
    frame(viewerFrames.lease, '{"action":"steal"}'),
    frame(viewerFrames.lease, '{}'),
    frame(viewerFrames.resize, '{"columns":1e9,"rows":24}'),
    frame(viewerFrames.resize, '{"columns":80.5,"rows":24}'),
    frame(viewerFrames.paste, Uint8Array.of(0xff, 0xfe)),
    frame(viewerFrames.ack, '', 10_000),
  ]) {
    expect(await bench.answersTo(bad)).toEqual(['terminal.bad-frame']);
  }
});

test('closes with the code that says it: text, too large, broken protocol, too many mistakes', async () => {
  await using bench = await openDoor();
  bench.accounts.allow(bench.accounts.add('anna'), agent, 'operator');
  const text = await bench.connect('anna');
  const large = await bench.connect('anna');
  const broken = await bench.connect('anna');
  const wrong = await bench.connect('anna');
  const good = await bench.connect('anna');

  text.ws.send('hello');
  large.ws.send(new Uint8Array(64 * 1_024 + 1));
  // A reserved opcode, unmasked.
  Reflect.get(broken.ws, '_socket').write(Buffer.of(0x83, 0x00));
  for (let n = 0; n < 30; n += 1) wrong.ws.send(Uint8Array.of(200));

  expect(await text.closed).toMatchObject({ code: 1003 });
  expect(await large.closed).toMatchObject({ code: 1009 });
  expect(await broken.closed).toMatchObject({ code: 1002 });
  expect(await wrong.closed).toMatchObject({ code: 1008 });
  expect(wrong.codes.length).toBeGreaterThanOrEqual(20);
  good.send('ping', 0, undefined, 1);
  await expect.poll(() => good.named('pong')).toHaveLength(1);
});
