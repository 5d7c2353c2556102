import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silentLog } from '../../../src/base/index.ts';
import { RecordedStream } from '../../../src/recordings/index.ts';
import { styledText } from '../../../src/terminal/styled-text.ts';
import { openHub, startAgent, TestViewer, untilRecorded } from './support.ts';

const never = new AbortController().signal;

test('shows what the terminal holds, and then what it prints', async () => {
  await using agent = await startAgent('echo before; exec cat');
  const { pane, signal } = agent.opened;
  await untilRecorded(agent, 'before');
  const hub = openHub();
  const viewer = new TestViewer();
  await viewer.watch(hub, agent.place);
  await expect.poll(async () => await viewer.text()).toBe('before');

  await pane.typeText('hello', signal);
  await expect.poll(async () => await viewer.text()).toBe('before\nhello');
  expect(viewer.snapshots).toHaveLength(1);
  expect(viewer.deltas.length).toBeGreaterThan(0);
  expect(hub.stats()).toMatchObject({ screens: 1, viewers: 1, leases: 0 });

  viewer.watching?.[Symbol.dispose]();
  expect(hub.stats()).toMatchObject({ screens: 0, viewers: 0, bytes: viewer.receivedBytes });
});

test('gives all viewers the very same bytes', async () => {
  await using agent = await startAgent('exec cat');
  const hub = openHub();
  const viewers = Array.from({ length: 20 }, (_, at) => new TestViewer(`viewer ${at}`));
  await Promise.all(viewers.map(async (viewer) => await viewer.watch(hub, agent.place)));
  await agent.opened.pane.typeText('shared', agent.opened.signal);
  for (const viewer of viewers) await expect.poll(async () => await viewer.text()).toBe('shared');

  const [first, ...others] = viewers;
  const bytes = first?.deltas.at(-1)?.bytes;
  for (const { deltas } of others) expect(deltas.at(-1)?.bytes).toBe(bytes);
  await expect.poll(() => first?.presence?.viewers).toBe(20);
});

test('leads a viewer on from where it was, also another process of ours', async () => {
  await using agent = await startAgent('exec cat');
  const { pane, signal } = agent.opened;
  const viewer = new TestViewer();
  await viewer.watch(openHub(), agent.place);
  await pane.typeText('one', signal);
  await expect.poll(async () => await viewer.text()).toBe('one');
  viewer.watching?.[Symbol.dispose]();
  const { length } = viewer.snapshots;
  const from = { epoch: viewer.epoch, offset: viewer.offset };
  await pane.typeText(' two', signal);
  await pane.untilScreen((rows) => rows.includes('one two'), signal);

  await viewer.watch(openHub(), agent.place, { mode: 'stream', from });
  await expect.poll(async () => await viewer.text()).toBe('one two');
  expect(viewer.snapshots).toHaveLength(length);

  await viewer.watch(openHub(), agent.place, { mode: 'stream', from: { epoch: 7, offset: 0 } });
  expect(viewer.snapshots).toHaveLength(length + 1);
});

test('starts anew where what was missed is not kept any more', async () => {
  await using agent = await startAgent('read x; seq 1 100000; exec cat');
  const { pane, signal } = agent.opened;
  const hub = openHub();
  const viewer = new TestViewer();
  await viewer.watch(hub, agent.place);
  viewer.watching?.[Symbol.dispose]();
  const from = { epoch: viewer.epoch, offset: viewer.offset };
  await pane.pressKeys(['Enter'], signal);
  await pane.untilScreen((rows) => rows.includes('100000'), signal);

  await viewer.watch(hub, agent.place, { mode: 'stream', from });
  await expect.poll(async () => await viewer.text()).toContain('100000');
  expect(viewer.snapshots.length).toBeGreaterThanOrEqual(2);
});

test('begins a new epoch with another size, the same for whoever comes later', async () => {
  await using agent = await startAgent('printf "a\\nb"; exec cat');
  const { pane, signal } = agent.opened;
  const hub = openHub();
  const viewer = new TestViewer();
  await viewer.watch(hub, agent.place);
  const before = viewer.epoch;
  await viewer.watching?.acquire({ take: false }, signal);
  await viewer.watching?.resize({ columns: 100, rows: 30 }, signal);
  await expect.poll(() => viewer.snapshots.at(-1)?.columns).toBe(100);
  await pane.typeText('c', signal);
  await expect.poll(async () => await viewer.text()).toBe('a\nbc');
  await expect.poll(() => viewer.size).toBe('100x30');

  expect(viewer.epoch).toBeGreaterThan(before);
  const other = new TestViewer();
  await other.watch(openHub(), agent.place);
  expect(other.epoch).toBe(viewer.epoch);
  await expect(viewer.watching?.resize({ columns: 5, rows: 5 }, signal)).rejects.toMatchObject({
    code: 'terminal.bad-size',
  });
});

