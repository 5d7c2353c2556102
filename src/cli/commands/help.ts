import type { Command } from 'commander';
import type { Door } from '../door.ts';
import { UsageError } from '../errors.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';

const EXIT_CODES = 'exit-codes';

/** Explain a command, or what the exit codes mean. */
export async function help(
  { printer }: Door,
  program: Command,
  words: readonly string[],
): Promise<ExitCode> {
  if (words[0] === EXIT_CODES) {
    if (printer.json) printer.value({ items: exitCodes, next: null });
    else
      printer.lines(
        exitCodes.map(({ code, meaning }) => `${String(code).padStart(3)}  ${meaning}`),
      );
    return 0;
  }
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) {
      const known = [...command.commands.map((one) => one.name()), EXIT_CODES].join(', ');
      throw new UsageError(`There is no help on "${words.join(' ')}".`, `Use one of: ${known}`);
    }
    command = next;
  }
  command.outputHelp();
  return await Promise.resolve(0);
}
