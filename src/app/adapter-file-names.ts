import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, systemCode } from '../base/index.ts';

/**
 * List the agents that have an adapter file in a directory. The files are not read: every command
 * wants the names, and few of them an agent. A directory that is not there holds none.
 *
 * @throws {CodedError} `agent.file-invalid`: a file has the name of a built-in agent.
 */
export async function listAdapterFileNames(
  dir: string,
  builtIn: readonly string[],
): Promise<readonly string[]> {
  const files = (await listFiles(dir)).filter((file) => /^[^.].*\.yaml$/.test(file));
  const names = files.map((file) => file.slice(0, -'.yaml'.length)).toSorted();
  const taken = names.find((name) => builtIn.includes(name));
  if (taken === undefined) return names;
  const path = join(dir, `${taken}.yaml`);
  throw new CodedError(
    'agent.file-invalid',
    `${path} has the name of a built-in agent; no other can be called "${taken}".`,
    { facts: { path, agent: taken }, todo: `Rename the file, to my-${taken}.yaml for one` },
  );
}

async function listFiles(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    const code = systemCode(error);
    // ENOTDIR: whoever opens the data directory says it better.
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
