import { CodedError, systemCode } from '../base/index.ts';

/**
 * Import what reaches a cloud; it is no part of the program, as it is large and few need it.
 *
 * @throws {CodedError} `deploy.no-sdk`: it is not installed; the error names the command.
 */
export async function importSdk<T>(
  packages: readonly string[],
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (systemCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    const install = `npm install ${packages.join(' ')}`;
    throw new CodedError('deploy.no-sdk', 'The packages that reach this cloud are not installed.', {
      facts: { packages },
      cause: error,
      todo: `Run this in the directory that tmux-builder is installed in: ${install}`,
    });
  }
}
