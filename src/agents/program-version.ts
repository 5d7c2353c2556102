import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock } from '../base/index.ts';

const run = promisify(execFile);

export interface VersionQuestion {
  /** Program and the arguments that make it print its version. */
  readonly argv: readonly [string, ...string[]];
  /** Its group `version`, else all that fits. */
  readonly pattern: RegExp;
  readonly limitMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** Ask a program for its version; undefined when it tells none in time. */
export async function readProgramVersion(
  { argv: [program, ...args], pattern, limitMs, environment, clock }: VersionQuestion,
  signal: AbortSignal,
): Promise<string | undefined> {
  using limit = clock.deadline(limitMs, new Error(`${program} takes too long`));
  const options = { env: environment, signal: AbortSignal.any([signal, limit.signal]) };
  try {
    const { stdout } = await run(program, args, { ...options, killSignal: 'SIGKILL' });
    const found = pattern.exec(stdout);
    return found?.groups?.['version'] ?? found?.[0];
  } catch {
    signal.throwIfAborted();
    // It does not run, exits with an error, or hangs: in each case it tells no version.
    return undefined;
  }
}
