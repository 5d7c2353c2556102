import { join } from 'node:path';
import { RecordedStream, type StreamPiece } from '../recordings/index.ts';
import type { AppContext } from './context.ts';
import { type AttemptChoice, findRecording, openStream } from './find-recording.ts';

/** Where what an attempt's terminal printed lies. */
export interface JobLog {
  readonly jobId: string;
  readonly attempt: number;
  /** False once its agent has ended. */
  readonly isGrowing: boolean;
  /** Directory of the recording's files. */
  readonly dir: string;
  /** The newest bytes, escape sequences included; older ones lie beside it. */
  readonly path: string;
  /** Absolute offsets in the recording; of a conversation's attempt, its own part. */
  readonly from: number;
  readonly to: number;
  /** Bytes at its beginning that gave way to newer ones. */
  readonly droppedBytes: number;
}

/**
 * Find what an attempt's terminal printed.
 *
 * @throws {CodedError} `job.no-log` when no agent has run for it, `job.no-attempt`,
 * `recording.removed`.
 */
export async function findJobLog(
  ctx: AppContext,
  choice: AttemptChoice,
  signal: AbortSignal,
): Promise<JobLog> {
  const place = await findRecording(ctx, choice, signal);
  const { job, attempt, dir } = place;
  await using stream = await openStream(place);
  const { droppedBytes, end } = stream;
  const stretch = stream.isTimed ? place.stretch : undefined;
  const from = stretch === undefined ? droppedBytes : await stream.offsetAt(stretch.from - 1);
  const to = stretch === undefined ? end : await stream.offsetAt(stretch.to);
  return {
    jobId: job.id,
    attempt: attempt.number,
    isGrowing: attempt.state !== 'ended',
    dir,
    path: join(dir, 'stream.log'),
    from,
    to,
    droppedBytes: stretch === undefined || from === droppedBytes ? droppedBytes : 0,
  };
}

/** Read a log on from an absolute offset, also what was printed since it was found. */
export async function* readJobLog(
  { dir, to, isGrowing }: JobLog,
  from: number,
): AsyncGenerator<StreamPiece> {
  await using stream = await RecordedStream.open(dir);
  if (stream !== undefined) yield* stream.pieces(from, isGrowing ? Infinity : to);
}
