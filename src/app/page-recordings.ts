import { parseCursor, toCursor } from '../base/index.ts';
import type { RecordingView } from '../contract/index.ts';
import { listRecordedDirs, type Page } from '../jobs/index.ts';
import type { Visibility } from '../sessions/index.ts';
import type { AppContext } from './context.ts';
import { lookAtRecording, readPruneMark } from './keep-recordings.ts';
import { openRecording } from './recordings.ts';
import { toRecordingView } from './to-view.ts';

/** A recording in a list, with what it is of. */
export interface ListedRecording extends RecordingView {
  readonly title: string;
  readonly agent: string;
}

export interface RecordingQuery {
  readonly sessionId?: string | undefined;
  readonly cursor?: string | undefined;
  /** At most 1,000. */
  readonly limit: number;
}

const LARGEST_PAGE = 1_000;

/** List the recordings that are kept, newest first. */
export async function pageRecordings(
  ctx: AppContext,
  { sessionId, cursor, limit: wanted }: RecordingQuery,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<Page<ListedRecording>> {
  const limit = Math.min(Math.max(wanted, 1), LARGEST_PAGE);
  const endedSince = await readPruneMark(ctx, signal);
  const items: ListedRecording[] = [];
  let after = cursor === undefined ? undefined : parseCursor(cursor);
  for (;;) {
    const query = { sessionId, visibleTo, endedSince, after, limit };
    const dirs = await listRecordedDirs(ctx.store, query, signal);
    for (const { place, title, agent, attempts } of dirs) {
      signal.throwIfAborted();
      after = place;
      const found = await lookAtRecording(ctx, attempts, signal);
      if (found === undefined) continue;
      items.push({ ...toRecordingView(found), title, agent });
      if (items.length === limit) return { items, next: toCursor(place) };
    }
    if (dirs.length < limit) return { items, next: undefined };
  }
}

/**
 * Read the recording of an attempt as the lines of an asciicast v3 file, each with its end. It is
 * closed when they are read to the end, or returned from.
 *
 * @throws {CodedError} what `openRecording` throws, before the first line.
 */
export async function* castOf(
  ctx: AppContext,
  jobId: string,
  attempt: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  await using recording = await openRecording(ctx, { job: jobId, attempt }, signal);
  for await (const line of recording.cast()) {
    signal.throwIfAborted();
    yield line;
  }
}
