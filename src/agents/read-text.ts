import { readFile } from 'node:fs/promises';
import { systemCode } from '../base/index.ts';

/** The text of a file; empty when it is not there or cannot be read. */
export async function readTextOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return '';
  }
}
