import type { Command } from 'commander';
import { completionScript, isShell, shells } from '../completion-script.ts';
import type { Door } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';

/** Print the completion script of one shell. */
export async function completion(
  { printer }: Door,
  program: Command,
  shell: string,
): Promise<ExitCode> {
  if (!isShell(shell)) {
    throw new UsageError(
      `There is no completion for "${shell}".`,
      `Use one of: ${shells.join(', ')}`,
    );
  }
  printer.text(completionScript(program, shell));
  return await Promise.resolve(0);
}
