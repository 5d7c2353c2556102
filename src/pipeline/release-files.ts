import { join } from 'node:path';

/** Where the releases of a site lie, whatever its provider is. */
export function releasesDir(dataDir: string, sessionId: string): string {
  return join(dataDir, 'sites', sessionId, 'releases');
}

/** What the checks leave of a release, relative to its session: kept as long as that is. */
export function checksDir(releaseId: string): string {
  return join('logs', 'site', 'releases', releaseId);
}
