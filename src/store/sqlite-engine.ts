import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { type Clock, Mutex } from '../base/index.ts';
import type { Engine, Transacted } from './engine.ts';
import { isBusy, storeError } from './sqlite-errors.ts';
import { SqliteStatements } from './sqlite-statements.ts';
import type { Row, Sql, SqlValue } from './store.ts';
import { WakeFile } from './wake-file.ts';

/** How long to ask for the write lock before `store.busy`. */
const BUSY_LIMIT_MS = 5_000;
/** SQLite's own wait for a lock stops the event loop, so it is short and we ask again. */
const BLOCKING_WAIT_MS = 5;
const LONGEST_PAUSE_MS = 50;

/** In one step: between two, a writer would make it begin anew. */
const ALL_PAGES = 2 ** 31 - 1;

const BEGIN_WRITE = 'BEGIN IMMEDIATE';
/** BEGIN alone takes no snapshot; the first SELECT does, and may meet a lock. */
const BEGIN_READ = 'BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1';

export interface SqliteOptions {
  /** The database file; its directory is made when it is missing. */
  readonly path: string;
  readonly clock: Clock;
}

/**
 * Open an SQLite file: WAL, and one fsync for each commit. Several processes may have it open.
 *
 * @throws {StoreReadOnlyError} {StoreFullError} {StoreBusyError} {StoreCorruptError}
 * {StoreCannotOpenError}
 */
export async function openSqliteEngine(
  { path, clock }: SqliteOptions,
  signal: AbortSignal,
): Promise<Engine> {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    db = new DatabaseSync(path, {
      timeout: BLOCKING_WAIT_MS,
      enableForeignKeyConstraints: true,
    });
    const engine = new SqliteEngine(db, { path, clock });
    await engine.prepare(signal);
    return engine;
  } catch (error) {
    db?.close();
    throw storeError(error, path);
  }
}

class SqliteEngine implements Engine {
  readonly claimClause = '';
  readonly location: string;
  readonly #db: DatabaseSync;
  readonly #clock: Clock;
  readonly #turn = new Mutex();
  readonly #statements: SqliteStatements;
  readonly #wake: WakeFile;
  #seenVersion: number | undefined;

  constructor(db: DatabaseSync, { path, clock }: SqliteOptions) {
    this.#db = db;
    this.#clock = clock;
    this.location = path;
    this.#statements = new SqliteStatements(db);
    this.#wake = new WakeFile(join(dirname(path), 'wake'), () => clock.now());
  }

  get hearsOthers(): boolean {
    return !this.#wake.isLost;
  }

  async prepare(signal: AbortSignal): Promise<void> {
    // The first opener changes the file's mode, which needs the whole file for a moment.
    await this.#untilFree('PRAGMA journal_mode = WAL', signal);
    this.#db.exec('PRAGMA synchronous = FULL');
  }

  async hasTable(name: string, signal: AbortSignal): Promise<boolean> {
    const query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = $1";
    const find = async (sql: Sql): Promise<boolean> => (await sql.all(query, [name])).length > 0;
    return (await this.transaction('read', find, signal)).result;
  }

  async transaction<T>(
    kind: 'read' | 'write',
    work: (sql: Sql) => Promise<T>,
    signal: AbortSignal,
  ): Promise<Transacted<T>> {
    return await this.#turn.run(async () => {
      await this.#untilFree(kind === 'write' ? BEGIN_WRITE : BEGIN_READ, signal);
      const before = this.#changes();
      const sql = new TransactionSql(this.#statements, (error) => this.#coded(error));
      try {
        const result = await work(sql);
        sql.end();
        signal.throwIfAborted();
        const changed = this.#changes() !== before;
        if (changed && kind === 'read') throw new TypeError('a read transaction changed rows');
        this.#commit();
        return { result, changed };
      } finally {
        sql.close();
        // A full disk makes SQLite roll back by itself; a second ROLLBACK would be an error.
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      }
    });
  }

  async copyTo(path: string): Promise<void> {
    // A connection of its own, so that ours is not held for as long as the copy takes.
    const source = new DatabaseSync(this.location, { readOnly: true });
    try {
      await backup(source, path, { rate: ALL_PAGES });
    } catch (error) {
      throw this.#coded(error);
    } finally {
      source.close();
    }
  }

  tellOthers(): void {
    this.#wake.touch();
  }

  hearOthers(onCommit: () => void): Disposable {
    this.#seenVersion = this.#version();
    return this.#wake.watch(() => {
      // Only another connection's commit moves data_version, so our own touches end here. Within
      // a transaction the number stands still: wait for its end.
      void this.#turn.run(async () => {
        if (!this.#db.isOpen) return;
        const version = this.#version();
        if (version !== this.#seenVersion) onCommit();
        this.#seenVersion = version;
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wake[Symbol.dispose]();
    await this.#turn.run(async () => {
      if (this.#db.isOpen) this.#db.close();
    });
  }

  /** Run one statement that may meet another process's lock, asking again until the limit. */
  async #untilFree(statement: string, signal: AbortSignal): Promise<void> {
    const start = this.#clock.monotonic();
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      signal.throwIfAborted();
      try {
        this.#db.exec(statement);
        return;
      } catch (error) {
        const waitedMs = Math.round(this.#clock.monotonic() - start);
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
        if (!isBusy(error) || waitedMs >= BUSY_LIMIT_MS) throw this.#coded(error, waitedMs);
      }
      await this.#clock.after(pauseMs, signal);
    }
  }

  #commit(): void {
    try {
      this.#db.exec('COMMIT');
    } catch (error) {
      throw this.#coded(error);
    }
  }

  #coded(error: unknown, waitedMs = BLOCKING_WAIT_MS): unknown {
    return storeError(error, this.location, waitedMs);
  }

  #changes(): number {
    return Number(this.#db.prepare('SELECT total_changes() AS n').get()?.['n']);
  }

  #version(): number {
    return Number(this.#db.prepare('PRAGMA data_version').get()?.['data_version']);
  }
}

/** Statements of one transaction: none after its end, and none after one that failed. */
class TransactionSql implements Sql {
  readonly #statements: SqliteStatements;
  readonly #coded: (error: unknown) => unknown;
  #failure: { readonly error: unknown } | undefined;
  #isOpen = true;

  constructor(statements: SqliteStatements, coded: (error: unknown) => unknown) {
    this.#statements = statements;
    this.#coded = coded;
  }

  async all(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return await this.#try(async () => await this.#statements.all(sql, values));
  }

  async run(sql: string, values?: readonly SqlValue[]): Promise<number> {
    return await this.#try(async () => await this.#statements.run(sql, values));
  }

  /** Throw what a statement threw, also when the work swallowed it, as PostgreSQL would. */
  end(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  close(): void {
    this.#isOpen = false;
  }

  async #try<T>(action: () => Promise<T>): Promise<T> {
    if (!this.#isOpen) throw new Error('this transaction has ended');
    this.end();
    try {
      return await action();
    } catch (error) {
      this.#failure = { error: this.#coded(error) };
      throw this.#failure.error;
    }
  }
}
