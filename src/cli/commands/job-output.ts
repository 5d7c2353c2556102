import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { TextFilter } from '../text-filter.ts';

/** Print the output of a job: as it is, but for what would steer a terminal. */
export async function jobOutput(door: Door, id: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const output = await app.readOutput(id, interrupts.signal);
  if (!printer.json) {
    printer.text(printer.width === Infinity ? output : new TextFilter('text').take(output));
    return 0;
  }
  const job = await app.getJob(id, interrupts.signal);
  printer.value({ job_id: job.id, output_path: job.outputPath ?? null, output });
  return 0;
}
