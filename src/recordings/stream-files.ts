import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/index.ts';
import { parseNote, type StreamNote } from './stream-times.ts';

/** The files of one recording in the directory of its agent, the older half first. */
export const streamFiles = [
  'stream.1.log',
  'stream.1.times',
  'stream.log',
  'stream.times',
] as const;
type StreamFile = (typeof streamFiles)[number];

/** One log with its times, as they were when they were opened; the recorder may write on. */
export interface Segment {
  readonly log: FileHandle;
  readonly times: FileHandle | undefined;
  /** Absolute offset of the log's first byte. */
  readonly base: number;
  /** Absolute offset of its end. */
  readonly end: number;
  /** Wall time in ms at which it was begun, as far as that is known. */
  readonly begunAt: number | undefined;
}

export interface StreamFiles extends AsyncDisposable {
  /** Oldest first; never empty. */
  readonly segments: readonly [Segment, ...Segment[]];
  /** When the oldest log was made: for recordings without times. */
  readonly madeAt: number;
}

/** At full speed and with the smallest limit a recorder rotates every millisecond or so. */
const MOST_TRIES = 10;

/** Open the files of a recording; undefined when there are none. */
export async function openStreamFiles(dir: string): Promise<StreamFiles | undefined> {
  for (let tries = 1; ; tries += 1) {
    await using opened = await Opened.open(dir);
    const [first, ...rest] = await findSegments(opened, tries < MOST_TRIES);
    if (first === undefined) {
      if (tries < MOST_TRIES && !(await opened.isCurrent())) continue;
      return undefined;
    }
    const { birthtimeMs } = await first.log.stat();
    const handles = opened.move();
    return {
      segments: [first, ...rest],
      madeAt: Math.floor(birthtimeMs),
      [Symbol.asyncDispose]: async () => await handles.disposeAsync(),
    };
  }
}

/** The four files that had these names, not all at the very same moment. */
class Opened implements AsyncDisposable {
  readonly #dir: string;
  readonly #handles: ReadonlyMap<StreamFile, FileHandle>;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    dir: string,
    handles: ReadonlyMap<StreamFile, FileHandle>,
    stack: AsyncDisposableStack,
  ) {
    this.#dir = dir;
    this.#handles = handles;
    this.#stack = stack;
  }

  static async open(dir: string): Promise<Opened> {
    await using stack = new AsyncDisposableStack();
    const handles = new Map<StreamFile, FileHandle>();
    for (const name of streamFiles) {
      const handle = await orAbsent(async () => await open(join(dir, name), 'r'));
      if (handle !== undefined) handles.set(name, stack.use(handle));
    }
    return new Opened(dir, handles, stack.move());
  }

  get(name: StreamFile): FileHandle | undefined {
    return this.#handles.get(name);
  }

  /** Whether the names still stand for the files that were opened: nothing was rotated meanwhile. */
  async isCurrent(): Promise<boolean> {
    for (const name of streamFiles) {
      const there = await orAbsent(async () => (await stat(join(this.#dir, name))).ino);
      if (there !== (await this.#handles.get(name)?.stat())?.ino) return false;
    }
    return true;
  }

  move(): AsyncDisposableStack {
    return this.#stack.move();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/**
 * Pair logs with times: by the inode that the times name, so that it does not matter what was
 * rotated while they were opened; by name where a directory was copied or there are no times.
 * Nothing, to try again, when neither is certain.
 */
async function findSegments(opened: Opened, mayTryAgain: boolean): Promise<readonly Segment[]> {
  const paired = await pairByInode(opened);
  const logs = [opened.get('stream.1.log'), opened.get('stream.log')].filter((log) => log);
  if (paired.length === logs.length && isContiguous(paired)) return paired;
  if (await opened.isCurrent()) return await pairByName(opened);
  return mayTryAgain ? [] : paired.slice(-1);
}

async function pairByInode(opened: Opened): Promise<readonly Segment[]> {
  const times = [opened.get('stream.1.times'), opened.get('stream.times')];
  const begins = await Promise.all(times.map(async (file) => file && (await readBegin(file))));
  const segments: Segment[] = [];
  for (const log of [opened.get('stream.1.log'), opened.get('stream.log')]) {
    if (log === undefined) continue;
    const { ino, size } = await log.stat();
    const index = begins.findIndex((begin) => begin?.inode === ino);
    const begin = begins[index];
    if (begin === undefined) continue;
    const { offset: base, at: begunAt } = begin;
    segments.push({ log, times: times[index], base, end: base + size, begunAt });
  }
  return segments;
}

function isContiguous([older, newer]: readonly Segment[]): boolean {
  return newer === undefined || older?.end === newer.base;
}

/**
 * A recorder that was killed while it rotated may have left the older log without its times, or
 * with them still under the name of the newer ones.
 */
async function pairByName(opened: Opened): Promise<readonly Segment[]> {
  const log = opened.get('stream.log');
  const times = opened.get('stream.times');
  const olderLog = opened.get('stream.1.log');
  const areMisnamed = log === undefined && opened.get('stream.1.times') === undefined;
  const olderTimes = areMisnamed ? times : opened.get('stream.1.times');
  const newer = log === undefined ? undefined : await segmentOf(log, times, undefined);
  // Just made, and its times not yet begun.
  const isEmpty = newer !== undefined && newer.begunAt === undefined && newer.end === 0;
  const end = isEmpty ? undefined : newer?.base;
  const older = olderLog && (await segmentOf(olderLog, olderTimes, end));
  return [older, isEmpty && older !== undefined ? undefined : newer].filter(
    (segment) => segment !== undefined,
  );
}

async function segmentOf(
  log: FileHandle,
  times: FileHandle | undefined,
  end: number | undefined,
): Promise<Segment> {
  const { size } = await log.stat();
  const begin = times && (await readBegin(times));
  const base = begin?.offset ?? Math.max(0, (end ?? size) - size);
  return { log, times, base, end: base + size, begunAt: begin?.at };
}

const LONGEST_LINE = 100;

async function readBegin(
  times: FileHandle,
): Promise<Extract<StreamNote, { kind: 'begin' }> | undefined> {
  const { buffer, bytesRead } = await times.read(Buffer.alloc(LONGEST_LINE), 0, LONGEST_LINE, 0);
  const [line = ''] = buffer.toString('latin1', 0, bytesRead).split('\n');
  const note = parseNote(line);
  return note?.kind === 'begin' ? note : undefined;
}

export async function orAbsent<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}
