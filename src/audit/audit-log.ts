import { join } from 'node:path';
import { abortable, type Clock, type Log, makeDirectory, systemCode } from '../base/index.ts';
import { appendEntries } from './append.ts';
import { AuditLock } from './audit-lock.ts';
import { boundData, boundText } from './bound-data.ts';
import type { AuditEntry, NewEntry } from './entry.ts';
import { AuditBusyError, AuditFileError } from './errors.ts';
import { type AuditPage, type AuditQuery, listEntries } from './list-entries.ts';
import { type AuditCheck, readMoment, verifyEntries } from './verify.ts';

export interface AuditLogOptions {
  /** Made when something is written first. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How a moment is written: RFC 3339 in UTC. */
  readonly toTime: (ms: number) => string;
  /** A file that has so many bytes is followed by a new one. */
  readonly fileBytes?: number;
}

interface Waiting {
  readonly entry: NewEntry;
  readonly written: PromiseWithResolvers<AuditEntry>;
}

const FILE_BYTES = 64 * 1_024 * 1_024;
/** Entries that wait for the disk; one more is refused, and with it what it would tell of. */
const MOST_WAITING = 1_000;
const BATCH = 200;

/**
 * Who did what: a log on disk that can be added to and read, in which every entry holds the hash
 * of the one before. Several processes may append. What is asked for while the disk is busy is
 * written together, so a burst costs few flushes.
 */
export class AuditLog implements AsyncDisposable {
  readonly #options: AuditLogOptions;
  readonly #lock: AuditLock;
  readonly #closing = new AbortController();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #isMade = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#lock = new AuditLock(join(options.dir, 'lock'), options.clock);
  }

  /**
   * Write an entry down; it is on disk when this resolves. When it rejects, do not do what it
   * tells of. Aborting ends the wait alone: the entry may be written all the same.
   *
   * @throws {CodedError} `audit.cannot-write`, `audit.busy`.
   */
  async append(entry: NewEntry, signal: AbortSignal): Promise<AuditEntry> {
    signal.throwIfAborted();
    if (this.#waiting.length >= MOST_WAITING) {
      const waiting = this.#waiting.length;
      throw new AuditBusyError(`${waiting} entries wait for the disk`, { waiting });
    }
    const written = Promise.withResolvers<AuditEntry>();
    this.#waiting.push({ entry: bound(entry), written });
    this.#writing ??= this.#write();
    return await abortable(written.promise, signal);
  }

  /** List entries, newest first. @throws {CodedError} `list.bad-cursor`, `audit.cannot-write`. */
  async list(query: AuditQuery, signal: AbortSignal): Promise<AuditPage> {
    return await this.#coded(async () => {
      await this.#make();
      return await listEntries(this.#options.dir, query, signal);
    });
  }

  /** Check every entry that is written now. */
  async verify(signal: AbortSignal): Promise<AuditCheck> {
    return await this.#coded(async () => {
      await this.#make();
      const look = async () => await readMoment(this.#options.dir);
      return await verifyEntries(await this.#lock.run(look, signal), signal);
    });
  }

  /** Resolves when everything that was asked for is written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    this.#closing.abort(new Error('the audit log is closed'));
    this.#lock[Symbol.dispose]();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      this.#waiting = this.#waiting.slice(BATCH);
      try {
        const entries = await this.#coded(async () => await this.#appendAll(batch));
        for (const [index, entry] of entries.entries()) batch[index]?.written.resolve(entry);
      } catch (error) {
        for (const { written } of batch) written.reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #appendAll(batch: readonly Waiting[]): Promise<readonly AuditEntry[]> {
    await this.#make();
    const { dir, log, clock, toTime, fileBytes = FILE_BYTES } = this.#options;
    const options = { dir, log, fileBytes, now: () => toTime(clock.now()) };
    const entries = batch.map(({ entry }) => entry);
    const append = async () => await appendEntries(options, entries);
    return await this.#lock.run(append, this.#closing.signal);
  }

  async #make(): Promise<void> {
    if (!this.#isMade) await makeDirectory(this.#options.dir, 0o700);
    this.#isMade = true;
  }

  async #coded<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
      throw new AuditFileError(this.#options.dir, code, { cause: error });
    }
  }
}

function bound({ action, user, address, subject, data }: NewEntry): NewEntry {
  return {
    action: boundText(action),
    user: user === null ? null : { id: boundText(user.id), name: boundText(user.name) },
    address: address === null ? null : boundText(address),
    subject: subject === null ? null : boundText(subject),
    data: boundData(data),
  };
}
