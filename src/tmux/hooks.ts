import type { Command } from './connection.ts';
import { BadArgumentError } from './errors.ts';
import { refuseFatal } from './guard.ts';
import type { TmuxLink } from './link.ts';
import { sequenceLine } from './quote.ts';

/**
 * Bind commands to an event of the whole server (`after-new-window`, `pane-exited`...), in
 * addition to those bound already. Bindings to one session or window miss the death of panes,
 * so there are none here; `#{hook_pane}` says which pane it was, `#{session_name}` does not.
 *
 * @throws {ForbiddenCommandError} a command that could end or hang the server.
 * @throws {UnknownOptionError} tmux has no such event.
 */
export async function addHook(
  link: TmuxLink,
  { event, commands }: { readonly event: string; readonly commands: readonly Command[] },
  signal: AbortSignal,
): Promise<void> {
  for (const command of commands) refuseFatal(command);
  await link.command(['set-hook', '-g', '-a', checkedEvent(event), sequenceLine(commands)], signal);
}

/** Remove every binding of an event. */
export async function removeHooks(
  link: TmuxLink,
  event: string,
  signal: AbortSignal,
): Promise<void> {
  if (event === 'pane-died') {
    throw new BadArgumentError('untilExit needs this hook', event);
  }
  await link.command(['set-hook', '-g', '-u', checkedEvent(event)], signal);
}

/** What is bound to an event, by index, in tmux's own writing. */
export async function listHooks(
  link: TmuxLink,
  event: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const lines = await link.command(['show-hooks', '-g', checkedEvent(event)], signal);
  return new Map(
    lines.flatMap((line) => {
      const match = /^[\w-]+\[(\d+)\] (.*)$/s.exec(line);
      return match === null ? [] : [[Number(match[1]), match[2] ?? '']];
    }),
  );
}

/**
 * Makes tmux tell of a death with remain-on-exit, of which it says nothing by itself: giving the
 * window the size it has gives `%layout-change`. It needs `run-shell -C`, for what a hook's own
 * commands change is not told. Few other notifications would do: most of them end a 3.3a server
 * when a client is just connecting (see quiet-gate.ts).
 */
export const deathHook: Command = [
  'set-hook',
  '-g',
  'pane-died',
  'run-shell -b -C "resize-window -t #{hook_pane} -x #{window_width} -y #{window_height}"',
];

function checkedEvent(event: string): string {
  if (/^[a-z][a-z-]+$/.test(event)) return event;
  throw new BadArgumentError('not the name of a tmux event', event);
}
