import { type FSWatcher, fstatSync, readSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/index.ts';
import { NoteReader } from './note-reader.ts';
import { ScreenAge, type ScreenFacts } from './screen-age.ts';
import { openStreamFiles, type Segment, type StreamFiles } from './stream-files.ts';
import type { StreamNote } from './stream-times.ts';

/** What came, in order. */
export type TailEvent =
  /** `offset` is absolute, that of the first byte. */
  | { readonly kind: 'output'; readonly offset: number; readonly bytes: Buffer }
  /** From here on the screen has this size. */
  | ({ readonly kind: 'resize' } & ScreenFacts)
  /** Another terminal begins here, with a blank screen: the agent was started again. */
  | ({ readonly kind: 'start' } & ScreenFacts)
  /**
   * Bytes that are missing: they were not written, were dropped, or were skipped. `offset` is where
   * it goes on.
   */
  | { readonly kind: 'gap'; readonly bytes: number; readonly offset: number };

export interface TailOptions {
  readonly clock: Clock;
  /** How much of what is there already is read, at most. */
  readonly replayBytes: number;
  /** How often to look without a notice: they can be lost, and inotify can be used up. */
  readonly sweepMs: number;
  /** There may be something to read. Called often; must not throw. */
  readonly onGrown: () => void;
  /** It could not be opened again; the first failure of a row is told. The sweep tries again. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * The recording of a terminal while it is written: what is there, then what comes, across the
 * recorder's rotations. Reading is synchronous, so that what was just printed goes on at once: the
 * bytes are in the page cache, and every read is bounded. Nothing is buffered here, the recording
 * itself waits for a reader that is slow; one that is too slow finds a gap.
 */
export class StreamTail implements AsyncDisposable {
  readonly #dir: string;
  readonly #options: TailOptions;
  readonly #sweep: Disposable;
  readonly #age = new ScreenAge();
  #files: StreamFiles | undefined;
  #segments: readonly Segment[] = [];
  #notes: NoteReader | undefined;
  /** Read from the times, and ahead of what was read from the log. */
  readonly #ahead: StreamNote[] = [];
  #offset = 0;
  #isAtStart = true;
  #reopening: Promise<void> | undefined;
  #isReopenDue = false;
  #isFailing = false;
  #watcher: FSWatcher | undefined;
  #isClosed = false;
  #isRemoved = false;

  private constructor(dir: string, options: TailOptions) {
    this.#dir = dir;
    this.#options = options;
    this.#sweep = options.clock.every(options.sweepMs, options.onGrown);
  }

  /** Open what is there; it may also come later. Its files are closed when it is disposed. */
  static async open(dir: string, options: TailOptions): Promise<StreamTail> {
    const tail = new StreamTail(dir, options);
    try {
      await tail.#open();
      return tail;
    } catch (error) {
      await tail[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The screen at the place that is read next. */
  get screen(): ScreenFacts {
    return this.#age.facts;
  }

  /** Absolute offset of the byte that is read next. */
  get offset(): number {
    return this.#offset;
  }

  /** False where there is no recording (yet). */
  get isThere(): boolean {
    return this.#segments.length > 0;
  }

  /** True when there was a recording, and was no more when it was looked for last. */
  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  /** Bytes that are there and were not read, as far as is known. */
  get behind(): number {
    return Math.max(0, this.#knownEnd() - this.#offset);
  }

  /** Read what came next, at most about so many bytes; nothing when there is nothing now. */
  read(limit: number): readonly TailEvent[] {
    const [segment] = this.#segments;
    if (segment === undefined || this.#isClosed) {
      this.#reopen();
      return [];
    }
    const bytes = this.#readLog(segment, limit);
    // After the log: a size is noted before the output that belongs to it is written.
    this.#ahead.push(...(this.#notes?.read() ?? []));
    const events = this.#weave(bytes);
    if (bytes.length === 0) this.#leave(segment);
    return events;
  }

  /** Leave out all but the newest bytes, up to a line's end; undefined when there are not so many. */
  skip(keepBytes: number): Extract<TailEvent, { readonly kind: 'gap' }> | undefined {
    const end = this.#knownEnd();
    if (end - this.#offset <= keepBytes) return undefined;
    const before = this.#offset;
    this.#jump(end - keepBytes);
    return { kind: 'gap', bytes: this.#offset - before, offset: this.#offset };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#sweep[Symbol.dispose]();
    this.#watcher?.close();
    await this.#reopening;
    await this.#files?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<void> {
    // Before it is read, so that nothing comes unheard between the two.
    this.#watch();
    const files = await openStreamFiles(this.#dir);
    if (files === undefined || isUnbegun(files)) {
      await files?.[Symbol.asyncDispose]();
      return;
    }
    this.#files = files;
    this.#enter(files.segments);
    this.#age.begin(files.segments[0].begunAt ?? files.madeAt);
    this.#offset = files.segments[0].base;
    if (this.#isAtStart) this.skip(this.#options.replayBytes);
    // What was noted before belongs to a screen that nobody has built yet.
    this.#ahead.push(...(this.#notes?.read() ?? []));
    while ((this.#ahead[0]?.offset ?? Infinity) <= this.#offset)
      this.#age.apply(this.#ahead.shift());
    this.#isAtStart = false;
  }

  #enter(segments: readonly Segment[]): void {
    this.#segments = segments;
    const times = segments[0]?.times;
    this.#notes = times && new NoteReader(times.fd);
  }

  #readLog({ log, base }: Segment, limit: number): Buffer {
    const size = fstatSync(log.fd).size;
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(limit, base + size - this.#offset)));
    const count = bytes.length && readSync(log.fd, bytes, 0, bytes.length, this.#offset - base);
    return bytes.subarray(0, count);
  }

  /** Put notes between the bytes they belong between. */
  #weave(bytes: Buffer): TailEvent[] {
    const events: TailEvent[] = [];
    const end = this.#offset + bytes.length;
    const upTo = (offset: number): void => {
      const part = bytes.subarray(
        bytes.length - (end - this.#offset),
        bytes.length - (end - offset),
      );
      if (part.length === 0) return;
      events.push({ kind: 'output', offset: this.#offset, bytes: part });
      this.#offset = offset;
    };
    for (
      let note = this.#ahead[0];
      note !== undefined && note.offset <= end;
      note = this.#ahead[0]
    ) {
      this.#ahead.shift();
      upTo(Math.max(note.offset, this.#offset));
      const change = this.#age.apply(note);
      if (change !== undefined) events.push({ kind: change, ...this.#age.facts });
      if (note.kind === 'lost')
        events.push({ kind: 'gap', bytes: note.bytes, offset: this.#offset });
    }
    upTo(end);
    return events;
  }

  /** At the end of a log: go on to the next, when there is one. */
  #leave(segment: Segment): void {
    if (this.#segments.length > 1) {
      this.#enter(this.#segments.slice(1));
      this.#options.onGrown();
    } else if (!this.#isCurrent(segment)) this.#reopen();
  }

  #isCurrent({ log }: Segment): boolean {
    const there = statSync(join(this.#dir, 'stream.log'), { throwIfNoEntry: false });
    return there?.ino === fstatSync(log.fd).ino;
  }

  #reopen(): void {
    if (this.#isClosed) return;
    // It may look too early for what was noticed meanwhile.
    if (this.#reopening !== undefined) this.#isReopenDue = true;
    this.#reopening ??= this.#tryToGoOn().finally(() => {
      this.#reopening = undefined;
      if (this.#isReopenDue && !this.#isClosed) this.#options.onGrown();
      this.#isReopenDue = false;
    });
  }

  /** Whatever it fails of (too many open files), the sweep tries again. */
  async #tryToGoOn(): Promise<void> {
    try {
      await this.#goOn();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.onFailure(error);
      this.#isFailing = true;
    }
  }

  /** Find where it goes on after the log was renamed, or begins. */
  async #goOn(): Promise<void> {
    const isFirst = this.#segments.length === 0;
    if (isFirst) {
      await this.#open();
      if (this.isThere) this.#options.onGrown();
      return;
    }
    this.#watch();
    const files = await openStreamFiles(this.#dir);
    const rest = files?.segments.filter(
      ({ end, base }) => end > this.#offset || base >= this.#offset,
    );
    const first = rest?.[0];
    this.#isRemoved = files === undefined;
    if (files === undefined || rest === undefined || first === undefined) {
      // The new log is not there yet, or the recording was removed: the sweep comes back to it.
      await files?.[Symbol.asyncDispose]();
      return;
    }
    const before = this.#files;
    this.#files = files;
    this.#enter(rest);
    const lost = first.base - this.#offset;
    if (lost > 0) this.#ahead.push({ at: 0, offset: first.base, kind: 'lost', bytes: lost });
    this.#offset = Math.max(this.#offset, first.base);
    this.#options.onGrown();
    await before?.[Symbol.asyncDispose]();
  }

  #knownEnd(): number {
    const last = this.#segments.at(-1);
    return last === undefined ? 0 : last.base + fstatSync(last.log.fd).size;
  }

  #jump(offset: number): void {
    let segments = this.#segments;
    while (segments.length > 1 && (segments[1]?.base ?? Infinity) <= offset) {
      this.#ahead.push(...(this.#notes?.read() ?? []));
      segments = segments.slice(1);
      this.#enter(segments);
    }
    const [segment] = segments;
    if (segment === undefined) return;
    // Begin with a line: a sequence or a letter may have been cut in two.
    const block = Buffer.alloc(LONGEST_LINE);
    const count = readSync(segment.log.fd, block, 0, LONGEST_LINE, offset - segment.base);
    this.#offset = offset + block.subarray(0, count).indexOf(10) + 1;
  }

  #watch(): void {
    this.#watcher?.close();
    if (this.#isClosed) return;
    const onChange = (what: string): void => {
      // Another file may have its name now.
      if (what === 'rename') this.#watch();
      this.#options.onGrown();
    };
    this.#watcher =
      watchPath(join(this.#dir, 'stream.log'), onChange) ?? watchPath(this.#dir, onChange);
  }
}

const LONGEST_LINE = 16_384;

/** Just made: the line that says since when it is there comes in a moment, before any output. */
function isUnbegun({ segments: [first] }: StreamFiles): boolean {
  return first.times !== undefined && first.begunAt === undefined && first.end === first.base;
}

function watchPath(path: string, onChange: (what: string) => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, onChange);
    // It went away, or the system ran out of watches: the sweep goes on.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
