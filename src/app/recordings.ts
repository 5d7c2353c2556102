import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attempt, Job } from '../jobs/index.ts';
import { castLines, cut, type Frame, type FrameOptions, framesOf } from '../recordings/index.ts';
import type { AppContext } from './context.ts';
import {
  type AttemptChoice,
  findRecording,
  openStream,
  type RecordingPlace,
} from './find-recording.ts';
import { findMarkers } from './recording-markers.ts';

/** What a person asks of a recording first. */
export interface RecordingFacts {
  readonly durationMs: number;
  /** Size of the terminal at its start. */
  readonly columns: number;
  readonly rows: number;
  readonly markers: readonly { readonly ms: number; readonly label: string }[];
}

/** The recording of one attempt, opened; what is printed later is not in it. */
export interface JobRecording extends AsyncDisposable {
  readonly job: Job;
  readonly attempt: Attempt;
  /** Wall time in ms. */
  readonly startedAt: number;
  /** False when it was recorded without Perl: everything seems to be printed at the start. */
  readonly isTimed: boolean;
  /** Bytes at its beginning that gave way to newer ones. */
  readonly droppedBytes: number;
  /** Reads all of it. */
  facts(): Promise<RecordingFacts>;
  frames(): AsyncGenerator<Frame>;
  /** The lines of an asciicast v3 file. */
  cast(): AsyncGenerator<string>;
}

/** What the programs in the panes get from tmux as TERM. */
const TERMINAL = 'screen-256color';

/** Open the recording of an attempt. @throws what `findJobLog` throws. */
export async function openRecording(
  ctx: AppContext,
  choice: AttemptChoice,
  signal: AbortSignal,
): Promise<JobRecording> {
  const place = await findRecording(ctx, choice, signal);
  const { job, attempt } = place;
  const exit = await findExit(place);
  const told = await findMarkers(ctx, place, signal);
  const stream = await openStream(place);
  // Without times there is nothing to cut by.
  const stretch = stream.isTimed ? place.stretch : undefined;
  const isWhole = stretch === undefined;
  const startedAt = Math.max(stream.startedAt, stretch?.from ?? 0);
  const droppedBytes = isWhole || stream.startedAt > stretch.from ? stream.droppedBytes : 0;
  const dropped = { at: startedAt, label: `begins after ${droppedBytes} bytes that were dropped` };
  const markers = [...(droppedBytes > 0 ? [dropped] : []), ...told];
  const { columns, rows } = ctx.config;
  const frames = (): AsyncGenerator<Frame> => {
    const events = isWhole ? stream.events() : cut(stream.events(), stretch);
    return framesOf(events, { startedAt, markers, exit });
  };
  const header = { startedAt, title: job.title, terminal: TERMINAL, columns, rows };
  return {
    job,
    attempt,
    startedAt,
    isTimed: stream.isTimed,
    droppedBytes,
    facts: async () => await factsOf(frames(), { columns, rows }),
    frames,
    cast: () => castLines(frames(), header),
    [Symbol.asyncDispose]: async () => await stream[Symbol.asyncDispose](),
  };
}

async function factsOf(
  frames: AsyncIterable<Frame>,
  otherwise: { readonly columns: number; readonly rows: number },
): Promise<RecordingFacts> {
  let size: typeof otherwise | undefined;
  let durationMs = 0;
  const markers: { ms: number; label: string }[] = [];
  for await (const frame of frames) {
    durationMs = frame.ms;
    if (frame.kind === 'resize') size ??= frame;
    if (frame.kind === 'marker') markers.push(frame);
  }
  const { columns, rows } = size ?? otherwise;
  return { durationMs, markers, columns, rows };
}

/** How the agent's program ended, where that lies within the attempt. */
async function findExit({ dir, stretch, attempt }: RecordingPlace): Promise<FrameOptions['exit']> {
  const { EXIT_FILE, findExit: find } = await import('../agents/index.ts');
  const exit = await find(dir);
  if (exit === undefined || exit.kind === 'unknown') return undefined;
  const at = Math.floor((await stat(join(dir, EXIT_FILE))).mtimeMs);
  if (stretch !== undefined && at > (attempt.endedAt ?? Infinity)) return undefined;
  return { at, status: exit.kind === 'signal' ? 128 + exit.signal : exit.status };
}
