import { chmod, mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  CodedError,
  exists,
  makeDirectory,
  randomIds,
  syncDirectory,
  systemClock,
} from '../base/index.ts';
import { forgetPrograms } from '../deploy/index.ts';
import { disownMainAgent, mendRestored } from '../jobs/index.ts';
import { mendRestoredSites } from '../pipeline/index.ts';
import { openStore, renewDatabaseId } from '../store/index.ts';
import { type BackupEntry, incomplete, MANIFEST, readManifest } from './backup-manifest.ts';
import { type BackupProgress, DATABASE } from './back-up.ts';
import { copyFailed, copyFile } from './copy-tree.ts';

export interface RestoreWish {
  /** What `backUp` wrote. */
  readonly from: string;
  /** Missing or empty, or left by a restore that was cut off. */
  readonly dataDir: string;
}

export interface Restored extends BackupProgress {
  readonly dataDir: string;
  /** When the backup was made, RFC 3339. */
  readonly madeAt: string;
  /** Sites in clouds that had a time to live, or were being destroyed; now only a person does it. */
  readonly keptSites: number;
}

/** Lies in a directory that is not restored yet; whatever is beside it may be removed. */
const MARK = '.restoring';

/**
 * Put a backup into an empty data directory. Every byte is compared with the manifest; the database
 * gets its name last, so that a directory that was cut off has none and is begun anew.
 *
 * Jobs that ran are queued again; logins have ended. It gets an id of its own, so that it does not
 * meet the agents of the directory it is a copy of.
 *
 * @throws {CodedError} `backup.not-found`, `backup.incomplete`, `backup.newer-version`,
 * `backup.failed`, `data-dir.not-empty`.
 */
export async function restore(
  { from, dataDir: wanted }: RestoreWish,
  onProgress: (progress: BackupProgress) => void,
  signal: AbortSignal,
): Promise<Restored> {
  const dataDir = resolve(wanted);
  const { head, entries } = await readManifest(from);
  await prepare(dataDir);
  let bytes = 0;
  let count = 0;
  // Links at last: nothing is written through one.
  const inOrder = [...entries.filter((one) => !isLink(one)), ...entries.filter(isLink)];
  for (const one of inOrder) {
    signal.throwIfAborted();
    bytes += await tryPutBack(from, dataDir, one);
    count += 1;
    onProgress({ entries: count, bytes });
  }
  for (const one of entries.toReversed()) {
    if (one.type === 'directory') await chmod(join(dataDir, one.path), one.mode);
  }
  const before = [...new Set([head.data_dir, head.real_dir])];
  const keptSites = await mend(dataDir, before, signal);
  await rename(join(dataDir, unfinished(DATABASE)), join(dataDir, DATABASE));
  await rm(join(dataDir, MARK));
  await syncDirectory(dataDir);
  return { dataDir, madeAt: head.made_at, entries: count, bytes, keptSites };
}

function isLink({ type }: BackupEntry): boolean {
  return type === 'link';
}

/** @throws {CodedError} `data-dir.not-empty` */
async function prepare(dataDir: string): Promise<void> {
  await makeDirectory(dataDir, 0o700);
  const names = await readdir(dataDir);
  if (names.includes(MARK)) {
    for (const name of names.filter((one) => one !== MARK)) {
      await rm(join(dataDir, name), { recursive: true, force: true });
    }
  } else if (names.length > 0) {
    throw new CodedError('data-dir.not-empty', `The data directory ${dataDir} is not empty.`, {
      facts: { dataDir },
      todo: 'Restore into a new one with --data-dir, or move what is there away',
    });
  }
  await writeFile(join(dataDir, MARK), '', { mode: 0o600 });
  await syncDirectory(dataDir);
}

/** @throws {CodedError} `backup.failed`, `backup.incomplete` */
async function tryPutBack(from: string, dataDir: string, one: BackupEntry): Promise<number> {
  try {
    return await putBack(from, dataDir, one);
  } catch (error) {
    throw copyFailed(error, join(from, one.path));
  }
}

async function putBack(from: string, dataDir: string, one: BackupEntry): Promise<number> {
  const to = join(dataDir, one.path === DATABASE ? unfinished(DATABASE) : one.path);
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  switch (one.type) {
    case 'directory':
      await mkdir(to, { recursive: true, mode: 0o700 });
      return 0;
    case 'link':
      await symlink(one.target, to);
      return 0;
    case 'file': {
      const source = join(from, one.path);
      if (!(await exists(source))) throw incomplete(join(from, MANIFEST), source);
      const { bytes, sha256 } = await copyFile(source, to);
      if (bytes !== one.bytes || sha256 !== one.sha256)
        throw incomplete(source, 'its digest differs');
      await chmod(to, one.mode);
      await utimes(to, one.modified / 1_000, one.modified / 1_000);
      return bytes;
    }
    default:
      return one satisfies never;
  }
}

/** A program that opens the directory now makes a database of its own beside it, and harms none. */
function unfinished(name: string): string {
  return `${name}.restoring`;
}

async function mend(
  dataDir: string,
  before: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const clock = systemClock;
  const ids = randomIds(clock);
  await using store = await openStore(
    { path: join(dataDir, unfinished(DATABASE)), clock, ids },
    signal,
  );
  const [check] = await store.read(async (sql) => await sql.all('PRAGMA quick_check(1)'), signal);
  if (check?.['quick_check'] !== 'ok') throw incomplete(DATABASE, check);
  const { sessions, keptSites } = await store.write(async (sql) => {
    await mendRestored(sql, { before, now: dataDir }, clock.now());
    await renewDatabaseId(sql, ids);
    const active = `SELECT id FROM sessions WHERE status IN ('active', 'archiving')`;
    return {
      keptSites: await mendRestoredSites(sql, clock.now()),
      sessions: await sql.all(active),
    };
  }, signal);
  for (const { id } of sessions) {
    await disownMainAgent(join(dataDir, 'sessions', 'active', String(id)));
  }
  await forgetPrograms(dataDir);
  return keptSites;
}
