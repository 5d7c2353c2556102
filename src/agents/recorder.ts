import { fileURLToPath } from 'node:url';
import { findExecutable } from '../base/index.ts';

const script = (name: string): string =>
  fileURLToPath(new URL(`../../agents/${name}`, import.meta.url));

export interface RecorderOptions {
  /** Existing directory for the files of the recording. */
  readonly dir: string;
  /** What all of them may take together. */
  readonly limitBytes: number;
  /** Where Perl is looked for. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Find what recordings are made with: by Perl they get times and keep their end. Undefined where
 * there is none: then only their beginning is kept, without times.
 */
export async function findRecorder(
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  return await findExecutable('perl', environment);
}

/** Program and arguments of the recorder of one agent; the terminal's device comes behind them. */
export async function recorderArgv({
  dir,
  limitBytes,
  environment,
}: RecorderOptions): Promise<readonly [string, ...string[]]> {
  const perl = await findRecorder(environment);
  const args = [dir, String(limitBytes)];
  // -T: the agent's variables for Perl are not for this program.
  return perl === undefined
    ? ['/bin/sh', script('record-stream.sh'), ...args]
    : [perl, '-T', script('record-stream.pl'), ...args];
}
