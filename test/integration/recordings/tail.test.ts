import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { noteSize, StreamTail, type TailEvent } from '../../../src/recordings/index.ts';
import { environment, readAll, Recorder, recordingDirectory } from './recorder.ts';

interface Followed {
  readonly tail: StreamTail;
  readonly text: () => string;
  readonly others: () => readonly TailEvent[];
  readonly failures: readonly unknown[];
  /** Read until this much came in all. */
  readonly until: (end: number) => Promise<void>;
}

async function follow(dir: string, replayBytes = 1e9, sweepMs = 600_000): Promise<Followed> {
  const events: TailEvent[] = [];
  const failures: unknown[] = [];
  let wake: () => void = () => {};
  const onFailure = (error: unknown): void => void failures.push(error);
  const options = { clock: systemClock, replayBytes, sweepMs, onGrown: () => wake(), onFailure };
  const tail = await StreamTail.open(dir, options);
  onTestFinished(async () => await tail[Symbol.asyncDispose]());
  const until = async (end: number): Promise<void> => {
    for (;;) {
      const grown = Promise.withResolvers<void>();
      wake = grown.resolve;
      const more = tail.read(10_000);
      events.push(...more);
      if (tail.offset >= end && more.length === 0) return;
      if (more.length === 0) await grown.promise;
    }
  };
  const text = (): string =>
    events.map((event) => (event.kind === 'output' ? event.bytes.toString('latin1') : '')).join('');
  const others = () => events.filter(({ kind }) => kind !== 'output');
  return { tail, text, others, failures, until };
}

test('is told of what is printed, without a sweep', async () => {
  await using place = await recordingDirectory();
  const recorder = await Recorder.start(place.dir);
  await recorder.print('one');
  await expect.poll(async () => (await readAll(place.dir).catch(() => undefined))?.end).toBe(3);
  const followed = await follow(place.dir);
  await followed.until(3);
  await recorder.print(' two');
  await followed.until(7);

  expect(followed.text()).toBe('one two');
  await recorder.end();
});

test('waits for a recording that is not there yet', async () => {
  await using place = await recordingDirectory();
  const followed = await follow(place.dir);
  expect(followed.tail.isThere).toBe(false);
  const recorder = await Recorder.start(place.dir);
  await recorder.print('late');
  await followed.until(4);

  expect(followed.text()).toBe('late');
  await recorder.end();
});

test('misses nothing while the log is renamed again and again', async () => {
  await using place = await recordingDirectory();
  const recorder = await Recorder.start(place.dir, 400_000);
  const followed = await follow(place.dir);
  let whole = '';
  for (let turn = 0; turn < 60; turn += 1) {
    const part = `${turn} ${'x'.repeat(20_000)}\n`;
    whole += part;
    await recorder.print(part);
    await followed.until(whole.length);
  }
  await recorder.end();

  expect(followed.text()).toBe(whole);
  expect((await readAll(place.dir)).droppedBytes).toBeGreaterThan(0);
});

test('tells of what was dropped before it was read', async () => {
  await using place = await recordingDirectory();
  const recorder = await Recorder.start(place.dir, 400_000);
  await recorder.print('begin\n');
  await expect.poll(async () => (await readAll(place.dir).catch(() => undefined))?.end).toBe(6);
  const followed = await follow(place.dir, 1e9, 20);
  for (let turn = 0; turn < 60; turn += 1) await recorder.print(`${'x'.repeat(20_000)}\n`);
  await recorder.end();
  const { droppedBytes, end, text } = await readAll(place.dir);
  await followed.until(end);

  expect(followed.text().endsWith(text)).toBe(true);
  const lost = followed.others().map((event) => (event.kind === 'gap' ? event.bytes : 0));
  expect(lost.reduce((sum, one) => sum + one, 0)).toBe(end - followed.text().length);
  expect(droppedBytes).toBeGreaterThan(0);
});

test('begins with the newest lines, and skips to them', async () => {
  await using place = await recordingDirectory();
  const recorder = await Recorder.start(place.dir);
  await recorder.print(Array.from({ length: 1_000 }, (_, at) => `line ${at}\n`).join(''));
  await recorder.end();
  const whole = (await readAll(place.dir)).text;
  const followed = await follow(place.dir, 100);
  await followed.until(whole.length);
  expect(followed.text()).toMatch(/^line \d+\n/);
  expect(followed.text().length).toBeLessThanOrEqual(100);
  expect(whole.endsWith(followed.text())).toBe(true);

  const other = await follow(place.dir);
  const gap = other.tail.skip(100);
  await other.until(whole.length);
  const bytes = whole.length - other.text().length;
  expect(gap).toEqual({ kind: 'gap', bytes, offset: bytes });
  expect(other.tail.skip(100)).toBeUndefined();
});

