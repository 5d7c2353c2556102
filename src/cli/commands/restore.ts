import { loadConfig, processInputs } from '../../config/index.ts';
import type { Door } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { formatSize } from '../size.ts';

/** Put a backup into the data directory, which has to be empty. */
export async function restore(door: Door, from: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { restoreBackup } = await import('../../app/index.ts');
  const { dataDir } = await loadConfig(processInputs(door.dataDir));
  try {
    const { madeAt, ...done } = await restoreBackup(
      { from, dataDir },
      ({ entries, bytes }) => printer.live(`restoring: ${entries} files, ${formatSize(bytes)}`),
      interrupts.signal,
    );
    const { entries, bytes } = done;
    if (printer.json) printer.value({ data_dir: done.dataDir, made_at: madeAt, entries, bytes });
    else printer.lines([done.dataDir]);
  } finally {
    printer.live(undefined);
  }
  return 0;
}
