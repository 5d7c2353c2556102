import { access } from 'node:fs/promises';
import { systemCode } from './coded-error.ts';

/** Whether something has this path. @throws a system error other than its absence. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}
