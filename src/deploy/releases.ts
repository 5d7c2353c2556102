import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Clock,
  exists,
  hasCode,
  isRunning,
  makeDirectory,
  ownIdentity,
  syncDirectory,
  systemCode,
} from '../base/index.ts';
import { each } from './each.ts';
import { listSource, type SourceOptions } from './list-source.ts';
import { readManifest, writeManifest } from './manifest.ts';
import type { Release } from './release.ts';
import { NoReleaseError } from './site-errors.ts';
import { type KnownFiles, knownKey, storeFile, type Stored } from './store-file.ts';
import { syncTree } from './sync-tree.ts';

export interface MakeOptions extends SourceOptions {
  /**
   * The release that is live, or undefined when none is. Given, all but the newest 20 and this one
   * are removed; left out, none is.
   */
  readonly liveId?: string | undefined;
}

/** What was and is published of one site, in a directory of its own. */
export interface Releases {
  /**
   * Copy what a directory publishes to where nothing changes it, durably. The same content is the
   * same release: it is not made twice. Content that the newest release has is linked.
   *
   * @throws {CodedError} `deploy.bad-site`. `signal.reason` when aborted: nothing is kept then.
   */
  make(sourceDir: string, options: MakeOptions, signal: AbortSignal): Promise<Release>;
  /** @throws {CodedError} `deploy.no-release` */
  get(id: string): Promise<Release>;
  /** Newest first. */
  list(): Promise<readonly Release[]>;
  /** Done when it is gone, also when it was never there. */
  remove(id: string): Promise<void>;
}

/** How many are kept beside the one that is live. */
export const keptReleases = 20;

const AT_ONCE = 16;
const idShape = /^r[0-9a-f]{16}$/;
const copyShape = /^\.(?<pid>\d+)-(?<startTime>[^-]+)-[0-9a-f]+\.tmp$/;

/** `dir` is `DATA/sites/<session_id>/releases`; it is made by the first release. */
export function openReleases(dir: string, clock: Clock): Releases {
  const get = async (id: string): Promise<Release> => {
    if (!idShape.test(id)) throw new NoReleaseError(id);
    return await readManifest(join(dir, id));
  };
  const list = async (): Promise<readonly Release[]> => {
    const ids = (await namesIn(dir)).filter((name) => idShape.test(name));
    const found = await Promise.all(ids.map(async (id) => await findListed(join(dir, id))));
    return found
      .flatMap((one) => one ?? [])
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  };
  const remove = async (id: string): Promise<void> => {
    if (!idShape.test(id)) return;
    // Renamed first: what is half removed must not be taken for a release.
    const away = join(dir, await copyName());
    try {
      await rename(join(dir, id), away);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    await rm(away, { recursive: true, force: true });
  };
  const make: Releases['make'] = async (sourceDir, options, signal) => {
    const sources = await listSource(sourceDir, options, signal);
    await makeDirectory(dir, 0o700);
    await removeDeadCopies(dir);
    const copy = join(dir, await copyName());
    try {
      const [newest] = await list();
      const files = await copyFiles(sources, join(copy, 'files'), knownFiles(newest), signal);
      const id = idOf(files);
      const release = await keep({ dir, copy, id, files, createdAt: clock.now() });
      if (Object.hasOwn(options, 'liveId')) {
        for (const one of await surplus(list, [id, options.liveId])) await remove(one.id);
      }
      return release;
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  };
  return { make, get, list, remove };
}

/** Undefined for one that somebody removed since its name was read. */
async function findListed(dir: string): Promise<Release | undefined> {
  try {
    return await readManifest(dir);
  } catch (error) {
    if (hasCode(error, 'deploy.no-release') && !(await exists(dir))) return undefined;
    throw error;
  }
}

async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

let copies = 0;

/** Names the process, so that another one knows when the copy is nobody's. */
async function copyName(): Promise<string> {
  const { pid, startTime } = await ownIdentity();
  copies += 1;
  return `.${pid}-${startTime.replaceAll('-', '_')}-${copies.toString(16)}.tmp`;
}

async function removeDeadCopies(dir: string): Promise<void> {
  for (const name of await namesIn(dir)) {
    const { pid, startTime } = copyShape.exec(name)?.groups ?? {};
    if (pid === undefined || startTime === undefined) continue;
    if (await isRunning({ pid: Number(pid), startTime })) continue;
    await rm(join(dir, name), { recursive: true, force: true });
  }
}

function knownFiles(release: Release | undefined): KnownFiles {
  const files = release?.files ?? [];
  return new Map(files.map((file) => [knownKey(file), join(release?.dir ?? '', file.path)]));
}

async function copyFiles(
  sources: Awaited<ReturnType<typeof listSource>>,
  target: string,
  known: KnownFiles,
  signal: AbortSignal,
): Promise<readonly Stored[]> {
  const directories = new Set([target, ...sources.map(({ path }) => dirname(join(target, path)))]);
  for (const directory of directories) await mkdir(directory, { recursive: true, mode: 0o755 });
  const files = await each(sources, AT_ONCE, async (source) => {
    signal.throwIfAborted();
    return await storeFile(source, join(target, source.path), known, signal);
  });
  const fresh = files.filter(({ isNew }) => isNew).map(({ path }) => join(target, path));
  await syncTree(target, fresh, [...directories]);
  return files;
}

function idOf(files: readonly Stored[]): string {
  const hash = createHash('sha256');
  for (const { path, digest, isExecutable } of files) {
    hash.update(`${path}\0${digest}\0${isExecutable ? 'x' : '-'}\n`);
  }
  return `r${hash.digest('hex').slice(0, 16)}`;
}

interface Copy {
  readonly dir: string;
  readonly copy: string;
  readonly id: string;
  readonly files: readonly Stored[];
  readonly createdAt: number;
}

/** Give a whole copy its name; where the release is there already, that one is kept. */
async function keep({ dir, copy, id, files, createdAt }: Copy): Promise<Release> {
  await writeManifest(copy, {
    id,
    createdAt,
    files: files.map(({ isNew: _isNew, ...file }) => file),
  });
  try {
    await rename(copy, join(dir, id));
    await syncDirectory(dir);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
  return await readManifest(join(dir, id));
}

async function surplus(
  list: Releases['list'],
  keep: readonly (string | undefined)[],
): Promise<readonly Release[]> {
  const others = (await list()).filter(({ id }) => !keep.includes(id));
  return others.slice(keptReleases - 1);
}
