import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { siteFacts, stepLines } from '../show-site.ts';

/** Print a site, and the steps of its newest execution or of the one that was named. */
export async function siteStatus(door: Door, reference: string): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  const execution = await app.sites.execution(reference, signal);
  const site = await app.sites.get(execution.session_id, signal);
  if (printer.json) {
    printer.value({ ...site, execution });
    return 0;
  }
  printer.lines([
    ...siteFacts(site, execution, clock.now()),
    '',
    ...stepLines(printer, execution.steps, clock.now()),
  ]);
  return 0;
}
