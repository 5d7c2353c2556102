import { expect, test } from 'vitest';
import {
  decodeFrame,
  encodeFrame,
  encodeSnap,
  jsonPayload,
  serverFrames,
  viewerFrames,
} from '../../../src/contract/index.ts';
import { ManualTimers } from './manual-timers.ts';
import { type SocketLike, TerminalClient } from './terminal-client.ts';
import type { TerminalListener } from './terminal-view.ts';

const encoder = new TextEncoder();

type Listening = Parameters<SocketLike['listen']>[0];

const viewerNames = new Map<number, string>(
  Object.entries(viewerFrames).map(([name, type]) => [type, name]),
);

/** The server's end of one connection. */
class FarEnd {
  readonly url: string;
  readonly sent: { name: string | undefined; pane: number; seq: number; text: string }[] = [];
  isClosed = false;
  to: Listening | undefined;

  constructor(url: string) {
    this.url = url;
  }

  say(name: keyof typeof serverFrames, payload: Uint8Array, seq = 0, pane = 1): void {
    this.to?.onFrame(encodeFrame({ type: serverFrames[name], pane, epoch: 1, seq, payload }));
  }

  json(name: keyof typeof serverFrames, value: unknown, seq = 0): void {
    this.say(name, jsonPayload(value), seq);
  }

  snap(offset: number, text = ''): void {
    const facts = { columns: 80, rows: 24, is_resync: false };
    this.say('snap', encodeSnap(facts, encoder.encode(text)), offset);
  }

  grant(isMine = true): void {
    const holder = isMine ? { user_id: 'usr_1', name: 'anna' } : null;
    this.json('lease', { holder, is_mine: isMine, expires_in_ms: null });
  }

  named(name: string) {
    return this.sent.filter((one) => one.name === name);
  }
}

function bench({ tickets = ['t1', 't2', 't3'] as (string | undefined | Error)[] } = {}) {
  const timers = new ManualTimers();
  const ends: FarEnd[] = [];
  const heard: unknown[] = [];
  const client = new TerminalClient({
    url: 'ws://here/ws/terminal',
    timers,
    random: () => 1,
    fetchTicket: async () => {
      const ticket = tickets.shift();
      if (ticket instanceof Error) throw ticket;
      return ticket;
    },
    openSocket: (url) => {
      const end = new FarEnd(url);
      ends.push(end);
      return {
        send: (bytes) => {
          const { type, pane, seq, payload } = decodeFrame(bytes);
          const text = new TextDecoder().decode(payload);
          end.sent.push({ name: viewerNames.get(type), pane, seq, text });
        },
        close: () => (end.isClosed = true),
        listen: (to) => (end.to = to),
      };
    },
    onState: (state) => heard.push(state),
  });
  const pending: (() => void)[] = [];
  const listener: TerminalListener = {
    onSnapshot: ({ bytes }, parsed) => {
      heard.push(`screen ${new TextDecoder().decode(bytes)}`);
      pending.push(parsed);
    },
    onDelta: (bytes, parsed) => {
      heard.push(bytes.length > 100 ? bytes.length : new TextDecoder().decode(bytes));
      pending.push(parsed);
    },
    onInputLost: (lost) => heard.push(lost),
    onError: ({ code }) => heard.push(code),
  };
  const parseAll = (): void => pending.splice(0).forEach((parsed) => parsed());
  /** Let the ticket arrive, then open. */
  const open = async (): Promise<FarEnd> => {
    const count = ends.length;
    await expect.poll(() => ends.length, { interval: 1 }).toBe(count + 1);
    const end = ends.at(-1) as FarEnd;
    end.to?.onOpen();
    return end;
  };
  return { timers, ends, heard, client, listener, parseAll, open };
}

test('subscribes each terminal by a number of its own, and goes on where it was', async () => {
  const { timers, client, listener, open, heard } = bench();
  client.show('job_1.1', 'stream', listener);
  client.show('job_2.1', 'thumb', listener);
  client.connect();
  const first = await open();
  first.snap(10, 'hello');
  first.say('delta', encoder.encode('more'), 10);

  first.to?.onClose(1006);
  timers.advance(500);
  const second = await open();

  expect(first.url).toBe('ws://here/ws/terminal?ticket=t1');
  expect(first.named('sub').map(({ pane, text }) => [pane, JSON.parse(text)])).toEqual([
    [1, { agent_id: 'job_1.1', mode: 'stream' }],
    [2, { agent_id: 'job_2.1', mode: 'thumb' }],
  ]);
  expect(JSON.parse(second.named('sub')[0]?.text ?? '')).toEqual({
    agent_id: 'job_1.1',
    mode: 'stream',
    from: { epoch: 1, seq: 14 },
  });
  expect(heard).toEqual(['connecting', 'open', 'screen hello', 'more', 'connecting', 'open']);
});

