import { DatabaseSync } from 'node:sqlite';

const BUSY = 5;

/**
 * Take the right to be the site host of a data directory, or undefined when another process has
 * it. Like the lock of the audit log it is the kernel's, through an empty SQLite database, so it
 * ends with its process however that dies.
 */
export function takeHostLock(path: string): Disposable | undefined {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
    if (typeof code === 'number' && (code & 0xff) === BUSY) return undefined;
    throw error;
  }
  return { [Symbol.dispose]: () => db.close() };
}
