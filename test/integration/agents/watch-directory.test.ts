import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DirectoryWatch, FakeClock } from '../../../src/base/index.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tb-watch-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

test('looks at the start and after each file that is renamed into place', async () => {
  const look = vi.fn(async () => {});
  await using _watch = new DirectoryWatch([dir], { clock: new FakeClock(), sweepMs: 5_000 }, look);
  await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(1));
  await writeFile(join(dir, '.a.tmp'), 'x');
  await rename(join(dir, '.a.tmp'), join(dir, 'a'));
  await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(1));
});

test('does not look when a file only grows', async () => {
  await writeFile(join(dir, 'growing'), 'x');
  const look = vi.fn(async () => {});
  await using _watch = new DirectoryWatch([dir], { clock: new FakeClock(), sweepMs: 5_000 }, look);
  await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(1));
  for (let count = 0; count < 10; count += 1) await appendFile(join(dir, 'growing'), 'x');
  await writeFile(join(dir, 'new'), 'x');
  await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(2));
});

test('looks by the sweep alone where it cannot watch', async () => {
  const clock = new FakeClock();
  const look = vi.fn(async () => {});
  {
    const gone = join(dir, 'not-there');
    await using _watch = new DirectoryWatch([gone], { clock, sweepMs: 5_000 }, look);
    await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(1));
    await clock.advance(5_000);
    await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(2));
  }
  expect(clock.pending).toBe(0);
});

test('looks once more, never twice at once, when changes come while it looks', async () => {
  const held = Promise.withResolvers<void>();
  let active = 0;
  let count = 0;
  const look = async (): Promise<void> => {
    active += 1;
    count += 1;
    expect(active).toBe(1);
    await held.promise;
    active -= 1;
  };
  const options = { clock: new FakeClock(), sweepMs: 5_000 };
  await using watch = new DirectoryWatch([dir], options, look);
  watch.poke();
  watch.poke();
  held.resolve();
  await watch.fresh();
  expect(count).toBe(2);
});
