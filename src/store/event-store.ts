import { AsyncLocalStorage } from 'node:async_hooks';
import type { Engine, Transacted } from './engine.ts';
import type { NewEvent, Row, Sql, Store, StoredEvent, WriteSql } from './store.ts';

/** Transactions with events and listeners, on any engine. */
export class EventStore implements Store {
  readonly databaseId: string;
  readonly #engine: Engine;
  readonly #listeners = new Set<() => void>();
  readonly #within = new AsyncLocalStorage<{ isOpen: boolean }>();
  #others: Disposable | undefined;
  #isNoticeDue = false;
  #isClosed = false;

  constructor(engine: Engine, databaseId: string) {
    this.#engine = engine;
    this.databaseId = databaseId;
  }

  get claimClause(): string {
    return this.#engine.claimClause;
  }

  get hearsOthers(): boolean {
    return this.#engine.hearsOthers;
  }

  async read<T>(work: (sql: Sql) => Promise<T>, signal: AbortSignal): Promise<T> {
    return (await this.#transact('read', work, signal)).result;
  }

  async write<T>(work: (sql: WriteSql) => Promise<T>, signal: AbortSignal): Promise<T> {
    const withEvents = async (sql: Sql): Promise<T> => await work(writeSql(sql));
    const { result, changed } = await this.#transact('write', withEvents, signal);
    if (changed) {
      this.#engine.tellOthers();
      this.#giveNotice();
    }
    return result;
  }

  async copyTo(path: string): Promise<void> {
    await this.#engine.copyTo(path);
  }

  async events(
    stream: string,
    sequence: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredEvent[]> {
    const query = `SELECT stream, sequence, kind, at, data FROM events
      WHERE stream = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`;
    const rows = await this.read(
      async (sql) => await sql.all(query, [stream, sequence, limit]),
      signal,
    );
    return rows.map(eventOf);
  }

  watch(listener: () => void): Disposable {
    // A fresh function, so that one listener given twice is heard and removed twice.
    const own = (): void => listener();
    this.#listeners.add(own);
    this.#others ??= this.#engine.hearOthers(() => this.#giveNotice());
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(own);
        if (this.#listeners.size > 0) return;
        this.#others?.[Symbol.dispose]();
        this.#others = undefined;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#others?.[Symbol.dispose]();
    this.#others = undefined;
    await this.#engine[Symbol.asyncDispose]();
  }

  async #transact<T>(
    kind: 'read' | 'write',
    work: (sql: Sql) => Promise<T>,
    signal: AbortSignal,
  ): Promise<Transacted<T>> {
    signal.throwIfAborted();
    if (this.#isClosed) throw new Error('the store is closed');
    // With one connection the inner transaction would wait for the outer one for ever.
    if (this.#within.getStore()?.isOpen) throw new Error('a transaction within a transaction');
    const mark = { isOpen: true };
    try {
      const marked = async (sql: Sql): Promise<T> =>
        await this.#within.run(mark, async () => await work(sql));
      return await this.#engine.transaction(kind, marked, signal);
    } finally {
      mark.isOpen = false;
    }
  }

  /** Merge the notices of one turn of the event loop, so that a burst of commits costs one. */
  #giveNotice(): void {
    if (this.#isNoticeDue) return;
    this.#isNoticeDue = true;
    setImmediate(() => {
      this.#isNoticeDue = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

function writeSql(sql: Sql): WriteSql {
  // VALUES, not SELECT: PostgreSQL takes the parameters' types from the columns.
  const insert = `INSERT INTO events (stream, sequence, kind, at, data, position) VALUES
    ($1, (SELECT coalesce(max(sequence), 0) + 1 FROM events WHERE stream = $1), $2, $3, $4,
    (SELECT last FROM event_counter))`;
  return {
    all: async (text, values) => await sql.all(text, values),
    run: async (text, values) => await sql.run(text, values),
    append: async ({ stream, kind, at, data }: NewEvent) => {
      await sql.run('UPDATE event_counter SET last = last + 1');
      await sql.run(insert, [stream, kind, at, JSON.stringify(data)]);
    },
  };
}

/** Read a row of `events`. */
export function eventOf(row: Row): StoredEvent {
  const data: unknown = JSON.parse(String(row['data']));
  if (!isRecord(data)) throw new TypeError(`event ${row['stream']}/${row['sequence']} has no data`);
  return {
    stream: String(row['stream']),
    sequence: Number(row['sequence']),
    kind: String(row['kind']),
    at: Number(row['at']),
    data,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
