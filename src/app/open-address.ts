import { findExecutable } from '../base/index.ts';
import { type DesktopEnvironment, hasDesktop, startDetached } from './desktop.ts';

/** Show an address in a browser, where there is a desktop; false where it was not shown. */
export async function openAddress(
  environment: DesktopEnvironment,
  address: string,
): Promise<boolean> {
  const argv = await findBrowserOpener(environment, process.platform, address);
  return argv !== undefined && (await startDetached(argv, environment));
}

/** Argument list that shows an address; undefined where nothing can. */
export async function findBrowserOpener(
  environment: DesktopEnvironment,
  platform: string,
  address: string,
): Promise<readonly string[] | undefined> {
  // Desktops open files and programs by these commands, too.
  if (!/^https?:\/\//.test(address) || !hasDesktop(environment, platform)) return undefined;
  const opener = platform === 'darwin' ? 'open' : 'xdg-open';
  const path = await findExecutable(opener, environment);
  return path === undefined ? undefined : [path, address];
}
