import { toAttemptView, toJobView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { formatDuration, formatMoment } from '../duration.ts';
import type { ExitCode } from '../exit-codes.ts';
import { jobFacts } from '../show-job.ts';
import { type Column, layOutTable } from '../table.ts';

/** Print a job and its attempts. */
export async function jobShow(door: Door, id: string): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  await using app = await openForCommand(door);
  const job = await app.getJob(id, interrupts.signal);
  const attempts = await app.listAttempts(job.id, interrupts.signal);
  if (printer.json) {
    printer.value({ ...toJobView(job), attempt_list: attempts.map(toAttemptView) });
    return 0;
  }
  printer.lines(jobFacts(job, clock.now()));
  if (attempts.length === 0) return 0;
  const columns: readonly Column<(typeof attempts)[number]>[] = [
    { title: 'TRY', text: ({ number }) => String(number), align: 'right' },
    { title: 'STATE', text: ({ state, outcome }) => outcome ?? state },
    { title: 'STARTED', text: ({ startedAt }) => formatMoment(startedAt, clock.now()) },
    {
      title: 'TOOK',
      text: ({ startedAt, endedAt }) =>
        endedAt === undefined ? '' : formatDuration(endedAt - startedAt),
    },
    { title: 'FILES', text: ({ exchangeDir }) => exchangeDir },
    { title: 'ERROR', text: ({ error }) => error?.message ?? '' },
  ];
  printer.lines(['', ...layOutTable(columns, attempts, printer.width)]);
  return 0;
}
