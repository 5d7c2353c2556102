import type { Sql } from './store.ts';

export interface Transacted<T> {
  readonly result: T;
  /** False when nothing changed; a claim that found no job must wake nobody. */
  readonly changed: boolean;
}

/**
 * What differs between databases, and nothing else. Migrations, events and listeners are shared:
 * see `EventStore`. Every engine is held to `test/integration/store/store-contract.ts`.
 */
export interface Engine extends AsyncDisposable {
  /** Where the data lies, for messages. */
  readonly location: string;
  readonly claimClause: string;
  /** False once the system gives no notice of other processes' commits. */
  readonly hearsOthers: boolean;
  hasTable(name: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Run `work` in one transaction. A read sees one snapshot and may run twice; a write is durable
   * when the promise resolves and rolled back when it rejects. A statement that failed ends the
   * transaction, even when `work` catches its error.
   */
  transaction<T>(
    kind: 'read' | 'write',
    work: (sql: Sql) => Promise<T>,
    signal: AbortSignal,
  ): Promise<Transacted<T>>;
  /** Copy everything committed by now into a new file; writers go on meanwhile. */
  copyTo(path: string): Promise<void>;
  /** Tell other processes that something was committed. Never throws: their sweep backs it up. */
  tellOthers(): void;
  /** Call `onCommit` when another process committed. */
  hearOthers(onCommit: () => void): Disposable;
}