test('finds the same age of the screen again, and another one for a new size and agent', async () => {
  await using place = await recordingDirectory();
  const first = await Recorder.start(place.dir);
  await first.print('one');
  await expect.poll(async () => (await readAll(place.dir).catch(() => undefined))?.end).toBe(3);
  await noteSize(place.dir, { at: 1, columns: 80, rows: 24 });
  const followed = await follow(place.dir);
  await followed.until(3);
  const { epoch } = followed.tail.screen;

  expect(await noteSize(place.dir, { at: epoch + 5, columns: 90, rows: 30 })).toBe(true);
  await first.print('two');
  await followed.until(6);
  expect(followed.others()).toEqual([
    { kind: 'resize', epoch, size: { columns: 80, rows: 24 } },
    { kind: 'resize', epoch: epoch + 5, size: { columns: 90, rows: 30 } },
  ]);
  expect((await follow(place.dir)).tail.screen.epoch).toBe(epoch);
  expect((await follow(place.dir, 1)).tail.screen).toEqual(followed.tail.screen);

  await first.end();
  const second = await Recorder.start(place.dir);
  await second.print('three');
  await followed.until(11);
  await second.end();
  expect(followed.others().at(-1)).toMatchObject({ kind: 'start' });
  expect(followed.text()).toBe('onetwothree');
});

test('says that the recording was removed', async () => {
  await using place = await recordingDirectory();
  const recorder = await Recorder.start(place.dir);
  await recorder.print('gone');
  await recorder.end();
  const followed = await follow(place.dir, 1e9, 20);
  await followed.until(4);
  await rm(join(place.dir, 'stream.log'));
  await rm(join(place.dir, 'stream.times'));
  await expect
    .poll(() => {
      followed.tail.read(1);
      return followed.tail.isRemoved;
    })
    .toBe(true);
});

test('tells once why it cannot go on, and goes on when that is over', async () => {
  await using place = await recordingDirectory();
  const recorder = await Recorder.start(place.dir);
  await recorder.print('one');
  await recorder.end();
  const followed = await follow(place.dir);
  await followed.until(3);
  const [log, times] = [join(place.dir, 'stream.log'), join(place.dir, 'stream.times')];
  await rename(log, join(place.dir, 'stream.1.log'));
  await rename(times, join(place.dir, 'kept'));
  await symlink('stream.times', times);
  await expect.poll(() => [followed.tail.read(1), followed.failures.length]).toEqual([[], 1]);
  for (let more = 0; more < 5; more += 1) {
    followed.tail.read(1);
    await nextTurn();
  }
  expect(followed.failures).toEqual([expect.objectContaining({ code: 'ELOOP' })]);

  await rename(join(place.dir, 'kept'), join(place.dir, 'stream.1.times'));
  await rm(times);
  const next = await Recorder.start(place.dir);
  await next.print('two');
  await followed.until(6);
  await next.end();
  expect(followed.text()).toBe('onetwo');
});

test('reads a recording without times', async () => {
  await using place = await recordingDirectory();
  const recorder = await Recorder.start(place.dir, 1e6, { ...environment, PATH: '/nonexistent' });
  await recorder.print('plain');
  const followed = await follow(place.dir);
  await followed.until(5);
  await recorder.end();

  expect(followed.text()).toBe('plain');
  expect(followed.tail.screen.size).toBeUndefined();
  expect(await noteSize(place.dir, { at: 1, columns: 90, rows: 30 })).toBe(false);
});

test('takes a recording for one that begins as long as it does not say since when', async () => {
  await using place = await recordingDirectory();
  for (const name of ['stream.log', 'stream.times']) await writeFile(join(place.dir, name), '');
  const followed = await follow(place.dir, 1e9, 20);
  expect(followed.tail.isThere).toBe(false);
  const recorder = await Recorder.start(place.dir);
  await recorder.print('now');
  await followed.until(3);
  await recorder.end();

  expect(followed.tail.screen.epoch).toBe((await readAll(place.dir)).startedAt);
});
