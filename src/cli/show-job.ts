import type { Job, Total } from '../app/index.ts';
import { waitingForLimit } from './describe-event.ts';
import { formatDuration, formatMoment } from './duration.ts';
import type { Printer, Style } from './printer.ts';
import { usageLine } from './show-usage.ts';
import { type Column, layOutFacts } from './table.ts';

const styles: Readonly<Record<string, Style>> = {
  queued: 'cyan',
  leased: 'yellow',
  running: 'yellow',
  succeeded: 'green',
  failed: 'red',
  expired: 'red',
};

export function styleStatus(printer: Printer, status: string, text = status): string {
  return printer.style(styles[status] ?? 'dim', text);
}

/** Agents that wait for their usage limit, and until when. */
export type Limits = ReadonlyMap<string, number>;

/** The columns of `job list`. */
export function jobColumns(printer: Printer, now: number, limits: Limits): readonly Column<Job>[] {
  return [
    { title: 'JOB', text: ({ id }) => id },
    {
      title: 'STATUS',
      text: ({ status }) => status,
      style: (cell, { status }) => styleStatus(printer, status, cell),
    },
    { title: 'AGENT', text: ({ agent }) => agent },
    { title: 'PROMPT', text: ({ title }) => cut(title) },
    { title: 'TRIES', text: (job) => `${job.attempts}/${job.maxAttempts}`, align: 'right' },
    { title: 'PRIO', text: ({ priority }) => String(priority), align: 'right' },
    { title: 'ADDED', text: ({ createdAt }) => formatMoment(createdAt, now) },
    { title: 'TOOK', text: tookOf },
    { title: 'NOTE', text: (job) => noteOf(job, now, limits) },
  ];
}

interface JobContext {
  readonly now: number;
  readonly limits: Limits;
  /** What all its attempts used. */
  readonly used: Total;
}

/** A job as `name  value` lines. */
export function jobFacts(job: Job, { now, limits, used }: JobContext): readonly string[] {
  const moment = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : formatMoment(at, now);
  return layOutFacts({
    job: job.id,
    status: job.status,
    error: job.error === undefined ? undefined : `${job.error.message} (${job.error.code})`,
    'to do': job.error?.todo,
    session: job.sessionId,
    agent: job.model === undefined ? job.agent : `${job.agent} (${job.model})`,
    command: job.command?.join(' '),
    template: job.template,
    files: job.files.length === 0 ? undefined : job.files.join(', '),
    directory: job.directory,
    permission: job.permission,
    tries: `${job.attempts} of ${job.maxAttempts}`,
    'time limit': formatDuration(job.timeLimitMs),
    priority: String(job.priority),
    key: job.idempotencyKey,
    used: usageLine(used, job.budget),
    waits: limitNote(job, now, limits),
    'waits for': job.blockedBy === 0 ? undefined : `${job.blockedBy} jobs`,
    added: moment(job.createdAt),
    'not before': job.runAt > now ? moment(job.runAt) : undefined,
    deadline: moment(job.deadlineAt),
    started: moment(job.startedAt),
    settled: moment(job.settledAt),
    took: tookOf(job) === '' ? undefined : tookOf(job),
    title: job.title,
    prompt: job.promptPath,
    output: job.outputPath,
  });
}

const LIST_TITLE = 32;

function cut(title: string): string {
  return title.length <= LIST_TITLE ? title : `${title.slice(0, LIST_TITLE - 1)}…`;
}

function tookOf({ startedAt, settledAt }: Job): string {
  if (startedAt === undefined || settledAt === undefined) return '';
  return formatDuration(settledAt - startedAt);
}

/** One that has not its own time to begin waits for that of its agent. */
function limitNote(job: Job, now: number, limits: Limits): string | undefined {
  const until = limits.get(job.agent);
  return job.status === 'queued' && until !== undefined ? waitingForLimit(until, now) : undefined;
}

function noteOf(job: Job, now: number, limits: Limits): string {
  const limit = limitNote(job, now, limits);
  if (limit !== undefined) return limit;
  if (job.error !== undefined) return job.error.message;
  if (job.blockedBy > 0) return `waits for ${job.blockedBy} jobs`;
  if (job.status === 'queued' && job.runAt > now) return `begins ${formatMoment(job.runAt, now)}`;
  return '';
}
