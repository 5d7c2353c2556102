import { CodedError } from '../base/index.ts';

/** tmux answered a command with an error. Subclasses say which; this one is what is left over. */
export class TmuxCommandError extends CodedError {
  /** The command as words. */
  readonly command: readonly string[];
  /** What tmux said, lines joined by LF. */
  readonly reply: string;

  constructor(command: readonly string[], reply: string, code = 'tmux.command-failed') {
    const [name = ''] = command;
    super(code, `tmux ${name}: ${reply}`, { facts: { command: shown(command), reply } });
    this.command = command;
    this.reply = reply;
  }
}

/** One kind of refusal: its code, and how tmux words it. */
interface Kind {
  readonly code: string;
  readonly pattern: RegExp;
  readonly type: new (command: readonly string[], reply: string, code: string) => TmuxCommandError;
}

export class SessionGoneError extends TmuxCommandError {}
export class WindowGoneError extends TmuxCommandError {}
export class PaneGoneError extends TmuxCommandError {}
export class ClientGoneError extends TmuxCommandError {}
export class BufferGoneError extends TmuxCommandError {}
export class NameTakenError extends TmuxCommandError {}
export class IndexTakenError extends TmuxCommandError {}
export class InvalidNameError extends TmuxCommandError {}
export class UnknownOptionError extends TmuxCommandError {}
export class AmbiguousOptionError extends TmuxCommandError {}
export class OptionSetError extends TmuxCommandError {}
export class BadValueError extends TmuxCommandError {}
export class NoSpaceError extends TmuxCommandError {}
export class BadLayoutError extends TmuxCommandError {}
export class UnknownVariableError extends TmuxCommandError {}
export class UnknownCommandError extends TmuxCommandError {}
export class BadUsageError extends TmuxCommandError {}
export class PaneActiveError extends TmuxCommandError {}
export class NotInModeError extends TmuxCommandError {}
export class NoAlternateScreenError extends TmuxCommandError {}
export class FileError extends TmuxCommandError {}

/** In the order they are tried; each wording was seen from tmux 3.3a. */
const kinds: readonly Kind[] = [
  {
    code: 'tmux.session-gone',
    pattern: /^(can't find session|no such session|no sessions|session not found)/,
    type: SessionGoneError,
  },
  {
    code: 'tmux.window-gone',
    pattern: /^(can't find window|no such window|window not found)/,
    type: WindowGoneError,
  },
  {
    code: 'tmux.pane-gone',
    pattern: /^(can't find pane|no such pane|pane not found)/,
    type: PaneGoneError,
  },
  {
    code: 'tmux.client-gone',
    pattern: /^(can't find client|no current client)/,
    type: ClientGoneError,
  },
  { code: 'tmux.buffer-gone', pattern: /^(no buffers?\b|unknown buffer)/, type: BufferGoneError },
  { code: 'tmux.name-taken', pattern: /^duplicate (session|window)/, type: NameTakenError },
  { code: 'tmux.index-taken', pattern: /index( \d+)? in use|^same index/, type: IndexTakenError },
  {
    code: 'tmux.invalid-name',
    pattern: /^(invalid|bad) (session|window|window name|session name)\b/,
    type: InvalidNameError,
  },
  { code: 'tmux.unknown-option', pattern: /^(invalid|unknown) option/, type: UnknownOptionError },
  { code: 'tmux.ambiguous-option', pattern: /^ambiguous option/, type: AmbiguousOptionError },
  { code: 'tmux.option-set', pattern: /^already set/, type: OptionSetError },
  {
    code: 'tmux.bad-layout',
    pattern: /^(invalid layout|can't set layout|have \d+ panes but need|size mismatch)/,
    type: BadLayoutError,
  },
  {
    code: 'tmux.no-space',
    pattern: /no space for|pane too small|create pane failed/,
    type: NoSpaceError,
  },
  { code: 'tmux.pane-active', pattern: /still active/, type: PaneActiveError },
  { code: 'tmux.not-in-a-mode', pattern: /^not in a mode/, type: NotInModeError },
  {
    code: 'tmux.no-alternate-screen',
    pattern: /^no alternate screen/,
    type: NoAlternateScreenError,
  },
  { code: 'tmux.unknown-variable', pattern: /^unknown variable/, type: UnknownVariableError },
  {
    code: 'tmux.unknown-command',
    pattern: /(^|parse error: )unknown command/,
    type: UnknownCommandError,
  },
  {
    code: 'tmux.bad-usage',
    pattern: /unknown flag|^usage:|too (many|few) arguments|^parse error|expects an argument/,
    type: BadUsageError,
  },
  {
    code: 'tmux.bad-value',
    pattern:
      /unknown value|value is|bad value|invalid$|too (small|large)|invalid (key|colour|style|value)|bad (colour|style|key)|empty value|unknown key|name contains =/,
    type: BadValueError,
  },
  {
    code: 'tmux.file-failed',
    pattern: /no such file|permission denied|is a directory|no space left/i,
    type: FileError,
  },
];

/** Make the error for a refused command from tmux's words. */
export function commandError(
  command: readonly string[],
  lines: readonly string[],
): TmuxCommandError {
  const reply = lines.join('\n');
  const kind = kinds.find(({ pattern }) => pattern.test(reply));
  return kind === undefined
    ? new TmuxCommandError(command, reply)
    : new kind.type(command, reply, kind.code);
}

/** An error goes to logs: no long texts, and nothing of an environment (`-e NAME=value`). */
function shown(command: readonly string[]): readonly string[] {
  return command.map((word, index) => {
    if (command[index - 1] === '-e') return word.replace(/=.*/s, '=...');
    return word.length > 100 ? `${word.slice(0, 100)}...` : word;
  });
}
