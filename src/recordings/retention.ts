import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { orAbsent, streamFiles } from './stream-files.ts';

/** Bytes that the recording in this directory takes; undefined when there is none. */
export async function measureRecording(dir: string): Promise<number | undefined> {
  const sizes = await Promise.all(
    streamFiles.map(async (name) => await orAbsent(async () => (await stat(join(dir, name))).size)),
  );
  const found = sizes.filter((size) => size !== undefined);
  return found.length === 0 ? undefined : found.reduce((sum, size) => sum + size, 0);
}

/** Remove the recording in this directory and nothing else of it. */
export async function removeRecording(dir: string): Promise<void> {
  await Promise.all(streamFiles.map(async (name) => await rm(join(dir, name), { force: true })));
}

export interface Kept {
  /** Wall time in ms. */
  readonly endedAt: number;
  readonly bytes: number;
}

export interface Retention {
  /** Wall time in ms; what ended before goes. */
  readonly keepAfter: number;
  /** What may stay, together; the oldest go first. */
  readonly maxBytes: number;
}

/** Choose the recordings that have to go. */
export function chooseSurplus<T extends Kept>(
  recordings: readonly T[],
  { keepAfter, maxBytes }: Retention,
): readonly T[] {
  let room = maxBytes;
  return recordings
    .toSorted((a, b) => b.endedAt - a.endedAt)
    .filter(({ endedAt, bytes }) => {
      room -= bytes;
      return endedAt < keepAfter || room < 0;
    });
}
