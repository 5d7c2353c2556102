import { expect, test } from 'vitest';
import { EventClient, type EventMessage } from './event-client.ts';
import { ManualTimers } from './manual-timers.ts';

interface Source {
  readonly url: string;
  isClosed: boolean;
  say(name: string, data: object, id?: number): void;
  fail(): void;
}

function ignore(): void {}

function bench() {
  const timers = new ManualTimers();
  const sources: Source[] = [];
  const heard: unknown[] = [];
  const client = new EventClient({
    url: '/api/events',
    timers,
    random: () => 1,
    openSource: (url) => {
      let onMessage: (message: EventMessage) => void = ignore;
      let onError: () => void = ignore;
      const source: Source = {
        url,
        isClosed: false,
        say: (name, data, id) => {
          onMessage({ name, data: JSON.stringify(data), lastEventId: id?.toString() ?? '' });
        },
        fail: () => onError(),
      };
      sources.push(source);
      return {
        close: () => (source.isClosed = true),
        listen: (_names, to) => ({ onMessage, onError } = to),
      };
    },
    onEvent: ({ position }) => heard.push(position),
    onGap: (gap) => heard.push(gap),
    onState: (isOpen) => heard.push(isOpen ? 'open' : 'lost'),
  });
  const last = (): Source => sources.at(-1) as Source;
  return { timers, sources, heard, client, last };
}

function event(position: number) {
  return {
    position,
    stream: 'job_1',
    sequence: position,
    session_id: null,
    kind: 'job.added',
    at: '2026-01-01T00:00:00.000Z',
    data: {},
  };
}

test('begins now, and goes on after the last event when the line breaks', () => {
  const { timers, sources, heard, client, last } = bench();
  client.start();
  last().say('ready', { position: 4 }, 4);
  last().say('event', event(5), 5);

  last().fail();
  timers.advance(500);
  last().say('event', event(5), 5);
  last().say('event', event(6), 6);
  last().say('ready', { position: 6 }, 6);

  expect(sources.map(({ url }) => url)).toEqual(['/api/events', '/api/events?after=5']);
  expect(heard).toEqual(['open', 5, 'lost', 6, 'open']);
  expect(sources[0]?.isClosed).toBe(true);
});

test('waits longer from try to try, and at most 15 seconds', () => {
  const { timers, sources, client, last } = bench();
  client.start();

  for (const waitMs of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
    const before = sources.length;
    last().fail();
    timers.advance(waitMs - 1);
    expect(sources.length).toBe(before);
    timers.advance(1);
    expect(sources.length).toBe(before + 1);
  }
});

test('says what was missed, and goes on after it', () => {
  const { timers, heard, client, last } = bench();
  client.start();
  last().say('ready', { position: 4 }, 4);

  last().say('gap', { from: 4, to: 900 }, 900);
  last().say('event', event(900), 900);
  last().say('event', event(901), 901);
  last().fail();
  timers.advance(500);

  expect(heard).toEqual(['open', { from: 4, to: 900 }, 901, 'lost']);
  expect(last().url).toBe('/api/events?after=901');
});

test('gives a line up when two pings did not come, and is open once all is heard', () => {
  const { timers, sources, heard, client, last } = bench();
  client.start();
  last().say('ready', { position: 4 }, 4);
  timers.advance(20_000);
  last().say('ping', { at: 'now' }, 7);

  timers.advance(34_999);
  expect(client.isOpen).toBe(true);
  timers.advance(1);
  expect(client.isOpen).toBe(false);
  timers.advance(500);
  last().say('ready', { position: 7 }, 7);

  expect(sources[1]?.url).toBe('/api/events?after=7');
  expect(heard).toEqual(['open', 'lost', 'open']);
});

test('is not open before everything that was missed is heard', () => {
  const { timers, client, last } = bench();
  client.start();
  last().say('ready', { position: 4 }, 4);
  timers.advance(35_500);

  last().say('event', event(5), 5);
  last().fail();

  expect(client.isOpen).toBe(false);
});

test('leaves nothing behind when it is stopped', () => {
  const { timers, client, last } = bench();
  client.start();
  last().fail();

  client.stop();

  expect(timers.pending).toBe(0);
});
