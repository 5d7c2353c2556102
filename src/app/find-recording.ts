import { join, relative } from 'node:path';
import { CodedError } from '../base/index.ts';
import { type Attempt, findNextStart, getJob, type Job, listAttempts } from '../jobs/index.ts';
import { RecordedStream, type Stretch } from '../recordings/index.ts';
import type { Session } from '../sessions/index.ts';
import type { AppContext } from './context.ts';

/** Which attempt of a job; the last one when no number is given. */
export interface AttemptChoice {
  readonly job: string;
  readonly attempt?: number | undefined;
}

/** An attempt and where its recording lies. */
export interface RecordingPlace {
  readonly job: Job;
  readonly attempt: Attempt;
  /** The attempt after this one. */
  readonly next: Attempt | undefined;
  readonly dir: string;
  /** The attempt's part of a recording that goes on for several; undefined when all is its own. */
  readonly stretch: Stretch | undefined;
}

/** @throws {CodedError} `job.no-log` when no agent has run for it, `job.no-attempt`. */
export async function findRecording(
  ctx: AppContext,
  { job: jobId, attempt: number }: AttemptChoice,
  signal: AbortSignal,
): Promise<RecordingPlace> {
  const job = await getJob(ctx.store, jobId, signal);
  const attempts = await listAttempts(ctx.store, job.id, signal);
  const wanted = number ?? attempts.at(-1)?.number;
  const attempt = attempts.find((one) => one.number === wanted);
  if (attempt === undefined) {
    if (number === undefined || attempts.length === 0) throw noLog(job);
    throw new CodedError('job.no-attempt', `Job ${job.id} has no attempt ${number}.`, {
      facts: { jobId: job.id, attempt: number, attempts: attempts.length },
      todo: `See its attempts: tmux-builder job show ${job.id}`,
    });
  }
  const next = attempts.find((one) => one.number === attempt.number + 1);
  const isShared = attempt.homeDir !== attempt.exchangeDir;
  const session = await ctx.sessions.get(job.sessionId, signal);
  const dir = currentDir(ctx, session, attempt.homeDir);
  const stretch = isShared ? await stretchOf(ctx, attempt, signal) : undefined;
  return { job, attempt, next, dir, stretch };
}

/** From its start to that of the next attempt in its terminal: its last words may be heard late. */
async function stretchOf(
  { store }: AppContext,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Stretch> {
  return { from: attempt.startedAt, to: (await findNextStart(store, attempt, signal)) - 1 };
}

/** Paths of attempts are those of an active session; an archived one lies elsewhere. */
export function currentDir({ sessions }: AppContext, session: Session, dir: string): string {
  return join(session.dir, relative(sessions.activeDir(session.id), dir));
}

/** @throws {CodedError} `job.no-log` when there is none yet, `recording.removed`. */
export async function openStream({ job, attempt, dir }: RecordingPlace): Promise<RecordedStream> {
  const stream = await RecordedStream.open(dir);
  if (stream !== undefined) return stream;
  if (attempt.address === undefined || attempt.state !== 'ended') throw noLog(job);
  throw new CodedError(
    'recording.removed',
    `The recording of attempt ${attempt.number} of job ${job.id} was removed.`,
    {
      facts: { jobId: job.id, attempt: attempt.number, dir },
      todo: 'Keep later ones longer: tmux-builder config set recordings_keep_days 90',
    },
  );
}

function noLog({ id, status }: Job): CodedError {
  return new CodedError('job.no-log', `No agent has run for job ${id} yet.`, {
    facts: { jobId: id, status },
    todo: `See where it stands: tmux-builder job show ${id}`,
  });
}
