import { expect, test } from 'vitest';
import { StandInAccounts } from '../../test/support/terminal-accounts.ts';
import { readSentEvents, StandInFeed } from '../../test/support/terminal-feed.ts';
import { countingIds, FakeClock, silentLog } from '../base/index.ts';
import { EventHub, type EventLimits, eventLimits } from './event-hub.ts';

function bench(limits: Partial<EventLimits> = {}) {
  const feed = new StandInFeed();
  const accounts = new StandInAccounts();
  const clock = new FakeClock();
  const app = { feed, accounts };
  const options = { app, clock, ids: countingIds(), log: silentLog };
  const hub = new EventHub({ ...options, limits: { ...eventLimits, ...limits } });
  const admin = accounts.add('root', 'admin');
  const open = (after?: number, principal = admin) => {
    const stop = new AbortController();
    return new Reader(hub.open(principal, { after }, stop.signal), stop);
  };
  return { feed, accounts, clock, hub, admin, open };
}

/** A client that reads as long as it is told to. */
class Reader {
  readonly stop: AbortController;
  readonly done: Promise<void>;
  text = '';
  #gate = Promise.withResolvers<void>();

  constructor(chunks: AsyncIterable<string>, stop: AbortController) {
    this.stop = stop;
    this.#gate.resolve();
    this.done = this.#read(chunks);
  }

  get told() {
    return readSentEvents(this.text);
  }

  get positions(): readonly unknown[] {
    return this.told.filter(({ name }) => name === 'event').map(({ data }) => data['position']);
  }

  pause(): void {
    this.#gate = Promise.withResolvers();
  }

  resume(): void {
    this.#gate.resolve();
  }

  async untilReady(): Promise<void> {
    await expect.poll(() => this.text).toContain('event: ready');
  }

  async #read(chunks: AsyncIterable<string>): Promise<void> {
    for await (const chunk of chunks) {
      this.text += chunk;
      await this.#gate.promise;
    }
  }
}

test('begins now, with a place to come back to', async () => {
  const { feed, open } = bench();
  feed.add('job.added');
  const reader = open();
  await reader.untilReady();

  feed.add('job.settled');

  await expect.poll(() => reader.positions).toEqual([2]);
  expect(reader.text).toMatch(/^retry: 2000\n\n/);
  expect(reader.told[0]).toEqual({ id: 1, name: 'ready', data: { position: 1 } });
});

test('replays what came after the last event, over several pages, and goes on', async () => {
  const { feed, open } = bench();
  for (let n = 0; n < 1_203; n += 1) feed.add('job.added');

  const reader = open(3);
  await reader.untilReady();
  feed.add('job.settled');

  await expect.poll(() => reader.positions.length).toBe(1_201);
  expect(reader.positions).toEqual(Array.from({ length: 1_201 }, (_, n) => n + 4));
});

test('misses nothing and repeats nothing when it joins while events come', async () => {
  const { feed, open } = bench();
  for (let n = 0; n < 700; n += 1) feed.add('job.added');
  const first = open(0);
  const later = open(0);
  for (let n = 0; n < 300; n += 1) {
    feed.add('job.added');
    if (n % 10 === 0) await Promise.resolve();
  }

  for (const reader of [first, later]) {
    await expect.poll(() => reader.positions.length).toBe(1_000);
    expect(reader.positions).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
  }
});

test('reads on when others have heard more while it was about to join them', async () => {
  const { feed, open } = bench();
  feed.add('job.added');
  const first = open();
  await first.untilReady();
  await expect.poll(() => feed.reads).toBe(1);
  const release = feed.holdNext();
  const second = open(1);
  await expect.poll(() => feed.reads).toBe(2);

  feed.add('job.settled');
  await expect.poll(() => first.positions).toEqual([2]);
  release();

  await expect.poll(() => second.positions).toEqual([2]);
});

test('says that there is a gap when what happened is gone, or never was', async () => {
  const { feed, open } = bench();
  for (let n = 0; n < 10; n += 1) feed.add('job.added');
  feed.forgotten = 7;

  const [gone, unknown] = [open(6), open(99)];

  await gone.untilReady();
  await unknown.untilReady();
  expect(gone.told[0]).toEqual({ id: 10, name: 'gap', data: { from: 6, to: 10 } });
  expect(unknown.told[0]).toEqual({ id: 10, name: 'gap', data: { from: 99, to: 10 } });
});

test('keeps a bounded queue for who does not read, and then tells of the gap', async () => {
  const { feed, open } = bench({ queuedEvents: 10 });
  const slow = open();
  const quick = open();
  await slow.untilReady();
  await quick.untilReady();
  slow.pause();
  feed.add('job.added');
  await expect.poll(() => slow.positions).toEqual([1]);

  for (let n = 0; n < 30; n += 1) {
    feed.add('job.added');
    await expect.poll(() => quick.positions.length).toBe(n + 2);
  }
  slow.resume();
  await expect.poll(() => slow.told.at(-1)).toMatchObject({ name: 'gap' });
  feed.add('job.settled');

  await expect.poll(() => slow.positions).toEqual([1, 32]);
  expect(slow.told.find(({ name }) => name === 'gap')).toMatchObject({ data: { from: 1, to: 31 } });
});

