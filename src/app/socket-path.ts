import { join } from 'node:path';

/** The socket of one agent, in a directory of its own; short, because the kernel has a limit. */
export function socketPathOf(runtimeDir: string, nonce: string): string {
  return join(runtimeDir, nonce.slice(0, 12), 'tmux.sock');
}
