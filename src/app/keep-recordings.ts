import { dirname } from 'node:path';
import { exists } from '../base/index.ts';
import { chooseSurplus, measureRecording, removeRecording } from '../recordings/index.ts';
import type { Row } from '../store/index.ts';
import type { AppContext } from './context.ts';
import { currentDir } from './find-recording.ts';

const DAY_MS = 86_400_000;
const MB = 1e6;

/** One recording on disk, of one attempt or of several that share a conversation. */
export interface KeptRecording {
  readonly sessionId: string;
  /** The newest attempt in it. */
  readonly jobId: string;
  readonly attempt: number;
  readonly attempts: number;
  readonly dir: string;
  readonly bytes: number;
  /** Its agent lives and writes to it. */
  readonly isGrowing: boolean;
  /** Wall time in ms at which an attempt in it last ended. */
  readonly endedAt: number | undefined;
}

export interface PruneInput {
  /** Left out: `recordings_keep_days`. */
  readonly olderThanMs?: number | undefined;
  /** What may stay, together; left out: `recordings_max_mb`. */
  readonly maxBytes?: number | undefined;
  /** Remove nothing, only say what would go. */
  readonly dryRun?: boolean | undefined;
}

export interface Pruned {
  readonly removed: readonly KeptRecording[];
  /** Bytes of those that stay and whose agents have ended. */
  readonly keptBytes: number;
}

/** Every recording of a job's attempt, newest first. */
export async function listRecordings(
  ctx: AppContext,
  signal: AbortSignal,
): Promise<readonly KeptRecording[]> {
  return await findRecordings(ctx, 0, signal);
}

/**
 * Remove recordings of ended attempts that are too old, then the oldest until the rest fits. What
 * an agent that lives writes to is never touched, nor is any other file of the attempt.
 */
export async function pruneRecordings(
  ctx: AppContext,
  input: PruneInput,
  signal: AbortSignal,
): Promise<Pruned> {
  const all = await findRecordings(ctx, 0, signal);
  return await prune(ctx, all, input, signal);
}

/** The same by the configuration, for a worker to do now and then: it looks only at what is new. */
export async function sweepRecordings(ctx: AppContext, signal: AbortSignal): Promise<Pruned> {
  const all = await findRecordings(ctx, await readPruneMark(ctx, signal), signal);
  const pruned = await prune(ctx, all, {}, signal);
  const gone = new Set(pruned.removed.map(({ dir }) => dir));
  const ends = all.flatMap(({ dir, endedAt }) => (gone.has(dir) ? [] : (endedAt ?? [])));
  await writeMark(ctx, Math.min(ctx.clock.now(), ...ends), signal);
  return pruned;
}

async function prune(
  { config, clock }: AppContext,
  all: readonly KeptRecording[],
  { olderThanMs, maxBytes, dryRun = false }: PruneInput,
  signal: AbortSignal,
): Promise<Pruned> {
  const ended = all.flatMap((one) =>
    one.isGrowing || one.endedAt === undefined ? [] : [{ ...one, endedAt: one.endedAt }],
  );
  const removed = chooseSurplus(ended, {
    keepAfter: clock.now() - (olderThanMs ?? config.recordingsKeepDays * DAY_MS),
    maxBytes: maxBytes ?? config.recordingsMaxMb * MB,
  });
  for (const { dir } of dryRun ? [] : removed) {
    signal.throwIfAborted();
    await removeRecording(dir);
  }
  const sum = (of: readonly KeptRecording[]): number => of.reduce((all, one) => all + one.bytes, 0);
  return { removed, keptBytes: sum(ended) - sum(removed) };
}

async function findRecordings(
  ctx: AppContext,
  endedSince: number,
  signal: AbortSignal,
): Promise<readonly KeptRecording[]> {
  const rows = await ctx.store.read(
    async (sql) =>
      await sql.all(
        `SELECT a.job_id, a.number, a.state, a.ended_at, a.socket_path, j.session_id,
           coalesce(a.home_dir, a.exchange_dir) AS dir
         FROM attempts a JOIN jobs j ON j.id = a.job_id
         WHERE a.server_pid IS NOT NULL AND (a.ended_at IS NULL OR a.ended_at >= $1)
         ORDER BY a.started_at DESC, a.job_id DESC`,
        [endedSince],
      ),
    signal,
  );
  const found: KeptRecording[] = [];
  for (const attempts of Map.groupBy(rows, (row) => String(row['dir'])).values()) {
    signal.throwIfAborted();
    const one = await lookAtRecording(ctx, attempts, signal);
    if (one !== undefined) found.push(one);
  }
  return found;
}

/** Measure the recording of attempts with one directory, newest first; undefined without one. */
export async function lookAtRecording(
  ctx: AppContext,
  attempts: readonly Row[],
  signal: AbortSignal,
): Promise<KeptRecording | undefined> {
  const [newest] = attempts;
  if (newest === undefined) return undefined;
  const sessionId = String(newest['session_id']);
  const session = await ctx.sessions.find(sessionId, signal);
  if (session === undefined) return undefined;
  const dir = currentDir(ctx, session, String(newest['dir']));
  const bytes = await measureRecording(dir);
  if (bytes === undefined) return undefined;
  const ends = attempts.flatMap((row) => (row['ended_at'] === null ? [] : Number(row['ended_at'])));
  return {
    sessionId,
    jobId: String(newest['job_id']),
    attempt: Number(newest['number']),
    attempts: attempts.length,
    dir,
    bytes,
    isGrowing:
      attempts.some((row) => row['state'] !== 'ended') ||
      (await exists(dirname(String(newest['socket_path'])))),
    endedAt: ends.length === 0 ? undefined : Math.max(...ends),
  };
}

/** Whatever ended before this wall time in ms has no recording any more. */
const MARK_KEY = 'recordings_pruned_to';

export async function readPruneMark({ store }: AppContext, signal: AbortSignal): Promise<number> {
  const [row] = await store.read(
    async (sql) => await sql.all('SELECT value FROM meta WHERE key = $1', [MARK_KEY]),
    signal,
  );
  return Number(row?.['value'] ?? 0);
}

async function writeMark({ store }: AppContext, mark: number, signal: AbortSignal): Promise<void> {
  await store.write(async (sql) => {
    await sql.run(
      `INSERT INTO meta (key, value) VALUES ($1, $2)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [MARK_KEY, String(mark)],
    );
  }, signal);
}
