import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Find a program as the shell would: an absolute path is taken as it is, a name is looked for in
 * the PATH of `environment`. Undefined when no executable file is there.
 */
export async function findExecutable(
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const dirs = (environment['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const paths = isAbsolute(program) ? [program] : dirs.map((dir) => join(dir, program));
  for (const path of paths) if (await isExecutable(path)) return path;
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Missing, a dangling link, no permission: in each case the search goes on.
    return false;
  }
}
