import { type App, type Job, toRunView } from '../../app/index.ts';
import type { RunView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { type ExitCode, exitCodeOfJob } from '../exit-codes.ts';
import { formatDuration, formatMoment } from '../duration.ts';
import { type JobArguments, toJobInput } from '../job-input.ts';
import { Progress } from '../progress.ts';
import { tellOfLimit } from '../tell-of-limit.ts';
import { TextFilter } from '../text-filter.ts';

/** Queue a job, do it here and now, and print its output. */
export async function run(door: Door, given: JobArguments): Promise<ExitCode> {
  const { clock, interrupts } = door;
  const input = await toJobInput(given, clock);
  await using app = await openForCommand(door);
  // First, so that a machine without tmux is not left with a job in its queue.
  await app.requireMachine(interrupts.signal);
  const job = await app.addJob(input, interrupts.signal);
  if (job.settledAt !== undefined) tellOfEarlier(door, job);
  else if (given.options.agent === undefined && job.agent === 'demo') await tellOfDemo(door, app);
  await tellOfLimit(door, app, job);
  const done = await doJob(door, app, job);
  if (door.printer.json) door.printer.value(done.view);
  tellJob(door, done);
  return done.code;
}

interface Done {
  readonly job: Job;
  readonly view: RunView;
  readonly code: ExitCode;
}

/** Do a job here and now, and show how it goes; what came of it is printed by the caller. */
export async function doJob(door: Door, app: App, job: Job): Promise<Done> {
  const { signal } = door.interrupts;
  const { settled, wasInterrupted } = await execute(door, app, job);
  const hasOutput = settled.outputPath !== undefined;
  const output = hasOutput ? await app.readOutput(settled.id, signal) : undefined;
  const view = toRunView(settled, (await app.listAttempts(settled.id, signal)).at(-1), output);
  const isCancelled = wasInterrupted && settled.status === 'cancelled';
  return { job: settled, view, code: isCancelled ? 130 : exitCodeOfJob(settled) };
}

/** The demo agent stands in for a model where none is installed: nobody may take it for one. */
export async function tellOfDemo({ printer, interrupts }: Door, app: App): Promise<void> {
  if (app.config.defaultAgent !== 'auto') return;
  if ((await app.findDefaultAgent(interrupts.signal)) !== 'demo') return;
  printer.note(
    'Claude Code is not installed: the built-in demo agent does this. It is a program, not a model.',
  );
}

/** With an idempotency key this may be the answer of an earlier run. */
export function tellOfEarlier({ printer, clock }: Door, job: Job): void {
  const when = formatMoment(job.settledAt ?? clock.now(), clock.now());
  printer.note(`Job ${job.id} has this key already: it ${job.status} ${when}.`);
}

interface Executed {
  readonly settled: Job;
  readonly wasInterrupted: boolean;
}

async function execute(door: Door, app: App, job: Job): Promise<Executed> {
  const { printer, clock, interrupts } = door;
  using progress = new Progress(printer, clock, job);
  let cancelling: Promise<Job> | undefined;
  using _listening = interrupts.listen((name, count) => {
    if (count === 1 && name === 'SIGINT') {
      printer.note(`Cancelling ${job.id}; press Ctrl-C again to leave at once.`);
      cancelling = app.cancelJob(job.id);
      // It is awaited below; without this a failure before that would end the program.
      cancelling.catch(() => {});
      return;
    }
    progress[Symbol.dispose]();
    if (cancelling === undefined) {
      printer.note(`Left ${job.id}: its agent may go on, and the next worker takes it over.`);
      printer.note(`  -> See it: tmux-builder job attach ${job.id}`);
    } else printer.note(`Left ${job.id} before its end: the next worker cancels it.`);
    printer.note(`  -> Cancel it: tmux-builder job cancel ${job.id}`);
    if (count === 1) interrupts.abort(name);
    else interrupts.leave();
  });
  const settled = await app.executeJob(job.id, progress.onEvent, interrupts.signal);
  await cancelling;
  return { settled, wasInterrupted: cancelling !== undefined };
}

/** Print the output of a job, or why there is none. */
export function tellJob({ printer }: Door, { job, view }: Done): void {
  const { output } = view;
  if (job.status !== 'succeeded') {
    const why = job.error === undefined ? '' : `: ${job.error.message}`;
    printer.problem(`Job ${job.id} ${job.status}${why}`, job.error?.todo);
    return;
  }
  if (!printer.json && output !== null) {
    const text = printer.width === Infinity ? output : new TextFilter('text').take(output);
    printer.text(text.endsWith('\n') ? text : `${text}\n`);
  }
  const took =
    view.timings_ms.total === null ? '' : ` after ${formatDuration(view.timings_ms.total)}`;
  printer.note(printer.style('dim', `${job.agent} answered${took}: ${job.outputPath ?? ''}`));
}
