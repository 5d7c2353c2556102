import {
  chmod,
  type FileHandle,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
} from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { CodedError, exists, syncDirectory, systemCode } from '../base/index.ts';
import { dropSession } from '../sessions/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { endLine, entryLine, headLine, type BackupEntry, MANIFEST } from './backup-manifest.ts';
import type { AppContext } from './context.ts';
import { copyFailed, copyTree, digestFile } from './copy-tree.ts';
import { toTime } from './to-time.ts';

/** How far a backup, or a restore, has come. */
export interface BackupProgress {
  readonly entries: number;
  readonly bytes: number;
}

export interface Backup extends BackupProgress {
  readonly directory: string;
  readonly sessions: number;
}

export const DATABASE = 'tmux-builder.db';
/** Of the database, copied in its own way; `sessions` go by what the copy of it says. */
const notCopied = [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, 'wake', 'sessions'];

/**
 * Copy the data directory while everything runs. The database comes first, as one snapshot: every
 * file that it names was there by then, so that copying the files afterwards finds them. Sessions
 * that are moved meanwhile are put where the snapshot has them; those that are deleted meanwhile
 * are taken out of it.
 *
 * It is written beside `directory` and gets its name when it is whole; when it is cut off, the
 * unfinished `directory.part-…` is left and is no backup.
 *
 * @throws {CodedError} `backup.bad-directory`; `backup.failed`: a file cannot be read, or the disk
 * is full.
 */
export async function backUp(
  ctx: AppContext,
  directory: string,
  onProgress: (progress: BackupProgress) => void,
  signal: AbortSignal,
): Promise<Backup> {
  const target = resolve(directory);
  const { dataDir } = ctx.config;
  await checkTarget(target, dataDir);
  const part = `${target}.part-${ctx.ids.nonce()}`;
  try {
    await mkdir(part, { recursive: true, mode: 0o700 });
    await using manifest = await open(join(part, MANIFEST), 'wx', 0o600);
    const data_dir = resolve(dataDir);
    const facts = { made_at: toTime(ctx.clock.now()), data_dir, real_dir: await realpath(dataDir) };
    await manifest.writeFile(headLine(facts));
    const writer = new EntryWriter(manifest, onProgress);
    await ctx.store.copyTo(join(part, DATABASE));
    await chmod(join(part, DATABASE), 0o600);
    const sessions = await copyFiles(ctx, part, writer, signal);
    await writer.end();
    await syncDirectory(part);
    await rename(part, target);
    await syncDirectory(dirname(target));
    return { directory: target, sessions, ...writer.progress };
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch((left: unknown) => {
      ctx.log.warn('an unfinished backup was not removed', { directory: part, error: left });
    });
    throw copyFailed(error, part);
  }
}

/** Everything but the manifest itself; resolves with the number of sessions. */
async function copyFiles(
  ctx: AppContext,
  part: string,
  writer: EntryWriter,
  signal: AbortSignal,
): Promise<number> {
  const roots = { from: ctx.config.dataDir, to: part };
  for (const name of await readdir(roots.from)) {
    if (notCopied.includes(name)) continue;
    await writer.add(await copyTree(roots, name, signal));
  }
  const { clock, ids } = ctx;
  const copied = { path: join(part, DATABASE), clock, ids };
  let sessions = 0;
  {
    await using copy = await openStore(copied, signal);
    for (const one of await placesOf(copy, signal)) {
      const entries = await copySession(ctx, part, one, signal);
      await writer.add(entries);
      if (entries.length > 0) sessions += 1;
      else if (!(await isKnown(ctx.store, one.id, signal))) await dropSession(copy, one.id, signal);
    }
  }
  await rm(join(part, 'wake'), { force: true });
  // The same bytes at last: what it is now, not what was copied.
  await writer.add(await digestOf(part, DATABASE));
  return sessions;
}

interface SessionPlace {
  readonly id: string;
  /** Relative to the data directory: where the snapshot has it, and where it may be by now. */
  readonly path: string;
  readonly otherPath: string;
}

