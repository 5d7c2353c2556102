import { type CodedError, type CodedErrorOptions, systemCode } from '../base/index.ts';
import {
  StoreBusyError,
  StoreCannotOpenError,
  StoreCorruptError,
  StoreDiskError,
  StoreFullError,
  StoreReadOnlyError,
} from './errors.ts';

type Coded = new (path: string, options: CodedErrorOptions) => CodedError;

/** Primary result codes, from https://www.sqlite.org/rescode.html. */
const BUSY = 5;
const LOCKED = 6;
const byResult: ReadonlyMap<number, Coded> = new Map<number, Coded>([
  [3, StoreReadOnlyError], // PERM
  [8, StoreReadOnlyError], // READONLY
  [10, StoreDiskError], // IOERR
  [11, StoreCorruptError], // CORRUPT
  [13, StoreFullError], // FULL
  [14, StoreCannotOpenError], // CANTOPEN
  [26, StoreCorruptError], // NOTADB
]);
/** IOERR_SHMSIZE: the -shm file could not grow, which is how a full disk shows at the first read. */
const IOERR_SHMSIZE = 4874;

const bySystemCode: ReadonlyMap<string, Coded> = new Map<string, Coded>([
  ['ENOSPC', StoreFullError],
  ['EDQUOT', StoreFullError],
  ['EACCES', StoreReadOnlyError],
  ['EPERM', StoreReadOnlyError],
  ['EROFS', StoreReadOnlyError],
  ['EEXIST', StoreCannotOpenError],
  ['EISDIR', StoreCannotOpenError],
  ['ENAMETOOLONG', StoreCannotOpenError],
  ['ENOENT', StoreCannotOpenError],
  ['ENOTDIR', StoreCannotOpenError],
]);

/** True when SQLite refused because another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && [BUSY, LOCKED].includes(code & 0xff);
}

/**
 * Turn what SQLite or the file system threw into a coded error that says what to do. Anything
 * else (bad SQL, a broken constraint) is a bug and comes back as it is.
 */
export function storeError(error: unknown, path: string, waitedMs = 0): unknown {
  if (isBusy(error)) return new StoreBusyError(path, waitedMs, { cause: error });
  const code = resultCode(error);
  const known =
    code === IOERR_SHMSIZE
      ? StoreFullError
      : (byResult.get((code ?? 0) & 0xff) ?? bySystemCode.get(systemCode(error) ?? ''));
  return known === undefined ? error : new known(path, { cause: error });
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
