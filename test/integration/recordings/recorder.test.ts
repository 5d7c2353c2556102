import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recorderArgv } from '../../../src/agents/recorder.ts';
import { systemClock } from '../../../src/base/index.ts';
import { RecordedStream } from '../../../src/recordings/index.ts';
import { environment, outputOf, readAll, Recorder, recordingDirectory } from './recorder.ts';

const LIMIT = 1_000_000;

async function bytesIn(dir: string, which = /^/): Promise<number> {
  const names = (await readdir(dir)).filter((name) => which.test(name));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Wait until this many bytes were ever recorded, and their time is noted. */
async function untilRecorded(dir: string, bytes: number): Promise<void> {
  const limit = AbortSignal.timeout(20_000);
  for (;;) {
    const times = await readFile(join(dir, 'stream.times'), 'utf8').catch(() => '');
    if (times.endsWith(` ${bytes}\n`)) return;
    await systemClock.after(2, limit);
  }
}

/** Whatever is left of it is what was printed at that place. */
async function expectPrinted(stream: RecordedStream, printed: string): Promise<void> {
  let next = stream.droppedBytes;
  for await (const { offset, bytes } of stream.pieces()) {
    expect(offset).toBe(next);
    next += bytes.length;
    expect(String(bytes)).toBe(printed.slice(offset, next));
  }
  expect(next).toBe(stream.end);
}

describe('the recorder', () => {
  test('writes down every byte with the time at which it came', async () => {
    await using place = await recordingDirectory();
    const before = Date.now();
    const recorder = await Recorder.start(place.dir);
    await recorder.print('first é');
    await untilRecorded(place.dir, 8);
    const between = Date.now();
    await recorder.print(new Uint8Array([0, 255, 10, 13]));
    await recorder.end();

    const { events, startedAt, isTimed } = await readAll(place.dir);
    const outputs = events.filter(({ kind }) => kind === 'output');
    expect(isTimed).toBe(true);
    expect(outputs.map((event) => event.kind === 'output' && [...event.bytes])).toEqual([
      [...Buffer.from('first é')],
      [0, 255, 10, 13],
    ]);
    const [first = NaN, second = NaN] = outputs.map(({ at }) => at);
    expect(startedAt).toBeGreaterThanOrEqual(before);
    expect(first).toBeGreaterThanOrEqual(startedAt);
    expect(first).toBeLessThanOrEqual(between);
    expect(second).toBeGreaterThanOrEqual(between);
  });

  test('notes when it heard something, however late it comes to write that down', async () => {
    await using place = await recordingDirectory();
    const recorder = await Recorder.start(place.dir);
    const log = join(place.dir, 'stream.log');
    await recorder.print('a');
    await untilRecorded(place.dir, 1);
    // Stopped once the byte is in the log; often before its time is, which may be 10 ms later.
    await recorder.print('b');
    while ((await stat(log)).size < 2) await new Promise(setImmediate);
    process.kill(recorder.pid, 'SIGSTOP');
    await systemClock.after(50, AbortSignal.timeout(20_000));
    const between = Date.now();
    await recorder.print('c');
    process.kill(recorder.pid, 'SIGCONT');
    await recorder.end();

    const { events } = await readAll(place.dir);
    const early = events.filter(({ at, kind }) => kind === 'output' && at < between);
    expect(outputOf(early)).toBe('ab');
  });

  test('notes times also of what never pauses', async () => {
    await using place = await recordingDirectory();
    const recorder = await Recorder.start(place.dir);
    for (let n = 0; n < 100; n += 1) {
      await recorder.print('.');
      await systemClock.after(3, AbortSignal.timeout(20_000));
    }
    await recorder.end();

    const { events } = await readAll(place.dir);
    expect(new Set(events.map(({ at }) => at)).size).toBeGreaterThan(10);
    expect(outputOf(events)).toBe('.'.repeat(100));
  });

  test('keeps the end of a flood within the limit, and says what it dropped', async () => {
    await using place = await recordingDirectory();
    const recorder = await Recorder.start(place.dir, LIMIT);
    const lines = Array.from({ length: 300_000 }, (_, line) => `line ${line}\n`);
    const flood = lines.join('');
    await recorder.print(flood);
    await recorder.end();

    const { text, events, droppedBytes, end } = await readAll(place.dir);
    expect(await bytesIn(place.dir)).toBeLessThanOrEqual(LIMIT);
    expect(text.length).toBeGreaterThan(LIMIT / 2 - 70_000);
    expect(flood.endsWith(text)).toBe(true);
    expect(outputOf(events)).toBe(text);
    expect(droppedBytes).toBe(flood.length - text.length);
    expect(end).toBe(flood.length);
  });

  test('is read whole and in order while it rotates', async () => {
    await using place = await recordingDirectory();
    const recorder = await Recorder.start(place.dir, 140_000);
    // No two places of it look the same.
    const lines = Array.from({ length: 400_000 }, (_, n) => `${String(n * 10).padStart(9)}\n`);
    const text = lines.join('');
    const bases = new Set<number>();
    const limit = AbortSignal.timeout(60_000);
    // Each portion is more than one file holds, and is read while it is printed, to its end.
    for (let printed = 0; printed < text.length;) {
      const portion = text.slice(printed, printed + 100_000);
      printed += portion.length;
      const printing = recorder.print(portion);
      for (let end = 0; end < printed;) {
        limit.throwIfAborted();
        await using stream = await RecordedStream.open(place.dir);
        if (stream === undefined) continue;
        end = stream.end;
        await expectPrinted(stream, text);
        bases.add(stream.droppedBytes);
      }
      await printing;
    }
    await recorder.end();

    // There is room for one and a half portions, so each second one at least moves the base.
    expect(bases.size).toBeGreaterThan(15);
    expect((await readAll(place.dir)).end).toBe(4_000_000);
  });

  test('counts the times, too, of which a single byte needs twenty', async () => {
    await using place = await recordingDirectory();
    const recorder = await Recorder.start(place.dir, 140_000);
    await recorder.print('x'.repeat(69_000));
    for (let n = 0; n < 60; n += 1) {
      await recorder.print('y');
      await systemClock.after(11, AbortSignal.timeout(20_000));
    }
    await recorder.end();

    expect(await bytesIn(place.dir, /^stream\.(log|times)$/)).toBeLessThanOrEqual(70_000);
    expect(await bytesIn(place.dir, /^stream\.1\./)).toBeLessThanOrEqual(70_000);
    expect((await readAll(place.dir)).text).toMatch(/y{60}$/);
  });

  test('goes on where another one stopped, offsets and all', async () => {
    await using place = await recordingDirectory();
    const first = await Recorder.start(place.dir);
    await first.print('one ');
    await untilRecorded(place.dir, 4);
    await first.kill();
    const second = await Recorder.start(place.dir);
    await second.print('two');
    await second.end();

    const { events, end } = await readAll(place.dir);
    expect(outputOf(events)).toBe('one two');
    expect(end).toBe('one two'.length);
    expect(events.map(({ at }) => at)).toEqual(
      events.map(({ at }) => at).toSorted((a, b) => a - b),
    );
  });

  test.each([
    ['the older times were removed', async (_dir: string) => {}],
    [
      'the log was renamed',
      async (dir: string) => await rename(join(dir, 'stream.log'), join(dir, 'stream.1.log')),
    ],
  ])(
    'is readable, and is gone on with, when it was killed while it rotated: %s',
    async (_, crash) => {
      await using place = await recordingDirectory();
      const first = await Recorder.start(place.dir, LIMIT);
      await first.print('a'.repeat(450_000));
      await first.print('b'.repeat(200_000));
      await untilRecorded(place.dir, 650_000);
      await first.kill();
      await rm(join(place.dir, 'stream.1.times'));
      await crash(place.dir);

      const before = await readAll(place.dir);
      const second = await Recorder.start(place.dir, LIMIT);
      await second.print('c');
      await second.end();
      const after = await readAll(place.dir);

      expect(before.end).toBe(650_000);
      expect(before.text).toMatch(/b{200000}$/);
      expect(outputOf(before.events)).toBe(before.text);
      expect(after.end).toBe(650_001);
      expect(after.text).toBe(`${before.text}c`);
    },
  );

  test('passes over what is torn, and over words that only a later version knows', async () => {
    await using place = await recordingDirectory();
    const recorder = await Recorder.start(place.dir);
    await recorder.print('one');
    await recorder.end();
    const times = join(place.dir, 'stream.times');
    await truncate(times, (await stat(times)).size - 1);
    const again = await Recorder.start(place.dir);
    await again.print('two');
    await again.end();

    expect(outputOf((await readAll(place.dir)).events)).toBe('onetwo');
  });

  test('outlives every signal but KILL, because only its input knows when it is over', async () => {
    await using place = await recordingDirectory();
    const recorder = await Recorder.start(place.dir);
    await recorder.print('one ');
    await untilRecorded(place.dir, 4);
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
      process.kill(recorder.pid, signal);
    await recorder.print('two');
    await recorder.end();

    expect((await readAll(place.dir)).text).toBe('one two');
  });

  test('keeps the beginning within the limit where there is no Perl', async () => {
    await using place = await recordingDirectory();
    const recorder = await Recorder.start(place.dir, LIMIT, { PATH: '/nonexistent' });
    const flood = Array.from({ length: 300_000 }, (_, line) => `line ${line}\n`).join('');
    await recorder.print(flood);
    await recorder.end();

    const { text, isTimed, events } = await readAll(place.dir);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text.length).toBeGreaterThan(LIMIT - 1024);
    expect(flood.startsWith(text)).toBe(true);
    expect(isTimed).toBe(false);
    expect(outputOf(events)).toBe(text);
  });
});

