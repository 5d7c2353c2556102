import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listSessions, siteDir } from './site-state.ts';

/**
 * Forget which processes ran the local sites of a directory that is a copy: they are those of the
 * original, and must not be ended by the copy's site host.
 */
export async function forgetPrograms(dataDir: string): Promise<void> {
  for (const sessionId of await listSessions(dataDir)) {
    await rm(join(siteDir(dataDir, sessionId), 'program.json'), { force: true });
  }
}
