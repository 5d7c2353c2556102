import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { formatSize } from '../size.ts';

/** Copy the data directory while everything runs. */
export async function backup(door: Door, directory: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  try {
    const made = await app.backUp(
      directory,
      ({ entries, bytes }) => printer.live(`backing up: ${entries} files, ${formatSize(bytes)}`),
      interrupts.signal,
    );
    if (printer.json) printer.value(made);
    else printer.lines([made.directory]);
  } finally {
    printer.live(undefined);
  }
  return 0;
}
