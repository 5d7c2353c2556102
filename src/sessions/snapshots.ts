import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeFileAtomic } from '../base/index.ts';
import { SessionDirectoryMissingError, SessionWriteError } from './errors.ts';
import type { Session } from './session.ts';

/** Version of the three formats; a reader refuses a higher one. */
const VERSION = 1;

/** How far a session's main agent has come, in the fields of `state/health.json`. */
export interface Health {
  readonly state: string;
  readonly tmux_active?: boolean;
  readonly agent_ready?: boolean;
  /** Wall time in ms of the last look at the agent; left out, the one before stays. */
  readonly last_probe?: number;
  readonly error?: string;
}

/** Write `metadata.json`: what a person needs to know a session's directory by. */
export async function writeMetadata(session: Session): Promise<void> {
  await writeJson(session.dir, 'metadata.json', {
    session_id: session.id,
    name: session.name,
    user_id: session.userId,
    agent: session.agent ?? null,
    concurrency: session.concurrency ?? null,
    created_at: isoTime(session.createdAt),
  });
}

/** Write `job_queue.json`. It is for people; the store is the truth. */
export async function writeJobQueue(
  dir: string,
  jobs: readonly unknown[],
  now: number,
): Promise<void> {
  await writeJson(dir, 'job_queue.json', { updated_at: isoTime(now), jobs });
}

/** Write `state/health.json` whole; errors are counted on from the file that was there. */
export async function writeHealthFile(dir: string, health: Health, now: number): Promise<void> {
  const path = join('state', 'health.json');
  const before = await readRecord(join(dir, path));
  const count = typeof before['error_count'] === 'number' ? before['error_count'] : 0;
  const isReady = health.agent_ready ?? false;
  await writeJson(dir, path, {
    state: health.state,
    tmux_active: health.tmux_active ?? false,
    agent_ready: isReady,
    // The older name of agent_ready, for programs that read it.
    claude_ready: isReady,
    last_probe:
      health.last_probe === undefined ? (before['last_probe'] ?? null) : isoTime(health.last_probe),
    error_count: health.error === undefined ? count : count + 1,
    error: health.error ?? null,
    updated_at: isoTime(now),
  });
}

async function writeJson(dir: string, name: string, content: object): Promise<void> {
  const text = `${JSON.stringify({ version: VERSION, ...content }, undefined, 2)}\n`;
  try {
    await writeFileAtomic(join(dir, name), text, { durable: false });
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT') throw new SessionDirectoryMissingError(dir, { cause: error });
    throw new SessionWriteError(join(dir, name), code, { cause: error });
  }
}

/** The fields of a JSON file; a file that is missing or damaged has none. */
async function readRecord(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof content === 'object' && content !== null ? { ...content } : {};
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === 'ENOENT') return {};
    throw error;
  }
}

function isoTime(ms: number): string {
  // oxlint-disable-next-line no-restricted-globals -- formats a number that a Clock gave
  return new Date(ms).toISOString();
}
