import type { Command } from './connection.ts';
import { BadArgumentError } from './errors.ts';
import type { PaneId } from './ids.ts';
import type { TmuxLink } from './link.ts';
import { sendToProgram } from './input.ts';

/** Most bytes of one command: tmux reads three to four characters for each. */
const MOST_BYTES = 4_096;

/**
 * Send bytes to a pane's program exactly as they are, as a terminal's keyboard would: control
 * bytes, escape sequences, parts of a letter. The pane leaves copy mode first.
 *
 * `send-keys -H` hands each byte on unchanged, also above 0x7f (3.3a: tested for every byte);
 * `-l` would read UTF-8, and key names would be translated to what the terminal is set to.
 * Calls may follow each other without waiting: the bytes arrive in the order of the calls.
 *
 * @throws {BadArgumentError} more than 4,096 bytes.
 * @throws {PaneDeadError} the program has ended; nothing was sent.
 */
export async function sendBytes(
  link: TmuxLink,
  pane: PaneId,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  if (bytes.length > MOST_BYTES) {
    throw new BadArgumentError(`more than ${MOST_BYTES} bytes to send`, bytes.length);
  }
  if (bytes.length === 0) return;
  const hex = Array.from(bytes, (byte) => byte.toString(16));
  const command: Command = ['send-keys', '-t', pane, '-H', ...hex];
  await sendToProgram(link, pane, { before: [], command }, signal);
}
