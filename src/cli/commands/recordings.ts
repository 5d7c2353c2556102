import { type KeptRecording, toRecordingView } from '../../app/index.ts';
import type { ListView, PrunedView, RecordingView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { formatMoment } from '../duration.ts';
import type { ExitCode } from '../exit-codes.ts';
import { formatSize } from '../size.ts';
import { type Column, layOutTable } from '../table.ts';

/** Print every recording, newest first. */
export async function recordingsList(door: Door): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const items = await app.listRecordings(interrupts.signal);
  if (printer.json) {
    const view: ListView<RecordingView> = { items: items.map(toRecordingView), next: null };
    printer.value(view);
    return 0;
  }
  if (items.length === 0) printer.note('No recordings.');
  else {
    printer.lines(layOutTable(columnsFor(door), items, printer.width));
    printer.note(`${items.length} recordings, ${formatSize(sum(items))}`);
  }
  return 0;
}

export interface PruneOptions {
  readonly olderThan?: number;
  readonly maxSize?: number;
  readonly dryRun?: boolean;
}

/** Remove recordings that are too old or too many, and say which. */
export async function recordingsPrune(
  door: Door,
  { olderThan, maxSize, dryRun = false }: PruneOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const input = { olderThanMs: olderThan, maxBytes: maxSize, dryRun };
  const { removed, keptBytes } = await app.pruneRecordings(input, interrupts.signal);
  if (printer.json) {
    const view: PrunedView = {
      removed: removed.map(toRecordingView),
      removed_bytes: sum(removed),
      kept_bytes: keptBytes,
      dry_run: dryRun,
    };
    printer.value(view);
    return 0;
  }
  if (removed.length > 0) printer.lines(layOutTable(columnsFor(door), removed, printer.width));
  const verb = dryRun ? 'Would remove' : 'Removed';
  const kept = `${formatSize(keptBytes)} of ended attempts ${dryRun ? 'would stay' : 'stay'}`;
  printer.note(`${verb} ${removed.length} recordings, ${formatSize(sum(removed))}; ${kept}.`);
  return 0;
}

function columnsFor({ clock }: Door): readonly Column<KeptRecording>[] {
  return [
    { title: 'JOB', text: ({ jobId }) => jobId },
    { title: 'ATTEMPT', align: 'right', text: ({ attempt }) => String(attempt) },
    { title: 'SIZE', align: 'right', text: ({ bytes }) => formatSize(bytes) },
    {
      title: 'ENDED',
      text: ({ isGrowing, endedAt }) =>
        isGrowing || endedAt === undefined ? 'growing' : formatMoment(endedAt, clock.now()),
    },
    { title: 'DIRECTORY', text: ({ dir }) => dir },
  ];
}

function sum(recordings: readonly KeptRecording[]): number {
  return recordings.reduce((total, { bytes }) => total + bytes, 0);
}