test('misses nothing while the recording is rotated', async () => {
  await using agent = await startAgent('read x; seq 1 200000; exec cat', 400_000);
  const { pane, signal } = agent.opened;
  const hub = openHub();
  const viewer = new TestViewer();
  await viewer.watch(hub, agent.place);
  await pane.pressKeys(['Enter'], signal);
  await expect.poll(async () => await viewer.text(), { timeout: 20_000 }).toContain('200000');
  await expect.poll(async () => await viewer.rows()).toEqual(await pane.capture(signal));
});

test('shows what is left of an agent that has ended', async () => {
  await using agent = await startAgent('printf "last words"; exec cat');
  const { pane, signal } = agent.opened;
  await pane.untilScreen((rows) => rows.includes('last words'), signal);
  await expect
    .poll(async () => String(await readFile(join(agent.place.homeDir, 'stream.log'))))
    .toBe('last words');
  const viewer = new TestViewer();
  await viewer.watch(openHub(), { ...agent.place, pane: undefined });

  expect(await viewer.text()).toBe('last words');
  expect(viewer.end?.reason).toBe('exited');
  await expect(viewer.watching?.acquire({ take: false }, signal)).rejects.toMatchObject({
    code: 'terminal.gone',
  });
});

test('tells when the tmux server dies, and when the program ends', async () => {
  await using agent = await startAgent('exec cat');
  await using other = await startAgent('read x; exit 3');
  const hub = openHub();
  const [viewer, second] = [new TestViewer(), new TestViewer()];
  await viewer.watch(hub, agent.place);
  await second.watch(hub, { ...other.place, agentId: 'job.2' });
  await viewer.watching?.acquire({ take: false }, never);
  // The first look tells which program is behind it.
  process.kill(agent.opened.server.generation.pid, 'SIGKILL');
  await other.opened.pane.pressKeys(['Enter'], other.opened.signal);

  await expect.poll(() => viewer.end?.reason, { timeout: 15_000 }).toBe('lost');
  await expect.poll(() => second.end?.reason, { timeout: 15_000 }).toBe('exited');
  expect(viewer.lease?.holder).toBeUndefined();
  await expect(viewer.watching?.input(1, Buffer.from('x'), never)).rejects.toMatchObject({
    code: 'terminal.not-writer',
  });
});

test('does not tell that a terminal is lost whose tmux server is only silent', async () => {
  await using agent = await startAgent('exec cat');
  const { pid } = agent.opened.server.generation;
  const looked = Promise.withResolvers<unknown>();
  const log = { ...silentLog, debug: (_text: string, facts?: object) => looked.resolve(facts) };
  const viewer = new TestViewer();
  process.kill(pid, 'SIGSTOP');
  await viewer.watch(openHub({ log }), agent.place);

  expect(await looked.promise).toMatchObject({ error: { code: 'tmux.server-unresponsive' } });
  expect(viewer.end).toBeUndefined();
  process.kill(pid, 'SIGCONT');
});

test('draws the screen again when the recorder died', async () => {
  await using agent = await startAgent('printf up; exec cat');
  const { pane, server, signal } = agent.opened;
  const hub = openHub({});
  const viewer = new TestViewer();
  await viewer.watch(hub, agent.place);
  await expect.poll(async () => await viewer.text()).toBe('up');
  await pane.stopPipe(signal);
  await pane.typeText('unrecorded', signal);
  await pane.untilScreen((rows) => rows.includes('upunrecorded'), signal);
  expect(server.generation.pid).toBeGreaterThan(0);

  const later = new TestViewer();
  await later.watch(openHub(), agent.place);
  await expect.poll(async () => await later.text(), { timeout: 15_000 }).toBe('upunrecorded');
  expect(later.cursor).toBe('12,0');
});

test('gives thumbnails of what changed, and no stream', async () => {
  await using agent = await startAgent('printf one; exec cat');
  const { pane, signal } = agent.opened;
  await pane.untilScreen((rows) => rows.includes('one'), signal);
  const hub = openHub();
  const thumb = new TestViewer();
  await thumb.watch(hub, agent.place, { mode: 'thumb' });
  await expect.poll(() => thumb.thumbnails.at(-1)?.text[0]).toBe('one');
  const stream = new TestViewer();
  await stream.watch(hub, agent.place);
  await pane.typeText('two', signal);
  await expect.poll(() => thumb.thumbnails.at(-1)?.text[0]).toBe('onetwo');

  expect(thumb.deltas).toEqual([]);
  expect(thumb.snapshots).toEqual([]);
  expect(await stream.text()).toBe('onetwo');
});

