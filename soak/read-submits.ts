import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../src/base/index.ts';

/**
 * Read what was submitted to the demo agents of a directory, by their own records, oldest first.
 * No record: nothing was submitted.
 */
export async function readSubmits(directory: string): Promise<readonly string[]> {
  const log = await readIfThere(join(directory, 'agent.log'));
  // What stands behind the last line's end was being written when its agent was killed.
  const lines = (log?.toString('utf8') ?? '').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const { event, text } = JSON.parse(line);
    return event === 'submit' ? [String(text)] : [];
  });
}

/** Undefined where there is nothing; whatever else keeps it from being read is thrown. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
