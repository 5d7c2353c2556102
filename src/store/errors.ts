import { CodedError, type CodedErrorOptions } from '../base/index.ts';

/** The disk or the quota is used up; the transaction was rolled back. */
export class StoreFullError extends CodedError {
  constructor(path: string, options: CodedErrorOptions = {}) {
    super('store.full', `No space is left for the database ${path}.`, {
      todo: 'Free space on that disk, then try again: nothing was changed',
      facts: { path },
      ...options,
    });
  }
}

/** The file or its directory cannot be written by this user. */
export class StoreReadOnlyError extends CodedError {
  constructor(path: string, options: CodedErrorOptions = {}) {
    super('store.read-only', `The database ${path} cannot be written.`, {
      todo: 'Give your user write permission on the file and its directory, or choose another --data-dir',
      facts: { path },
      ...options,
    });
  }
}

/** Another process kept the write lock longer than we wait. */
export class StoreBusyError extends CodedError {
  constructor(path: string, waitedMs: number, options: CodedErrorOptions = {}) {
    super('store.busy', `Another process kept ${path} locked for ${waitedMs} ms.`, {
      todo: 'Try again; if it stays so, end the program that holds the file (fuser or lsof name it)',
      facts: { path, waitedMs },
      ...options,
    });
  }
}

/** The file is damaged, or no database at all. */
export class StoreCorruptError extends CodedError {
  constructor(path: string, options: CodedErrorOptions = {}) {
    super('store.corrupt', `The file ${path} is damaged or is not a database.`, {
      todo: 'Move it and its -wal and -shm files away and put a backup in their place; sessions/ holds the prompts and outputs',
      facts: { path },
      ...options,
    });
  }
}

/** The database was written by a later version of this program. */
export class StoreNewerVersionError extends CodedError {
  constructor(path: string, found: number, known: number) {
    super(
      'store.newer-version',
      `The database ${path} has format ${found}; this program knows formats up to ${known}.`,
      {
        todo: 'Update tmux-builder, or choose another --data-dir. Nothing was changed',
        facts: { path, found, known },
      },
    );
  }
}

/** The file cannot be opened for a reason that is neither permission nor space. */
export class StoreCannotOpenError extends CodedError {
  constructor(path: string, options: CodedErrorOptions = {}) {
    super('store.cannot-open', `The database ${path} cannot be opened.`, {
      todo: 'Check that its directory exists, lies on a local disk and is yours, or choose another --data-dir',
      facts: { path },
      ...options,
    });
  }
}

/** The disk failed while it was read or written. */
export class StoreDiskError extends CodedError {
  constructor(path: string, options: CodedErrorOptions = {}) {
    super('store.disk-error', `The disk failed while ${path} was read or written.`, {
      todo: 'Look at the system log for errors of that disk; nothing of this change was kept',
      facts: { path },
      ...options,
    });
  }
}
