import { BadArgumentError } from './errors.ts';

/**
 * Write one command as a line of tmux's own language, so that every argument arrives byte for
 * byte: no format, variable, comment, `;` or `~` in it is ever interpreted by the line.
 * What a command does with its arguments afterwards is another matter (see names.ts).
 */
export function commandLine(command: readonly string[]): string {
  return command.map(quote).join(' ');
}

/** Several commands on one line: tmux runs them without anything in between. */
export function sequenceLine(commands: readonly (readonly string[])[]): string {
  return commands.map(commandLine).join(' ; ');
}

/**
 * Quote an argument: double quotes, and every ASCII character with a meaning as `\ooo`.
 * A trailing `;` is safe too, because `;` is one of those.
 */
export function quote(argument: string): string {
  if (argument.includes('\0')) throw new BadArgumentError('a tmux argument holds NUL', argument);
  if (!argument.isWellFormed()) {
    throw new BadArgumentError('a tmux argument is not valid Unicode', argument);
  }
  return `"${argument.replace(/[\0-\x7f]/g, octal)}"`;
}

function octal(character: string): string {
  if (/[A-Za-z0-9 _.,:/@+=-]/.test(character)) return character;
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