test('acknowledges what was parsed, a snapshot at once and the rest in steps', async () => {
  const { client, listener, open, parseAll } = bench();
  client.show('job_1.1', 'stream', listener);
  client.connect();
  const end = await open();
  const piece = new Uint8Array(20 * 1_024);

  end.snap(0);
  expect(end.named('ack')).toEqual([]);
  parseAll();
  for (const n of [0, 1, 2, 3]) end.say('delta', piece, n * piece.length);
  parseAll();

  expect(end.named('ack').map(({ seq }) => seq)).toEqual([0, 2 * piece.length, 4 * piece.length]);
});

test('numbers what is typed, types only for the writer, and never again after a break', async () => {
  const { timers, client, listener, open, heard } = bench();
  const view = client.show('job_1.1', 'stream', listener);
  expect(view.type('x')).toBe('offline');
  client.connect();
  const first = await open();
  expect(view.type('x')).toBe('not-writer');
  first.grant();

  expect([view.type('ls'), view.paste('a\nb'), view.type('rm')]).toEqual(['sent', 'sent', 'sent']);
  first.say('inputAck', new Uint8Array(0), 1);
  first.to?.onClose(1006);
  timers.advance(500);
  const second = await open();
  second.grant();
  view.type('again');

  expect(
    first.sent.filter(({ seq }) => seq > 0).map(({ name, seq, text }) => [name, seq, text]),
  ).toEqual([
    ['input', 1, 'ls'],
    ['paste', 2, 'a\nb'],
    ['input', 3, 'rm'],
  ]);
  expect(heard.filter((one) => typeof one === 'object')).toEqual([{ inputs: 2, bytes: 5 }]);
  expect(second.named('input').map(({ seq, text }) => [seq, text])).toEqual([[1, 'again']]);
});

test('counts anew when the server did not look at an input', async () => {
  const { client, listener, open, heard } = bench();
  const view = client.show('job_1.1', 'stream', listener);
  client.connect();
  const end = await open();
  end.grant();
  view.type('a');
  view.type('b');

  end.json('error', { code: 'terminal.too-fast', message: 'slow down', todo: null }, 1);

  expect(heard.slice(-2)).toEqual(['terminal.too-fast', { inputs: 1, bytes: 1 }]);
  expect(end.named('sub')).toHaveLength(2);
  expect(view.isWriter).toBe(false);
});

test('sends what is long in several frames, and no paste that is too long for one', async () => {
  const { client, listener, open } = bench();
  const view = client.show('job_1.1', 'stream', listener);
  client.connect();
  const end = await open();
  end.grant();

  expect(view.paste('p'.repeat(61 * 1_024))).toBe('too-large');
  expect(view.type('t'.repeat(150 * 1_024))).toBe('sent');
  expect(view.type('t'.repeat(150 * 1_024))).toBe('too-fast');

  expect(end.named('input').map(({ text }) => text.length / 1_024)).toEqual([60, 60, 30]);
});

test('stops when nobody is logged in any more, and goes on after the next login', async () => {
  const { client, heard, open } = bench({ tickets: [undefined, 't2'] });
  client.connect();
  await expect.poll(() => client.state).toBe('refused');

  client.connect();
  await open();

  expect(heard).toEqual(['connecting', 'refused', 'connecting', 'open']);
});

test('tries again, later each time, while no ticket is to be had', async () => {
  const { timers, client, ends } = bench({ tickets: [new Error('down'), new Error('down'), 't3'] });
  client.connect();
  await expect.poll(() => timers.pending).toBe(1);
  timers.advance(500);
  await expect.poll(() => timers.pending).toBe(1);
  timers.advance(999);
  // A ticket would have come by then.
  await new Promise((resolve) => setTimeout(resolve));
  expect(ends).toHaveLength(0);
  timers.advance(1);

  await expect.poll(() => ends.length).toBe(1);
});

test('gives a line up that answers no ping', async () => {
  const { timers, client, open } = bench();
  client.connect();
  const end = await open();

  timers.advance(15_000);
  end.say('pong', new Uint8Array(0), 0, 0);
  expect(end.isClosed).toBe(false);
  timers.advance(60_000);

  expect(end.isClosed).toBe(true);
  expect(client.state).toBe('connecting');
});

test('leaves nothing behind when it is closed, and takes up no late ticket', async () => {
  const { timers, client, ends, heard } = bench();
  client.connect();
  client.close();
  await Promise.resolve();
  await Promise.resolve();

  expect([ends.length, timers.pending, client.state]).toEqual([0, 0, 'closed']);
  expect(heard).toEqual(['connecting', 'closed']);
});
