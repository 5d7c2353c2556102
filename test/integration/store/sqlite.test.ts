import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock, randomIds, systemClock } from '../../../src/base/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { storeContract } from './store-contract.ts';

const { signal } = new AbortController();

async function openIn(dir: string): Promise<Store> {
  const path = join(dir, 'tmux-builder.db');
  return await openStore({ path, clock: systemClock, ids: randomIds(systemClock) }, signal);
}

storeContract('SQLite', openIn);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const addMeta = 'INSERT INTO meta (key, value) VALUES ($1, $2)';

test('writes ahead and flushes every commit', async () => {
  await using store = await openIn(dir);

  const [mode, flush, keys] = await store.read(
    async (sql) => [
      await sql.all('PRAGMA journal_mode'),
      await sql.all('PRAGMA synchronous'),
      await sql.all('PRAGMA foreign_keys'),
    ],
    signal,
  );

  expect(mode).toEqual([{ journal_mode: 'wal' }]);
  expect(flush).toEqual([{ synchronous: 2 }]);
  expect(keys).toEqual([{ foreign_keys: 1 }]);
});

test('gives up with a coded error when another process keeps the lock past the limit', async () => {
  const clock = new FakeClock();
  const path = join(dir, 'tmux-builder.db');
  await using store = await openStore({ path, clock, ids: randomIds(clock) }, signal);
  using other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');

  const outcome = store
    .write(async (sql) => await sql.run(addMeta, ['a', 'b']), signal)
    .catch((error: unknown) => error);
  while (clock.pending === 0) await new Promise(setImmediate);
  await clock.advance(6_000);

  expect(await outcome).toMatchObject({ code: 'store.busy' });
  other.exec('ROLLBACK');
  expect(await store.write(async (sql) => await sql.run(addMeta, ['a', 'b']), signal)).toBe(1);
});

test('says that the disk is full, keeps what was there and goes on once there is space', async () => {
  await using store = await openIn(dir);
  const limit = async (pages: number): Promise<void> => {
    await store.read(async (sql) => await sql.all(`PRAGMA max_page_count = ${pages}`), signal);
  };
  const big = 'x'.repeat(1_000_000);
  await limit(1);

  const refused = store.write(async (sql) => await sql.run(addMeta, ['big', big]), signal);

  await expect(refused).rejects.toMatchObject({ code: 'store.full' });
  await limit(1_000_000);
  expect(await store.write(async (sql) => await sql.run(addMeta, ['big', big]), signal)).toBe(1);
});

test('says that the file cannot be written', async () => {
  await using store = await openIn(dir);
  await store.read(async (sql) => await sql.all('PRAGMA query_only = 1'), signal);

  const refused = store.write(async (sql) => await sql.run(addMeta, ['a', 'b']), signal);

  await expect(refused).rejects.toMatchObject({ code: 'store.read-only' });
});

test('says that a file is no database, and leaves it alone', async () => {
  await writeFile(join(dir, 'tmux-builder.db'), 'not a database, however long it is\n'.repeat(99));

  await expect(openIn(dir)).rejects.toMatchObject({ code: 'store.corrupt' });
});

test('says that a database cannot lie under a file', async () => {
  await writeFile(join(dir, 'file'), '');

  await expect(openIn(join(dir, 'file'))).rejects.toMatchObject({ code: 'store.cannot-open' });
  await expect(openIn(join(dir, 'file', 'deeper'))).rejects.toMatchObject({
    code: 'store.cannot-open',
  });
});

test('goes on without notices when the wake file is removed', async () => {
  await using store = await openIn(dir);
  const heard = Promise.withResolvers<void>();
  using _watching = store.watch(heard.resolve);
  await rm(join(dir, 'wake'));

  await store.write(async (sql) => await sql.run(addMeta, ['a', 'b']), signal);

  await heard.promise;
});
