import { CodedError, systemCode } from '../base/index.ts';
import { type ExitCode, exitCodeOf } from './exit-codes.ts';
import type { Printer } from './printer.ts';

const diskCodes: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EIO: 'the disk failed',
};

/**
 * Say what went wrong: one line and what to do about it on stderr, and with `--json` one object on
 * stdout as well. A fault of ours shows its stack only with `--verbose`.
 *
 * @returns the exit code.
 */
export function reportError(error: unknown, printer: Printer): ExitCode {
  const known = error instanceof CodedError ? error : diskErrorOf(error);
  const { code, message, todo } = known ?? faultOf(error);
  if (printer.json) printer.value({ error: { code, message, todo: todo ?? null } });
  printer.problem(message, todo);
  if (printer.options.verbose && error instanceof Error) printer.note(stackOf(error));
  return exitCodeOf(code);
}

/** A disk that refuses is no fault of ours, wherever in the data directory it shows. */
function diskErrorOf(error: unknown): CodedError | undefined {
  const code = systemCode(error) ?? '';
  const problem = diskCodes[code];
  if (problem === undefined || !(error instanceof Error)) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'a file';
  return new CodedError('data-dir.not-usable', `Cannot use ${path}: ${problem} (${code}).`, {
    facts: { path, code },
    cause: error,
    todo: 'Free space or give your user the permission, or name another directory with --data-dir',
  });
}

function faultOf(error: unknown): { code: string; message: string; todo: string } {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'internal.fault',
    message: `A fault in tmux-builder: ${message}`,
    todo: 'Run the same with --verbose, and report what it prints together with the command',
  };
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