const isAllowed = spawnSync('unshare', ['-Urm', 'true']).status === 0;
const reason = isAllowed ? '' : ' (skipped: this machine allows no user namespaces)';

test.skipIf(!isAllowed)(
  `takes all of its input while the disk is full, and says later what was lost${reason}`,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tb-rec-full-'));
    try {
      const argv = await recorderArgv({ dir: `${dir}/disk`, limitBytes: 64e6, environment });
      // The bytes before and after are printed one step at a time, each seen on the disk first.
      const script = `
        set -eu
        mkdir $D/disk $D/kept; mount -t tmpfs -o size=1m tmpfs $D/disk; mkfifo $D/in
        "$@" <$D/in & recorder=$!
        exec 3>$D/in
        printf 'before ' >&3
        until grep -qs before $D/disk/stream.log; do :; done
        cat /dev/zero >$D/disk/filler 2>/dev/null || :
        head -c 500000 /dev/zero | tr '\\0' x >&3
        rm $D/disk/filler
        until grep -qs lost $D/disk/stream.times; do printf y >&3; sleep 0.02; done
        printf ' after' >&3
        exec 3>&-
        wait $recorder
        cp $D/disk/stream.* $D/kept/
      `;
      const { status, stderr } = spawnSync('unshare', ['-Urm', 'sh', '-c', script, 'sh', ...argv], {
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, D: dir },
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });

      const { text, events } = await readAll(join(dir, 'kept'));
      expect(text.replaceAll(/([xy])\1+/g, '$1')).toMatch(/^before xy? after$/);
      const lost = events.reduce(
        (sum, event) => sum + (event.kind === 'lost' ? event.bytes : 0),
        0,
      );
      const kept = text.replace(/y/g, '').length - 'before  after'.length;
      expect(lost).toBeGreaterThan(0);
      expect(lost + kept).toBe(500_000);
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
);
