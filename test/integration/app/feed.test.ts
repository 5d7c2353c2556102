import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FeedRead } from '../../../src/app/index.ts';
import { Bench } from './bench.ts';

const never = new AbortController().signal;

let bench: Bench;
let session: string;
beforeEach(async () => {
  bench = await Bench.open();
  for (const user of ['ann', 'bob']) await bench.addUser(user);
  session = (await bench.app.createSession({ userId: 'ann' })).id;
  await bench.putJobs([{ session, id: 'job_a' }]);
});
afterEach(async () => await bench[Symbol.asyncDispose]());

const kinds = ({ events }: FeedRead): readonly string[] => events.map(({ kind }) => kind);

test('gives every event once and in order, from the database and from memory alike', async () => {
  const { feed } = bench.app;
  const start = await feed.last(never);
  const cold = await feed.read({ after: 0, limit: 100 }, {}, never);
  expect(kinds(cold)).toEqual(['session.created']);
  expect(cold).toMatchObject({ last: start, isGap: false });

  let heard = 0;
  using _watching = feed.watch(() => (heard += 1));
  await expect.poll(() => heard).toBe(1);
  for (let n = 0; n < 50; n += 1) await bench.record('job_a', `test.${n}`);
  await expect
    .poll(async () => (await feed.read({ after: start, limit: 100 }, {}, never)).last)
    .toBe(start + 50);

  const page = await feed.read({ after: start + 10, limit: 5 }, {}, never);
  expect(kinds(page)).toEqual(['test.10', 'test.11', 'test.12', 'test.13', 'test.14']);
  expect(page.last).toBe(start + 15);
  expect(page.events[0]).toMatchObject({ session_id: session, stream: 'job_a' });
  const all = await feed.read({ after: 0, limit: 1_000 }, {}, never);
  expect(all.events.map(({ position }) => position)).toEqual(
    Array.from({ length: start + 50 }, (_, index) => index + 1),
  );
});

test('gives nobody an event of a session they may not see, also just after a right ended', async () => {
  const { feed } = bench.app;
  using _watching = feed.watch(() => {});
  const bob = { userId: 'bob' };
  const start = await feed.last(never);
  await bench.record('job_a', 'test.secret');
  expect(kinds(await feed.read({ after: 0, limit: 100 }, bob, never))).toEqual([]);
  expect((await feed.read({ after: 0, limit: 100 }, bob, never)).last).toBe(start + 1);
  await bench.addMember(session, 'bob', 'viewer');
  expect(kinds(await feed.read({ after: start, limit: 100 }, bob, never))).toEqual(['test.secret']);
  await expect
    .poll(async () => kinds(await feed.read({ after: start, limit: 100 }, bob, never)))
    .toEqual(['test.secret']);

  await bench.run('DELETE FROM members');
  await bench.record('job_a', 'test.later');
  expect(kinds(await feed.read({ after: start, limit: 100 }, bob, never))).toEqual([]);
  const own = { userId: 'ann', sessionId: 'ses_other' };
  expect(kinds(await feed.read({ after: 0, limit: 100 }, own, never))).toEqual([]);
  expect(kinds(await feed.read({ after: start, limit: 100 }, { userId: 'ann' }, never))).toEqual([
    'test.secret',
    'test.later',
  ]);
});

test('states a gap when too much happened since, and for a position of the future', async () => {
  const { feed } = bench.app;
  const last = await feed.last(never);
  expect(await feed.read({ after: last + 1, limit: 10 }, {}, never)).toEqual({
    events: [],
    last,
    isGap: true,
  });

  await bench.run('UPDATE event_counter SET last = last + 10001');
  expect(await feed.read({ after: last, limit: 10 }, {}, never)).toMatchObject({ isGap: true });
  expect(await feed.read({ after: last + 1, limit: 10 }, {}, never)).toMatchObject({
    isGap: false,
  });
});

test('reads each commit once, however many listen', async () => {
  const { feed } = bench.app;
  const heard = Array.from({ length: 100 }, () => 0);
  using stack = new DisposableStack();
  for (const index of heard.keys()) {
    stack.use(feed.watch(() => (heard[index] = (heard[index] ?? 0) + 1)));
  }
  await expect.poll(() => Math.min(...heard)).toBe(1);
  await bench.record('job_a', 'test.one');
  await expect.poll(() => Math.min(...heard)).toBe(2);
  expect(new Set(heard).size).toBe(1);
});

test('tells the owner of a session that it was deleted', async () => {
  const { app } = bench;
  const gone = await app.createSession({ userId: 'ann' });
  const start = await app.feed.last(never);
  await app.archiveSession(gone.id);
  await app.deleteSession(gone.id);

  const seen = await app.feed.read({ after: start, limit: 10 }, { userId: 'ann' }, never);
  expect(seen.events).toMatchObject([{ kind: 'session.deleted', session_id: gone.id }]);
  expect(kinds(await app.feed.read({ after: start, limit: 10 }, { userId: 'bob' }, never))).toEqual(
    [],
  );
});

test('lists what happened newest first, by kind, and only what one may see', async () => {
  for (let n = 0; n < 5; n += 1)
    await bench.record('job_a', n % 2 === 0 ? 'test.even' : 'test.odd');
  const list = async (query: object, visibility: object) => {
    const page = await bench.app.listFeed({ limit: 2, ...query }, visibility);
    return { kinds: page.items.map(({ kind }) => kind), next: page.next };
  };

  const first = await list({}, {});
  expect(first.kinds).toEqual(['test.even', 'test.odd']);
  const second = await list({ cursor: first.next }, {});
  expect(second.kinds).toEqual(['test.even', 'test.odd']);
  expect((await list({ kind: 'test.odd' }, {})).kinds).toEqual(['test.odd', 'test.odd']);
  expect((await list({}, { userId: 'bob' })).kinds).toEqual([]);
  expect((await list({}, { userId: 'ann' })).kinds).toEqual(['test.even', 'test.odd']);
});
