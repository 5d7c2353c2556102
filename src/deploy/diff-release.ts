import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { each } from './each.ts';
import { listSource, type SourceFile, type SourceOptions } from './list-source.ts';
import type { Release, ReleaseFile } from './release.ts';
import { openSource } from './open-source.ts';
import { digestOfOpen } from './store-file.ts';

/** Zero or more of each; what is above is left out, and the answer says so. */
export interface DiffLimits {
  readonly files: number;
  /** Of either side of one file. */
  readonly fileBytes: number;
  /** Of all diffs together, in characters. */
  readonly characters: number;
}

export const defaultDiffLimits: DiffLimits = {
  files: 500,
  fileBytes: 200_000,
  characters: 2_000_000,
};

export interface FileDiff {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Unified; undefined for what is no text, or too large. */
  readonly diff: string | undefined;
}

export interface SiteDiff {
  /** By path. */
  readonly files: readonly FileDiff[];
  /** More files differ than are listed, or a text was too large to compare. */
  readonly isCut: boolean;
}

export interface DiffOptions extends SourceOptions {
  readonly limits?: DiffLimits;
}

/**
 * Compare what a directory publishes with a release; without one every file is new.
 *
 * @throws {CodedError} `deploy.bad-site`: the directory could not be published as it is.
 * @throws `signal.reason` when aborted.
 */
export async function diffRelease(
  release: Release | undefined,
  sourceDir: string,
  { limits = defaultDiffLimits, ...options }: DiffOptions,
  signal: AbortSignal,
): Promise<SiteDiff> {
  const sources = await listSource(sourceDir, options, signal);
  const pairs = (
    await each(pairUp(release, sources), 8, async (pair) => {
      signal.throwIfAborted();
      return (await isSame(pair, signal)) ? [] : [pair];
    })
  ).flat();
  const files: FileDiff[] = [];
  let room = limits.characters;
  let isCut = pairs.length > limits.files;
  for (const pair of pairs.slice(0, limits.files)) {
    signal.throwIfAborted();
    const found = await compare(pair, limits.fileBytes);
    const diff = found.kind === 'text' && found.text.length <= room ? found.text : undefined;
    room -= diff?.length ?? 0;
    if (diff === undefined && found.kind !== 'no-text') isCut = true;
    files.push({ path: pair.path, change: changeIn(pair), diff });
  }
  return { files, isCut };
}

interface Pair {
  readonly path: string;
  readonly before: (ReleaseFile & { readonly file: string }) | undefined;
  readonly after: SourceFile | undefined;
}

function pairUp(release: Release | undefined, sources: readonly SourceFile[]): readonly Pair[] {
  const old = new Map(
    release?.files.map((file) => [file.path, { ...file, file: join(release.dir, file.path) }]),
  );
  const now = new Map(sources.map((file) => [file.path, file]));
  const paths = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return paths.map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

async function isSame({ before, after }: Pair, signal: AbortSignal): Promise<boolean> {
  if (before === undefined || after === undefined || before.bytes !== after.bytes) return false;
  if (before.isExecutable !== after.isExecutable) return false;
  await using file = await openSource(after);
  return before.digest === (await digestOfOpen(file, signal));
}

function changeIn({ before, after }: Pair): FileDiff['change'] {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

type Compared =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'no-text' };

/** The search for the smallest diff takes long where nothing is alike; then there is none. */
const LIMIT_MS = 250;

async function compare({ path, before, after }: Pair, maxBytes: number): Promise<Compared> {
  if ((before?.bytes ?? 0) > maxBytes || (after?.bytes ?? 0) > maxBytes)
    return { kind: 'too-large' };
  const old = before === undefined ? '' : await textOf(await open(before.file), maxBytes);
  const now = after === undefined ? '' : await textOf(await openSource(after), maxBytes);
  if (old === undefined || now === undefined) return { kind: 'no-text' };
  const from = before === undefined ? '/dev/null' : `a/${path}`;
  const to = after === undefined ? '/dev/null' : `b/${path}`;
  const text = createTwoFilesPatch(from, to, old, now, undefined, undefined, { timeout: LIMIT_MS });
  return text === undefined ? { kind: 'too-large' } : { kind: 'text', text };
}

/** A file's text, at most `maxBytes` of one that grew; undefined when it is none. Closes it. */
async function textOf(opened: FileHandle, maxBytes: number): Promise<string | undefined> {
  await using file = opened;
  const { size } = await file.stat();
  if (size > maxBytes) return undefined;
  const content = await file.readFile();
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}
