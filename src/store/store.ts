/** What both engines store alike. Booleans are 0 and 1, times integer milliseconds, JSON is text. */
export type SqlValue = string | number | null;

export type Row = Readonly<Record<string, SqlValue>>;

/** SQL inside one transaction. Placeholders are `$1`, `$2`, ...; rows come back in columns' names. */
export interface Sql {
  all(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Run a statement that returns no rows; resolves with the number of rows changed. */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>;
}

/** A fact that was recorded: past tense, `job.settled`. */
export interface StoredEvent {
  /** What it is about: a job's or a session's id. */
  readonly stream: string;
  /** 1, 2, 3, ... within its stream, without gaps. */
  readonly sequence: number;
  readonly kind: string;
  /** Wall time in ms. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export type NewEvent = Omit<StoredEvent, 'sequence'>;

export interface WriteSql extends Sql {
  /** Record an event in this transaction: it is there if and only if the change is. */
  append(event: NewEvent): Promise<void>;
}

export interface Store extends AsyncDisposable {
  /** The id that this database got when it was made; names its runtime directory. */
  readonly databaseId: string;
  /** `''`, or the engine's clause that makes a claiming SELECT skip rows others hold. */
  readonly claimClause: string;
  /** False once the system refused to tell of other processes' commits: log it, and sweep. */
  readonly hearsOthers: boolean;
  /** Read in one snapshot. `work` may run again after a lost connection: no side effects. */
  read<T>(work: (sql: Sql) => Promise<T>, signal: AbortSignal): Promise<T>;
  /**
   * Change in one transaction, durable when the promise resolves; a throw rolls back. A statement
   * that failed ends the transaction, also when `work` catches its error. Neither `read` nor
   * `write` may be called within `work`.
   *
   * @throws {StoreFullError} the disk is full; {StoreReadOnlyError} the file cannot be written;
   * {StoreBusyError} another process held the lock past the limit. Nothing was changed.
   */
  write<T>(work: (sql: WriteSql) => Promise<T>, signal: AbortSignal): Promise<T>;
  /**
   * Copy everything committed by now into a new file that `openStore` opens, as one snapshot.
   * Whoever writes meanwhile is not kept waiting.
   */
  copyTo(path: string): Promise<void>;
  /** Events of a stream after `sequence`, oldest first, at most `limit`. */
  events(
    stream: string,
    sequence: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredEvent[]>;
  /**
   * Hear that something was committed, by this process or another (merged; it may come without a
   * change). A slow sweep is the caller's, for the case that the system drops a notice.
   */
  watch(listener: () => void): Disposable;
}
