import { realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { systemCode } from '../../base/index.ts';
import { valueIn } from '../claude/json.ts';

/** Whose Gemini CLI it is. */
export interface Person {
  readonly environment: Readonly<Record<string, string>>;
  /** Their settings.json and trustedFolders.json. */
  readonly settings: unknown;
  readonly folders: unknown;
}

/** Whether Gemini CLI will ask if the files in a directory are trusted: nobody has decided it. */
export async function asksForTrust(
  directory: string,
  { environment, settings, folders }: Person,
): Promise<boolean> {
  if (environment['GEMINI_CLI_TRUST_WORKSPACE'] === 'true') return false;
  if (valueIn(valueIn(valueIn(settings, 'security'), 'folderTrust'), 'enabled') === false) {
    return false;
  }
  const place = `${await realpath(directory)}${sep}`;
  for (const [path, level] of Object.entries(Object(folders))) {
    const decided = await resolved(level === 'TRUST_PARENT' ? dirname(path) : path);
    if (place.startsWith(decided === sep ? sep : `${decided}${sep}`)) return false;
  }
  return true;
}

/** A directory that is gone is compared by its name. */
async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return path;
  }
}
