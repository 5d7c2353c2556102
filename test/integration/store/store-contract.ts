import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent, Store } from '../../../src/store/index.ts';

const { signal } = new AbortController();

/**
 * What every engine must do. `openIn(dir)` opens the database that belongs to a directory: two
 * calls with one directory give two connections to one database, which is made when it is missing.
 */
export function storeContract(engine: string, openIn: (dir: string) => Promise<Store>): void {
  describe(`a store on ${engine}`, () => {
    let dir: string;
    let opened: AsyncDisposableStack;
    const open = async (): Promise<Store> => opened.use(await openIn(dir));

    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), 'store-'));
      opened = new AsyncDisposableStack();
    });
    afterEach(async () => {
      await opened.disposeAsync();
      await rm(dir, { recursive: true });
    });

    test('gets one id of eight characters, however many open it first', async () => {
      const stores = await Promise.all([open(), open(), open()]);

      expect(stores[0].databaseId).toMatch(/^[0-9a-v]{8}$/);
      expect(new Set(stores.map(({ databaseId }) => databaseId)).size).toBe(1);
    });

    test('keeps a change and its events together', async () => {
      const store = await open();

      await store.write(async (sql) => {
        await insertSession(sql, 'a');
        await sql.append(event('a', 'session.created'));
      }, signal);

      await using other = await openIn(dir);
      expect(await names(other)).toEqual(['a']);
      expect(await other.events('a', 0, 10, signal)).toEqual([
        { stream: 'a', sequence: 1, kind: 'session.created', at: 5, data: { x: [1, null] } },
      ]);
    });

    test('rolls back the change and its events when the work throws', async () => {
      const store = await open();

      const failing = store.write(async (sql) => {
        await insertSession(sql, 'a');
        await sql.append(event('a', 'session.created'));
        throw new RangeError('no');
      }, signal);

      await expect(failing).rejects.toThrow(RangeError);
      expect(await names(store)).toEqual([]);
      expect(await store.events('a', 0, 10, signal)).toEqual([]);
    });

    test('rolls back when a statement failed, even when the work swallowed it', async () => {
      const store = await open();

      const failing = store.write(async (sql) => {
        await insertSession(sql, 'a');
        await insertSession(sql, 'a').catch(() => {});
      }, signal);

      await expect(failing).rejects.toThrow(/unique/i);
      expect(await names(store)).toEqual([]);
    });

    test('rolls back when it is aborted before the end of the work', async () => {
      const store = await open();
      const stop = new AbortController();
      const reason = new Error('stop');

      const aborted = store.write(async (sql) => {
        await insertSession(sql, 'a');
        stop.abort(reason);
      }, stop.signal);

      await expect(aborted).rejects.toBe(reason);
      expect(await names(store)).toEqual([]);
    });

    test('numbers the events of each stream without gaps under writers on two connections', async () => {
      const stores = [await open(), await open()];
      const append = async (store: Store, index: number): Promise<void> =>
        await store.write(
          async (sql) => await sql.append(event(`s${index % 2}`, 'job.progressed')),
          signal,
        );

      await Promise.all(
        stores.flatMap((store) =>
          Array.from({ length: 20 }, async (_, i) => await append(store, i)),
        ),
      );

      const sequence = (await stores[0]?.events('s0', 0, 100, signal))?.map((one) => one.sequence);
      expect(sequence).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    });

    test('pages the events of a stream from a sequence', async () => {
      const store = await open();
      await store.write(async (sql) => {
        for (const kind of ['a', 'b', 'c', 'd']) await sql.append(event('s', kind));
      }, signal);

      const page = await store.events('s', 1, 2, signal);

      expect(page.map(({ kind }) => kind)).toEqual(['b', 'c']);
    });

    test('reads one snapshot while another connection commits', async () => {
      const [store, other] = [await open(), await open()];

      const seen = await store.read(async (sql) => {
        const before = await sql.all('SELECT id FROM sessions');
        await other.write(async (inner) => await insertSession(inner, 'a'), signal);
        return [before, await sql.all('SELECT id FROM sessions')];
      }, signal);

      expect(seen).toEqual([[], []]);
      expect(await names(store)).toEqual(['a']);
    });

    test('returns what a changing statement returned, and how many rows changed', async () => {
      const store = await open();
      await store.write(async (sql) => await insertSession(sql, 'a'), signal);

      const result = await store.write(async (sql) => {
        const update = 'UPDATE sessions SET concurrency = $2 WHERE id = $1';
        const rows = await sql.all(`${update} RETURNING id, concurrency, agent`, ['a', 3]);
        return { rows, changed: await sql.run(update, ['nobody', 3]) };
      }, signal);

      expect(result).toEqual({ rows: [{ id: 'a', concurrency: 3, agent: null }], changed: 0 });
    });

    test('refuses misuse: a transaction within one, SQL after the end, a read that changes, a value too few', async () => {
      const store = await open();
      const nested = store.write(async () => await names(store), signal);
      const late = await store.read(async (sql) => sql, signal);
      const changing = store.read(async (sql) => await insertSession(sql, 'a'), signal);
      const short = store.read(async (sql) => await sql.all('SELECT $1 || $2', ['a']), signal);

      await expect(nested).rejects.toThrow('within a transaction');
      await expect(late.all('SELECT 1')).rejects.toThrow('has ended');
      await expect(changing).rejects.toThrow('changed rows');
      await expect(short).rejects.toThrow('1 values for 2 parameters');
      expect(await names(store)).toEqual([]);
    });

    test('tells a listener of commits here and elsewhere', async () => {
      const [store, other] = [await open(), await open()];
      const heard = Promise.withResolvers<void>();
      const here = Promise.withResolvers<void>();
      using _other = other.watch(heard.resolve);
      using _here = store.watch(here.resolve);

      await store.write(async (sql) => await insertSession(sql, 'a'), signal);

      await Promise.all([here.promise, heard.promise]);
      expect(other.hearsOthers).toBe(true);
    });

    test('tells nobody of a write that changed nothing, so that claimers do not wake each other', async () => {
      const store = await open();
      let notices = 0;
      using _watching = store.watch(() => (notices += 1));

      await store.write(async (sql) => await sql.run('DELETE FROM sessions'), signal);
      await nextTurn();
      const afterNothing = notices;
      await store.write(async (sql) => await insertSession(sql, 'a'), signal);
      await nextTurn();

      expect([afterNothing, notices]).toEqual([0, 1]);
    });

    test('refuses a database of a newer version and touches nothing', async () => {
      await using store = await openIn(dir);
      const set = "UPDATE meta SET value = '99' WHERE key = 'schema_version'";
      await store.write(async (sql) => await sql.run(set), signal);

      await expect(openIn(dir)).rejects.toMatchObject({
        code: 'store.newer-version',
        facts: { found: 99 },
      });
      const version = "SELECT value FROM meta WHERE key = 'schema_version'";
      const rows = await store.read(async (sql) => await sql.all(version), signal);
      expect(rows).toEqual([{ value: '99' }]);
    });
  });
}

function event(stream: string, kind: string): NewEvent {
  return { stream, kind, at: 5, data: { x: [1, null] } };
}

async function insertSession(
  sql: { run: (text: string, values: string[]) => Promise<number> },
  id: string,
): Promise<void> {
  const insert = `INSERT INTO sessions (id, name, user_id, status, created_at)
    VALUES ($1, $1, 'someone', 'active', 5)`;
  await sql.run(insert, [id]);
}

async function names(store: Store): Promise<readonly unknown[]> {
  const rows = await store.read(async (sql) => await sql.all('SELECT id FROM sessions'), signal);
  return rows.map(({ id }) => id);
}

async function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  await promise;
}
