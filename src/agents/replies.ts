import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeFileAtomic } from '../base/index.ts';
import { parseEventName, repliesDir } from './hook-spool.ts';

/** The system writes no more than this into a pipe as one piece, whoever else writes. */
const PIPE_BYTES = 4096;
/** In place of an answer that is longer: it is in the file beside the FIFO. */
const IN_FILE = '@';

/** Questions that somebody may wait for: one look for all events that came. */
export async function listReplies(homeDir: string): Promise<ReadonlySet<string>> {
  try {
    const files = await readdir(repliesDir(homeDir));
    return new Set(files.map((file) => file.replace(/\.fifo$/, '')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return new Set();
    throw error;
  }
}

/** Whether a hook still waits for this answer. */
export async function isAwaited(homeDir: string, reply: string): Promise<boolean> {
  const fifo = await openFifo(homeDir, reply);
  await fifo?.close();
  return fifo !== undefined;
}

/**
 * Answer a hook that waits: what it prints, or nothing to let it go without an answer. The first
 * answer counts.
 *
 * @returns false when nobody waits any more.
 */
export async function sendReply(homeDir: string, reply: string, text: string): Promise<boolean> {
  await using fifo = await openFifo(homeDir, reply);
  if (fifo === undefined) return false;
  const isLong = Buffer.byteLength(text) >= PIPE_BYTES;
  if (isLong) {
    const path = join(repliesDir(homeDir), `${reply}.answer`);
    await writeFileAtomic(path, `${text}\n`, { durable: false, mode: 0o600 });
  }
  try {
    await fifo.write(`${isLong ? IN_FILE : text}\n`);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EPIPE') return false;
    throw error;
  }
}

/** Undefined when nobody reads it. What a killed hook left there is removed. */
async function openFifo(homeDir: string, reply: string): Promise<FileHandle | undefined> {
  if (parseEventName(`${reply}.json`) === undefined) return undefined;
  const path = join(repliesDir(homeDir), `${reply}.fifo`);
  // An agent could put anything there: a link is not followed, a file of its own not written to.
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  try {
    await using stack = new AsyncDisposableStack();
    const file = stack.use(await open(path, flags));
    if (!(await file.stat()).isFIFO()) return undefined;
    stack.move();
    return file;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENXIO') await rm(path, { force: true });
    if (code === 'ENXIO' || code === 'ENOENT' || code === 'ELOOP') return undefined;
    throw error;
  }
}
