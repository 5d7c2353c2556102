import { type App, openApp, type StoredEvent, toEventView } from '../../app/index.ts';
import type { Clock } from '../../base/index.ts';
import { advance, howToAnswer, type JobProgress, nothingYet } from '../describe-event.ts';
import { type Door, humanLog } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Printer } from '../printer.ts';

export interface WorkerOptions {
  readonly concurrency?: number;
  readonly untilIdle?: boolean;
  readonly drain?: boolean;
}

/** What no event told of is found this long after it. */
const SWEEP_MS = 1_000;

/**
 * Do queued jobs in this process until a signal comes. Its agents are then left to the next
 * worker, or with `--drain` waited for; a second signal leaves at once.
 */
export async function worker(door: Door, options: WorkerOptions): Promise<ExitCode> {
  const { printer, interrupts, clock } = door;
  const { drain = false, untilIdle = false } = options;
  const stop = new AbortController();
  await using app = await open(door);
  const concurrency = options.concurrency ?? app.config.concurrency;
  const adopted = await countLeft(app, interrupts.signal);
  using _listening = interrupts.listen((name, count) => {
    if (count > 1) interrupts.leave();
    printer.note(`${name}: ${drain ? DRAINING : STOPPING}`);
    stop.abort();
  });
  await using working = await app.startWorker({ concurrency }, interrupts.signal);
  await using sites = await app.sites.startRunner(interrupts.signal);
  await using _events = app.watchWorker(working, eventPrinter(printer));
  tellStart(printer, { data_dir: app.config.dataDir, concurrency, pid: process.pid, adopted });
  if (untilIdle) {
    // First: sites that are under way ask for jobs.
    await Promise.race([sites.untilIdle(interrupts.signal), untilAborted(stop.signal)]);
    await untilSettled(app, clock, stop.signal);
  } else await untilAborted(stop.signal);
  // Also where there was nothing to do: agents that dead workers left are ended first.
  if (untilIdle && !stop.signal.aborted) {
    await Promise.race([working.untilIdle(interrupts.signal), untilAborted(stop.signal)]);
  }
  if (stop.signal.aborted && drain) await working.drain(interrupts.signal);
  return 0;
}

const DRAINING = 'no new jobs; waiting for those that run. Once more leaves them.';
const STOPPING = 'stopping; the agents go on, and the next worker takes them over.';

/** A worker logs as its configuration says, unless the command line says otherwise. */
async function open({ dataDir, printer, interrupts }: Door): Promise<App> {
  const { quiet, verbose } = printer.options;
  const log = quiet || verbose ? humanLog(printer) : undefined;
  return await openApp({ dataDir, log }, interrupts.signal);
}

/** Attempts whose worker is gone: a new worker begins with them. */
async function countLeft(app: App, signal: AbortSignal): Promise<number> {
  const live = new Set((await app.listWorkers(signal)).map(({ id }) => id));
  const running = await app.listJobs({ statuses: ['leased', 'running'], limit: 1_000 }, signal);
  return running.items.filter(({ leaseWorker }) => !live.has(leaseWorker ?? '')).length;
}

function tellStart(
  printer: Printer,
  start: { data_dir: string; concurrency: number; pid: number; adopted: number },
): void {
  if (printer.json) {
    printer.value({ kind: 'worker.started', ...start });
    return;
  }
  const { data_dir: dir, concurrency, pid, adopted } = start;
  const words = [
    dir,
    `${concurrency} jobs at once`,
    `pid ${pid}`,
    `takes over ${adopted} attempts`,
  ];
  printer.lines([`worker: ${words.join(', ')}`]);
}

/** One line an event that people want to know of; with `--json` one object for every event. */
function eventPrinter(printer: Printer): (event: StoredEvent) => void {
  const progress = new Map<string, JobProgress>();
  return (event) => {
    const view = toEventView(event);
    if (printer.json) {
      printer.value(view);
      return;
    }
    const before = progress.get(event.stream) ?? nothingYet;
    const now = advance(before, event);
    progress.set(event.stream, now);
    if (event.kind === 'job.settled') progress.delete(event.stream);
    if (now === before) return;
    const attempt = now.attempt > 1 ? ` (attempt ${now.attempt})` : '';
    printer.lines([`${view.at} ${event.stream} ${now.doing}${attempt}`]);
    if (now.question !== undefined) printer.lines(howToAnswer(event.stream, now.question));
  };
}

/** Wait until no job is left, whoever does it; returns early when aborted. */
async function untilSettled(app: App, clock: Clock, signal: AbortSignal): Promise<void> {
  const statuses = ['queued', 'leased', 'running'] as const;
  let wake = Promise.withResolvers<void>();
  using _sweep = clock.every(SWEEP_MS, () => wake.resolve());
  signal.addEventListener('abort', () => wake.resolve(), { once: true });
  while (!signal.aborted) {
    const { items } = await app.listJobs({ statuses, limit: 1 }, never);
    if (items.length === 0) return;
    await wake.promise;
    wake = Promise.withResolvers();
  }
}

const never = new AbortController().signal;

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
