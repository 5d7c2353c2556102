import { constants } from 'node:os';

/** How the program of a pane ended. Unknown is never success: look for other evidence. */
export type PaneExit =
  | { readonly kind: 'status'; readonly status: number }
  /** The name of the signal that ended it, `SIGKILL` for example. */
  | { readonly kind: 'signal'; readonly signal: string }
  /** tmux lost the status, or the pane was closed before anybody could read it. */
  | { readonly kind: 'unknown'; readonly reason: 'status-lost' | 'pane-gone' };

/** Read `pane_dead_status` and `pane_dead_signal`; tmux gives at most one of them. */
export function paneExit(status: string, signal: string): PaneExit {
  if (/^\d+$/.test(status)) return { kind: 'status', status: Number(status) };
  if (signal !== '') return { kind: 'signal', signal: signalName(signal) };
  return { kind: 'unknown', reason: 'status-lost' };
}

/** Versions differ: `9`, `KILL` or `SIGKILL`. */
function signalName(text: string): string {
  const byNumber = Object.entries(constants.signals).find(([, number]) => String(number) === text);
  if (byNumber !== undefined) return byNumber[0];
  return text.startsWith('SIG') ? text : `SIG${text.toUpperCase()}`;
}