test('reads and writes each event once for all who may see the same', async () => {
  const { feed, open } = bench({ clientsPerUser: 100 });
  const readers = Array.from({ length: 50 }, () => open());
  for (const reader of readers) await reader.untilReady();
  const before = feed.reads;

  feed.add('job.added');
  for (const reader of readers) await expect.poll(() => reader.positions).toEqual([1]);

  // Once with the event, once to see that there is no more.
  expect(feed.reads - before).toBe(2);
});

test('reads on after a page in which nothing was for this client', async () => {
  const { feed, accounts, open } = bench();
  for (let n = 0; n < 1_000; n += 1) feed.add('job.added', 'usr_ben');
  feed.add('job.added', 'usr_anna');
  const reader = open(0, accounts.add('anna'));
  await reader.untilReady();

  for (let n = 0; n < 1_000; n += 1) feed.add('job.added', 'usr_ben');
  feed.add('job.added', 'usr_anna');

  await expect.poll(() => reader.positions).toEqual([1_001, 2_002]);
});

test('gives everybody only what they may see', async () => {
  const { feed, accounts, open } = bench();
  const anna = open(undefined, accounts.add('anna'));
  const ben = open(undefined, accounts.add('ben'));
  await anna.untilReady();
  await ben.untilReady();

  feed.add('job.added', 'usr_anna');
  feed.add('job.added', 'usr_ben');

  await expect.poll(() => anna.positions).toEqual([1]);
  await expect.poll(() => ben.positions).toEqual([2]);
});

test('ends at once when the login is revoked, and gives nothing more', async () => {
  const { feed, accounts, hub, open } = bench();
  const reader = open();
  await reader.untilReady();

  feed.add('job.added');
  accounts.revoke('tok_root');

  await reader.done;
  expect(reader.positions).toEqual([]);
  expect(hub.size).toBe(0);
});

test('ends with a comment when the server does, and when the login is too old', async () => {
  const { accounts, clock, open } = bench();
  const drained = open();
  const expired = open(
    undefined,
    accounts.add('anna', 'admin', { expiresAt: clock.now() + 5_000 }),
  );
  await drained.untilReady();
  await expired.untilReady();

  drained.stop.abort();
  await clock.advance(15_000);

  await drained.done;
  await expired.done;
  expect(drained.text).toMatch(/: the server ends; come back\n\n$/);
  expect(expired.text).toMatch(/: the login ended\n\n$/);
  expect(clock.pending).toBe(0);
});

test('pings with the time of the server and moves the place on for who sees little', async () => {
  const { feed, accounts, clock, open } = bench();
  const reader = open(undefined, accounts.add('anna'));
  await reader.untilReady();
  feed.add('job.added', 'usr_ben');

  await clock.advance(15_000);
  await clock.advance(15_000);

  await expect
    .poll(() => reader.told.at(-1))
    .toEqual({ id: 1, name: 'ping', data: { at: new Date(clock.now()).toISOString() } });
});

test('takes a bounded number of clients, of one user and in all', async () => {
  const { accounts, hub, open } = bench({ clients: 3, clientsPerUser: 2 });
  const [first] = [open(), open()];

  expect(() => open()).toThrow('This user hears events 2 times already.');
  open(undefined, accounts.add('anna'));
  expect(() => open(undefined, accounts.add('ben'))).toThrow('3 clients hear events already.');
  first?.stop.abort();

  expect(hub.size).toBe(2);
  expect(() => open(undefined, accounts.add('ben'))).not.toThrow();
});

test('ends its clients when events cannot be read, so that they come back', async () => {
  const { feed, open } = bench();
  const reader = open();
  await reader.untilReady();

  feed.failure = new Error('the disk is gone');
  feed.add('job.added');

  await reader.done;
  expect(reader.text).toContain(': events cannot be read now');
});

test('ends for whose login ended before anybody listened, and later without a word', async () => {
  const { feed, accounts, clock, hub, open, admin } = bench();
  feed.add('job.added');
  const late = open(0);
  await late.untilReady();
  const early = open(0, accounts.add('eve', 'admin', { credentialId: 'tok_gone' }));
  accounts.ended.add('tok_gone');
  await early.done;
  expect(early.positions).toEqual([]);
  expect(hub.size).toBe(1);

  accounts.ended.add(admin.credentialId);
  await clock.advance(15_000);

  await late.done;
  expect(late.text).toContain(': the login ended');
  expect(hub.size).toBe(0);
});
