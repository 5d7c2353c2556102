import { DatabaseSync } from 'node:sqlite';
import { type Clock, Mutex } from '../base/index.ts';
import { AuditBusyError, AuditFileError } from './errors.ts';

const LIMIT_MS = 10_000;
const LONGEST_PAUSE_MS = 20;
const BUSY = 5;

/**
 * The right to append, held by one process at a time.
 *
 * It is the lock of an empty SQLite database: Node has no flock(2), and this one is the kernel's
 * (fcntl), so it ends with the process that holds it, however that dies. A lock file with a pid in
 * it needs somebody who finds the holder dead, and two who do so at once.
 */
export class AuditLock implements Disposable {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #turn = new Mutex();
  #db: DatabaseSync | undefined;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** @throws {CodedError} `audit.busy` after 10 s, `audit.cannot-write`; the action did not run. */
  async run<T>(action: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return await this.#turn.run(async () => {
      const db = await this.#lock(signal);
      try {
        return await action();
      } finally {
        db.exec('ROLLBACK');
      }
    });
  }

  [Symbol.dispose](): void {
    this.#db?.close();
    this.#db = undefined;
  }

  async #lock(signal: AbortSignal): Promise<DatabaseSync> {
    const start = this.#clock.monotonic();
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      signal.throwIfAborted();
      try {
        this.#db ??= new DatabaseSync(this.#path, { timeout: 0 });
        this.#db.exec('BEGIN IMMEDIATE');
        return this.#db;
      } catch (error) {
        const code = resultCode(error);
        if (code === undefined) throw error;
        if ((code & 0xff) !== BUSY) {
          throw new AuditFileError(this.#path, `SQLite ${code}`, { cause: error });
        }
      }
      const waitedMs = Math.round(this.#clock.monotonic() - start);
      if (waitedMs >= LIMIT_MS) {
        throw new AuditBusyError(`another process kept it for ${waitedMs} ms`, { waitedMs });
      }
      await this.#clock.after(pauseMs, signal);
    }
  }
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