test('follows as text, from the last lines on', async () => {
  await using agent = await startAgent('seq 1 5; exec cat');
  const { pane, signal } = agent.opened;
  await untilRecorded(agent, '5');
  const stop = new AbortController();
  let text = '';
  const reading = (async () => {
    for await (const part of openHub().follow(agent.place, 2, stop.signal)) text += part;
  })();
  await expect.poll(() => text).toBe('4\n5\n');
  await pane.typeText('more', signal);
  await expect.poll(() => text).toBe('4\n5\nmore');
  stop.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
});

test('refuses one viewer and one terminal too many', async () => {
  await using agent = await startAgent('exec cat');
  const hub = openHub({ viewersPerTerminal: 2, screens: 1 });
  await new TestViewer().watch(hub, agent.place);
  await new TestViewer().watch(hub, agent.place);

  await expect(new TestViewer().watch(hub, agent.place)).rejects.toMatchObject({
    code: 'terminal.too-many-viewers',
  });
  await expect(
    new TestViewer().watch(hub, { ...agent.place, agentId: 'other' }),
  ).rejects.toMatchObject({ code: 'terminal.too-many-screens' });
});

test('shows what tmux shows, whatever is printed and whenever somebody comes', async () => {
  await using agent = await startAgent('stty raw -echo; printf ready; exec cat');
  const { pane, signal } = agent.opened;
  await pane.untilScreen((rows) => rows.includes('ready'), signal);
  const hub = openHub({ checkMs: 1e9 } as object);
  const first = new TestViewer();
  await first.watch(hub, agent.place);
  let marks = 0;
  const printed = fc.array(fc.array(piece(), { maxLength: 40 }), { minLength: 1, maxLength: 4 });

  await fc.assert(
    fc.asyncProperty(printed, async (parts) => {
      const viewers = [first];
      for (const part of ['\u0018\u001b[?1049l\u001bc', ...parts.map((one) => one.join(''))]) {
        await pane.sendBytes(Buffer.from(part), signal);
        const next = new TestViewer();
        await next.watch(hub, agent.place);
        viewers.push(next);
      }
      marks += 1;
      const mark = `\u0018\u001b]0;mark ${marks}\u0007`;
      await pane.sendBytes(Buffer.from(mark), signal);
      const end = await recordedEnd(agent.place.homeDir, mark);
      const wanted = styledText(await pane.capture(signal, { styles: true }));
      for (const viewer of viewers) {
        await expect.poll(() => viewer.offset).toBeGreaterThanOrEqual(end);
        expect(await viewer.rows()).toEqual(wanted);
      }
      for (const { watching } of viewers.slice(1)) watching?.[Symbol.dispose]();
    }),
    { numRuns: 60 },
  );
});

/** Offset of the recording's end once the mark is the last thing in it. */
async function recordedEnd(dir: string, mark: string): Promise<number> {
  let end = 0;
  await expect
    .poll(async () => {
      await using stream = await RecordedStream.open(dir);
      let text = '';
      end = stream?.end ?? 0;
      for await (const { bytes } of stream?.pieces(Math.max(0, end - 200)) ?? []) {
        text += bytes.toString('latin1');
      }
      return text;
    })
    .toContain(mark);
  return end;
}

/** Something that programs print. */
function piece(): fc.Arbitrary<string> {
  const number = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
  return fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.stringMatching(/^[a-z ]{1,90}$/),
    fc.constantFrom('日本語', 'é✓', 'ß', '漢', '\r\n', '\n', '\r', '\t', '\b', '\u001bM'),
    number(24).map((row) => `\u001b[${row}H`),
    fc.tuple(number(24), number(80)).map(([row, column]) => `\u001b[${row};${column}H`),
    fc
      .tuple(number(5), fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'P', '@', 'X'))
      .map(([count, final]) => `\u001b[${count}${final}`),
    // xterm.js and tmux differ outside the margins and in which column they go on afterwards.
    fc.constantFrom('\u001b[r\u001b[5H\u001b[2L', '\u001b[r\u001b[9H\u001b[3M'),
    // They differ, too, in where the cursor goes that was never saved.
    fc.constantFrom('\u001b[?1049h', '\u001b[?1049l\u001b[5;5H', '\u001b7\u001b[H\u001b8'),
    fc.constantFrom('\u001b[K', '\u001b[1K', '\u001b[2K', '\u001b[J', '\u001b[2J', '\u001b[0m'),
    fc.constantFrom('\u001b[1;31m', '\u001b[7m', '\u001b[38;5;200;48;2;1;2;3m', '\u001b[44m'),
    fc.constantFrom('\u001b[?25l', '\u001b[?25h'),
    fc.constantFrom('\u001b[5;15r', '\u001b[r', '\u001b(0lqk\u001b(B', '\u001b]0;title\u0007'),
  );
}
