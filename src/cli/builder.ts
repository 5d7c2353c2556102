import type { Door } from './door.ts';
import type { ExitCode } from './exit-codes.ts';

/** Options that work before and after every command; commander's names. */
export interface GlobalOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

export type Action = (door: Door) => Promise<ExitCode>;

/** Runs the action of the command that was given, with what the global options say. */
export type Perform = (options: GlobalOptions, action: Action) => Promise<void>;

/** What the commands are built with. */
export interface Builder {
  readonly act: (action: Action) => Promise<void>;
  /** Words after the first `--`. */
  readonly tail: readonly string[];
}

/** Help text with examples, each given without the name of the program. */
export function example(...lines: readonly string[]): string {
  const shown = lines.map((line) => `  tmux-builder ${line}\n`);
  return `\nExample${lines.length > 1 ? 's' : ''}:\n${shown.join('')}`;
}
