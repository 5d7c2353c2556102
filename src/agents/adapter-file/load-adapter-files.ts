import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Clock, CodedError, systemCode } from '../../base/index.ts';
import type { Adapter } from '../adapter.ts';
import { checkYaml } from '../screen-rules/check-yaml.ts';
import { AgentFileInvalidError } from '../screen-rules/errors.ts';
import { adapterFromFile } from './adapter-from-file.ts';
import { adapterFile } from './schema.ts';

/**
 * Make an adapter of each adapter file, `<name>.yaml`. A file with a fault makes one that says so
 * whenever it is used: the other agents go on.
 */
export async function loadAdapterFiles(
  paths: readonly string[],
  clock: Clock,
): Promise<readonly Adapter[]> {
  return await Promise.all(
    paths.map(async (path) => {
      const name = basename(path, '.yaml');
      try {
        checkName(path, name);
        const file = checkYaml(path, await readText(path), adapterFile);
        return adapterFromFile(file, { name, path, clock });
      } catch (error) {
        if (error instanceof AgentFileInvalidError) return brokenAdapter(name, error);
        throw error;
      }
    }),
  );
}

function checkName(path: string, name: string): void {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(name)) return;
  const problem = 'is to be small letters, digits and dashes, a letter first, and ".yaml"';
  throw new AgentFileInvalidError(path, [
    { line: 1, column: 1, field: 'name of the file', problem },
  ]);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const problem = `cannot be read (${code})`;
    throw new AgentFileInvalidError(path, [{ line: 1, column: 1, field: '', problem }]);
  }
}

/** Starts nothing, and says of an agent that runs already only what its files tell. */
function brokenAdapter(name: string, error: CodedError): Adapter {
  return {
    name,
    delivery: 'argv',
    doneBy: 'turn',
    graceMs: 2_000,
    interruptKeys: [],
    clearKeys: [],
    detect: async () => ({
      name,
      isFound: false,
      path: undefined,
      version: undefined,
      readiness: 'no',
      problem: error.message,
      todo: error.todo,
    }),
    launch: async () => {
      throw error;
    },
    readScreen: () => ({ kind: 'unknown', detail: 'its adapter file is wrong' }),
    readEvent: () => undefined,
  };
}
