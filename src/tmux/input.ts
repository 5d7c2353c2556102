import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BufferGoneError } from './command-errors.ts';
import type { Command } from './connection.ts';
import { BadArgumentError, PaneDeadError } from './errors.ts';
import type { PaneId } from './ids.ts';
import { type KeyName, keyNames } from './keys.ts';
import type { TmuxLink } from './link.ts';
import { escapeFormat } from './names.ts';
import { commandLine } from './quote.ts';

/** Longest text to type; tmux types slowly and blocks meanwhile, so more is pasted. */
const MOST_TYPED = 4_096;
/** Largest text to paste. */
const MOST_PASTED = 16 * 1024 * 1024;
/** Larger buffers go by file: quoting makes a command line up to four times as long. */
const LARGEST_INLINE = 8_192;

/**
 * Type one line of text, character by character, without Enter.
 *
 * The pane leaves copy mode first, where typing would never reach the program.
 *
 * @throws {BadArgumentError} the text holds control characters (line ends too) or is too long.
 * @throws {PaneDeadError} the program has ended; nothing was typed.
 */
export async function typeText(
  link: TmuxLink,
  pane: PaneId,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  if (text.length > MOST_TYPED) {
    const todo = 'Use paste.';
    throw new BadArgumentError(`text to type is longer than ${MOST_TYPED}`, text.length, { todo });
  }
  if (/\p{Cc}/u.test(text)) {
    throw new BadArgumentError('text to type holds control characters', text, {
      todo: 'Use pressKeys for keys such as Enter, and paste for several lines',
    });
  }
  if (text === '') return;
  await sendToProgram(
    link,
    pane,
    { before: [], command: ['send-keys', '-t', pane, '-l', '--', text] },
    signal,
  );
}

/**
 * Press keys, in order.
 *
 * @throws {BadArgumentError} one of them is no key.
 * @throws {PaneDeadError} the program has ended; nothing was pressed.
 */
export async function pressKeys(
  link: TmuxLink,
  pane: PaneId,
  keys: readonly KeyName[],
  signal: AbortSignal,
): Promise<void> {
  if (keys.length === 0) return;
  const command = ['send-keys', '-t', pane, '--', ...keyNames(keys)];
  await sendToProgram(link, pane, { before: [], command }, signal);
}

export interface PasteOptions {
  /**
   * Mark the paste for programs that asked for it (bracketed paste). Others get the bare text, in
   * which every line end is an Enter.
   */
  readonly bracketed?: boolean;
  /** What a line end becomes: CR, as terminals send it, or LF. */
  readonly lineEnd?: 'cr' | 'lf';
}

/**
 * Paste text: it arrives whole and in order, however long.
 *
 * @throws {BadArgumentError} the text holds control characters other than TAB and line ends:
 *   among them could be the end mark of a bracketed paste. `stripControls` takes them out.
 * @throws {PaneDeadError} the program has ended; nothing was pasted.
 */
export async function pasteText(
  link: TmuxLink,
  pane: PaneId,
  { text, bracketed = true, lineEnd = 'cr' }: PasteOptions & { readonly text: string },
  signal: AbortSignal,
): Promise<void> {
  const clean = text.replaceAll('\r\n', '\n');
  if (stripControls(clean) !== clean) {
    throw new BadArgumentError('text to paste holds control characters', text, {
      todo: 'Take them out with stripControls',
    });
  }
  if (clean.length > MOST_PASTED) {
    throw new BadArgumentError(`text to paste is longer than ${MOST_PASTED}`, clean.length);
  }
  if (clean === '') return;
  const buffer = `paste-${randomUUID()}`;
  const flags = [...(bracketed ? ['-p'] : []), ...(lineEnd === 'lf' ? ['-r'] : [])];
  const command = ['paste-buffer', ...flags, '-d', '-b', buffer, '-t', pane];
  if (Buffer.byteLength(clean) <= LARGEST_INLINE) {
    const before = [['set-buffer', '-b', buffer, '--', clean]];
    await sendToProgram(link, pane, { before, command, buffer }, signal);
    return;
  }
  // Beside the socket: that directory is private.
  const path = join(dirname(link.socketPath), `.${buffer}`);
  try {
    await writeFile(path, clean, { mode: 0o600, flag: 'wx' });
    const before = [['load-buffer', '-b', buffer, escapeFormat(path)]];
    await sendToProgram(link, pane, { before, command, buffer }, signal);
  } finally {
    await rm(path, { force: true });
  }
}

/** Take out what must not be pasted: every control character but TAB and LF; CR LF becomes LF. */
export function stripControls(text: string): string {
  // A paste's end mark is ESC [201~: without its ESC the rest of it would be left as text.
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\u001b[201~', '')
    .replaceAll('\u001b[200~', '')
    .replace(/[^\P{Cc}\n\t]/gu, '');
}

interface Delivery {
  readonly before: readonly Command[];
  readonly command: Command;
  readonly buffer?: string;
}

/**
 * Leave copy mode, look whether the program lives, and deliver, with nothing in between.
 * tmux 3.3a dies of a paste into a dead pane, and typing into one is lost without a word.
 */
export async function sendToProgram(
  link: TmuxLink,
  pane: PaneId,
  { before, command, buffer }: Delivery,
  signal: AbortSignal,
): Promise<void> {
  const ifDead = commandLine(['display-message', '-p', 'dead']);
  const commands = [
    ...before,
    ['copy-mode', '-q', '-t', pane],
    ['if-shell', '-F', '-t', pane, '#{pane_dead}', ifDead, commandLine(command)],
  ];
  try {
    const replies = await link.sequence(commands, signal);
    if (replies.at(-1)?.[0] !== 'dead') return;
  } catch (error) {
    if (buffer !== undefined) await dropBuffer(link, buffer, signal);
    throw error;
  }
  if (buffer !== undefined) await dropBuffer(link, buffer, signal);
  throw new PaneDeadError(pane);
}

/** A buffer that was not pasted would stay in the server. */
async function dropBuffer(link: TmuxLink, buffer: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || !link.isOpen) return;
  try {
    await link.command(['delete-buffer', '-b', buffer], signal);
  } catch (error) {
    if (!(error instanceof BufferGoneError)) throw error;
  }
}
