import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/index.ts';

/** More files than this are not named to an agent. */
const MOST_FILES = 100;

/** Absolute paths of what people uploaded to a session, by name; the first 100. */
export async function listUploads(sessionDir: string): Promise<readonly string[]> {
  const dir = join(sessionDir, 'uploads');
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
    return files
      .map(({ name }) => join(dir, name))
      .toSorted()
      .slice(0, MOST_FILES);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
