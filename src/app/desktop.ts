import { spawn } from 'node:child_process';

export type DesktopEnvironment = Readonly<Record<string, string>>;

/** Whether a window that we open is seen by whoever runs us. */
export function hasDesktop(environment: DesktopEnvironment, platform: string): boolean {
  // A login over the network has no window to open, whatever the machine is.
  if (environment['SSH_CONNECTION'] !== undefined) return false;
  if (platform === 'darwin') return true;
  return (environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY'] ?? '') !== '';
}

/** It outlives us; false when it could not be started. */
export async function startDetached(
  [program = '', ...args]: readonly string[],
  env: DesktopEnvironment,
): Promise<boolean> {
  const child = spawn(program, args, { detached: true, stdio: 'ignore', env: { ...env } });
  const isStarted = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
  child.unref();
  return isStarted;
}
