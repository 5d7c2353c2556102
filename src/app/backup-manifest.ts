import { createReadStream } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { CodedError, systemCode } from '../base/index.ts';

/**
 * `manifest.jsonl` of a backup: a head, a line for each thing in it, an end. Without an end the
 * backup is not complete.
 */
export const MANIFEST = 'manifest.jsonl';
const VERSION = 1;

const head = z.object({
  kind: z.literal('tmux-builder-backup'),
  version: z.int(),
  made_at: z.iso.datetime(),
  /** Where the data directory was, as configured and with links followed: rows name files in it. */
  data_dir: z.string(),
  real_dir: z.string(),
});
export type BackupHead = z.infer<typeof head>;

const entry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('directory'), path: z.string(), mode: z.int() }),
  z.object({ type: z.literal('link'), path: z.string(), target: z.string() }),
  z.object({
    type: z.literal('file'),
    path: z.string(),
    mode: z.int(),
    bytes: z.int(),
    sha256: z.string(),
    /** Wall time in ms. */
    modified: z.number(),
  }),
]);
export type BackupEntry = z.infer<typeof entry>;

const end = z.object({ type: z.literal('end'), entries: z.int() });

export function headLine(facts: Omit<BackupHead, 'kind' | 'version'>): string {
  return line({ kind: 'tmux-builder-backup', version: VERSION, ...facts });
}

export function entryLine(one: BackupEntry): string {
  return line(one);
}

export function endLine(entries: number): string {
  return line({ type: 'end', entries });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/**
 * Read the manifest of a backup and make sure that it is complete and names nothing outside of it.
 *
 * @throws {CodedError} `backup.not-found`, `backup.incomplete`, `backup.newer-version`.
 */
export async function readManifest(
  directory: string,
): Promise<{ readonly head: BackupHead; readonly entries: readonly BackupEntry[] }> {
  const path = join(directory, MANIFEST);
  const entries: BackupEntry[] = [];
  let first: BackupHead | undefined;
  try {
    const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
    for await (const text of lines) {
      const value: unknown = JSON.parse(text);
      if (first === undefined) {
        first = head.parse(value);
        if (first.version > VERSION) throw newerVersion(path, first.version);
        continue;
      }
      const last = end.safeParse(value);
      if (last.success && last.data.entries === entries.length) return { head: first, entries };
      entries.push(checked(entry.parse(value)));
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw noBackup(directory);
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw incomplete(path, error);
    throw error;
  }
  throw incomplete(path, undefined);
}

function checked(one: BackupEntry): BackupEntry {
  const { path } = one;
  const isInside = !isAbsolute(path) && normalize(path) === path && !/^\.\.?(?:\/|$)/.test(path);
  if (isInside && !path.includes('\0')) return one;
  throw new SyntaxError(`the path ${JSON.stringify(path)} leads out`);
}

function noBackup(directory: string): CodedError {
  return new CodedError('backup.not-found', `${directory} is no backup.`, {
    facts: { directory },
    todo: 'Name a directory that `tmux-builder backup` wrote; an unfinished one has no manifest',
  });
}

export function incomplete(path: string, cause: unknown): CodedError {
  return new CodedError('backup.incomplete', `The backup is not whole: see ${path}.`, {
    facts: { path },
    cause,
    todo: 'Use another backup: this one was cut off or changed',
  });
}

function newerVersion(path: string, version: number): CodedError {
  return new CodedError(
    'backup.newer-version',
    `${path} has version ${version}, ours is ${VERSION}.`,
    {
      facts: { path, version },
      todo: 'Restore it with the version of tmux-builder that made it, or a later one',
    },
  );
}
