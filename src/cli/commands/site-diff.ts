import type { SiteDiffView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Printer } from '../printer.ts';
import { TextFilter } from '../text-filter.ts';

/** Print how the source of a site differs from what is live, as unified diffs. */
export async function siteDiff(door: Door, reference: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const diff = await app.sites.diff(reference, interrupts.signal);
  if (printer.json) {
    printer.value(diff);
    return 0;
  }
  printer.lines(diff.files.flatMap((file) => fileLines(printer, file)));
  if (diff.release_id === null) printer.note('Nothing is live.');
  else if (diff.files.length === 0) printer.note('The source is what is live.');
  if (diff.is_cut) printer.note('There is more than is shown.');
  return 0;
}

function fileLines(
  printer: Printer,
  { path, change, diff }: SiteDiffView['files'][number],
): readonly string[] {
  const filter = new TextFilter('text');
  const lines = diff === null ? [] : filter.take(diff).trimEnd().split('\n');
  const head = printer.style('bold', `${change}: ${filter.take(path)}`);
  return [head, ...lines.map((line) => styleLine(printer, line))];
}

function styleLine(printer: Printer, line: string): string {
  if (line.startsWith('+')) return printer.style('green', line);
  if (line.startsWith('-')) return printer.style('red', line);
  return line.startsWith('@@') ? printer.style('cyan', line) : line;
}
