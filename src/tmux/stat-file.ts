import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { systemCode } from '../base/index.ts';

/** `stat`, or undefined when nothing is there. */
export async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}
