import { CodedError } from '../base/index.ts';

/** The command line makes no sense. */
export class UsageError extends CodedError {
  constructor(message: string, todo: string) {
    super('cli.usage', message, { todo });
  }
}

/** A signal asked this program to end. */
export class InterruptedError extends CodedError {
  constructor(signal: string) {
    super('cli.interrupted', `Interrupted by ${signal}.`, { facts: { signal } });
  }
}

/** The jobs were not settled within `--timeout`; they go on. */
export class WaitTimedOutError extends CodedError {
  constructor(jobIds: readonly string[], timeout: string) {
    super('cli.wait-timed-out', `Not settled after ${timeout}: ${jobIds.join(', ')}.`, {
      facts: { jobIds },
      todo: 'They go on; wait longer, or see tmux-builder job list',
    });
  }
}

/** The file that a command was to write cannot be written. */
export class CannotWriteError extends CodedError {
  constructor(path: string, code: string, options: { readonly cause: unknown }) {
    super('cli.cannot-write', `The file ${path} cannot be written (${code}).`, {
      facts: { path, code },
      todo: 'Name another file, in a directory that is there and yours',
      ...options,
    });
  }
}
