import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, link, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { systemCode } from '../base/index.ts';
import type { ReleaseFile } from './release.ts';
import { type SourceFile, sourceLimits } from './list-source.ts';
import { openSource } from './open-source.ts';
import { BadSiteError } from './site-errors.ts';

export interface Stored extends ReleaseFile {
  /** False: a link to what an earlier release has already. */
  readonly isNew: boolean;
}

/** Absolute path of a file with this content, by digest and `x` when it is executable. */
export type KnownFiles = ReadonlyMap<string, string>;

export function knownKey({ digest, isExecutable }: Omit<ReleaseFile, 'path' | 'bytes'>): string {
  return isExecutable ? `${digest}x` : digest;
}

/** Larger ones are read twice, so that memory stays bounded. */
const WHOLE_BYTES = 4 * 2 ** 20;
/** A file system's own limit of links to one file (65,000 on ext4): then it is copied. */
const LINK_REFUSED = ['EMLINK', 'EXDEV', 'EPERM', 'ENOTSUP', 'ENOENT'];

/**
 * Put a file of the source at `target`: as a link when a file with its content is known, else as a
 * copy that nobody may write. The digest is that of what was stored, also when the source changes
 * meanwhile.
 *
 * @throws {BadSiteError} it cannot be read, or became another one meanwhile.
 */
export async function storeFile(
  source: SourceFile,
  target: string,
  known: KnownFiles,
  signal: AbortSignal,
): Promise<Stored> {
  const { path, isExecutable } = source;
  await using file = await openSource(source);
  const { size } = await file.stat();
  const content = size <= WHOLE_BYTES ? await file.readFile({ signal }) : undefined;
  const guess = content === undefined ? await digestOfOpen(file, signal) : digest(content);
  if (await linkKnown(known.get(knownKey({ digest: guess, isExecutable })), target)) {
    return {
      path,
      bytes: content?.length ?? size,
      digest: guess,
      isExecutable,
      isNew: false,
    };
  }
  await using copy = await open(target, 'wx', isExecutable ? 0o555 : 0o444);
  if (content !== undefined) {
    await copy.writeFile(content, { signal });
    return { path, bytes: content.length, digest: guess, isExecutable, isNew: true };
  }
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) {
    signal.throwIfAborted();
    hash.update(chunk);
    await copy.writeFile(chunk);
    bytes += chunk.length;
    if (bytes > sourceLimits.bytes) throw new BadSiteError(`${path} grows while it is read`);
  }
  return { path, bytes, digest: hash.digest('hex'), isExecutable, isNew: true };
}

/** SHA-256 of a file as 64 hexadecimal digits, read in pieces. */
export async function digestOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest('hex');
}

/** The same of an open file, from its beginning. */
export async function digestOfOpen(file: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(file.createReadStream({ autoClose: false, start: 0 }), hash, { signal });
  return hash.digest('hex');
}

function digest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function linkKnown(from: string | undefined, target: string): Promise<boolean> {
  if (from === undefined) return false;
  try {
    await link(from, target);
    return true;
  } catch (error) {
    if (LINK_REFUSED.includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}
