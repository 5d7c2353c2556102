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
    const { entries, bytes, keptSites: kept } = done;
    const view = { data_dir: done.dataDir, made_at: madeAt, entries, bytes, kept_sites: kept };
    if (printer.json) printer.value(view);
    else printer.lines([done.dataDir]);
    if (kept > 0) {
      printer.note(
        `${kept} site${kept === 1 ? '' : 's'} in clouds that had a time to live, or were being destroyed, stay until you destroy them: tmux-builder site list`,
      );
    }
  } finally {
    printer.live(undefined);
  }
  return 0;
}
