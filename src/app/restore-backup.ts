import type { BackupProgress } from './back-up.ts';
import type { Restored, RestoreWish } from './restore.ts';

/** Put a backup into an empty data directory; see `restore`, which is loaded only for this. */
export async function restoreBackup(
  wish: RestoreWish,
  onProgress: (progress: BackupProgress) => void = () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Restored> {
  const { restore } = await import('./restore.ts');
  return await restore(wish, onProgress, signal);
}
