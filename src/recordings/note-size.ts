import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordedStream } from './read-stream.ts';
import { orAbsent } from './stream-files.ts';

/**
 * Note in a recording that its terminal has a new size. The recorder asks for the size only when
 * something is printed, which may be much later.
 *
 * @returns false where the recording has no times to note it in.
 */
export async function noteSize(
  dir: string,
  { at, columns, rows }: { readonly at: number; readonly columns: number; readonly rows: number },
): Promise<boolean> {
  await using stream = await RecordedStream.open(dir);
  if (stream === undefined || !stream.isTimed) return false;
  // Never made here: the recorder writes the first line of each.
  const flags = constants.O_WRONLY | constants.O_APPEND;
  await using times = await orAbsent(async () => await open(join(dir, 'stream.times'), flags));
  if (times === undefined || (await times.stat()).size === 0) return false;
  // One short append: it falls between two lines of the recorder.
  await times.appendFile(`${at} ${stream.end} size ${columns}x${rows}\n`);
  return true;
}