async function placesOf(copy: Store, signal: AbortSignal): Promise<readonly SessionPlace[]> {
  const rows = await copy.read(
    async (sql) => await sql.all('SELECT id, status FROM sessions'),
    signal,
  );
  return rows.map((row) => {
    const id = String(row['id']);
    const active = join('sessions', 'active', id);
    const deleted = join('sessions', 'deleted', id);
    const isActive = ['active', 'archiving'].includes(String(row['status']));
    return isActive
      ? { id, path: active, otherPath: deleted }
      : { id, path: deleted, otherPath: active };
  });
}

/** It may be moved to and fro; nobody does so more often while one session is copied. */
const MOST_MOVES = 5;

async function copySession(
  { config: { dataDir } }: AppContext,
  part: string,
  { path, otherPath }: SessionPlace,
  signal: AbortSignal,
): Promise<readonly BackupEntry[]> {
  await mkdir(dirname(join(part, path)), { recursive: true, mode: 0o700 });
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    for (const source of [path, otherPath]) {
      if (!(await exists(join(dataDir, source)))) continue;
      const entries = await copyTree({ from: dataDir, to: part }, source, signal);
      // Moved away while it was copied: some of its files may not have been found.
      if (await exists(join(dataDir, source))) return await putAt(part, source, path, entries);
      await rm(join(part, source), { recursive: true, force: true });
    }
  }
  return [];
}

/** Have a session lie where the snapshot has it. */
async function putAt(
  part: string,
  from: string,
  to: string,
  entries: readonly BackupEntry[],
): Promise<readonly BackupEntry[]> {
  if (from === to) return entries;
  await rename(join(part, from), join(part, to));
  return entries.map((one) => ({ ...one, path: join(to, relative(from, one.path)) }));
}

async function isKnown(store: Store, id: string, signal: AbortSignal): Promise<boolean> {
  const query = `SELECT id FROM sessions WHERE id = $1 AND status <> 'deleting'`;
  return (await store.read(async (sql) => await sql.all(query, [id]), signal)).length > 0;
}

async function digestOf(dir: string, name: string): Promise<readonly BackupEntry[]> {
  const { bytes, sha256 } = await digestFile(join(dir, name));
  return [{ type: 'file', path: name, mode: 0o600, bytes, sha256, modified: 0 }];
}

class EntryWriter {
  readonly #manifest: FileHandle;
  readonly #onProgress: (progress: BackupProgress) => void;
  #entries = 0;
  #bytes = 0;

  constructor(manifest: FileHandle, onProgress: (progress: BackupProgress) => void) {
    this.#manifest = manifest;
    this.#onProgress = onProgress;
  }

  get progress(): BackupProgress {
    return { entries: this.#entries, bytes: this.#bytes };
  }

  async add(entries: readonly BackupEntry[]): Promise<void> {
    await this.#manifest.writeFile(entries.map(entryLine).join(''));
    this.#entries += entries.length;
    for (const one of entries) this.#bytes += one.type === 'file' ? one.bytes : 0;
    this.#onProgress(this.progress);
  }

  async end(): Promise<void> {
    await this.#manifest.writeFile(endLine(this.#entries));
    await this.#manifest.sync();
  }
}

/** @throws {CodedError} `backup.bad-directory` */
async function checkTarget(target: string, dataDir: string): Promise<void> {
  const way = relative(resolve(dataDir), target);
  if (way === '' || !way.startsWith('..')) throw badDirectory(target, 'lies in the data directory');
  if ((await entriesOf(target)).length > 0) throw badDirectory(target, 'is not empty');
}

async function entriesOf(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    if (systemCode(error) === 'ENOTDIR') throw badDirectory(directory, 'is a file');
    throw copyFailed(error, directory);
  }
}

function badDirectory(directory: string, problem: string): CodedError {
  return new CodedError('backup.bad-directory', `The directory ${directory} ${problem}.`, {
    facts: { directory },
    todo: 'Name a directory that is not there yet, outside of the data directory',
  });
}
