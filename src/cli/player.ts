import type { Frame } from '../app/index.ts';
import type { Clock } from '../base/index.ts';
import type { PlayerKey } from './player-keys.ts';
import { TextFilter } from './text-filter.ts';

/** Where a recording is shown: a terminal of exactly the size that the recording has. */
export interface PlayerScreen {
  write(text: string): void;
  resize(columns: number, rows: number): Promise<void>;
  /** Say beside the screen how far the replay is. */
  status(text: string): void;
}

export interface PlayerOptions {
  readonly frames: readonly Frame[];
  readonly screen: PlayerScreen;
  readonly clock: Clock;
  /** 2 plays twice as fast. */
  readonly speed: number;
  /** Longest pause, in ms of the recording; Infinity for those that there were. */
  readonly idleLimitMs: number;
  /** Where to begin, in ms from the start. */
  readonly fromMs: number;
  /** Stay on the last screen until a key is pressed. */
  readonly staysAtEnd: boolean;
}

const SEEK_MS = 5_000;
/** What was printed this far before a moment may still stand on the screen at that moment. */
const SCREEN_CHARACTERS = 1_000_000;
/** The clock beside the screen moves on at least this often. */
const TICK_MS = 500;
/** RIS, and the history away: what a terminal is before a program starts. */
const RESET = '\u001bc\u001b[3J';

/** Plays a recording with its times; `press` steers it meanwhile. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #durationMs: number;
  #filter = new TextFilter('screen');
  /** The first frame that was not shown yet. */
  #next = 0;
  #positionMs = 0;
  /** Ms of the recording waited since the last frame. */
  #waitedMs = 0;
  #isPaused = false;
  #label = '';
  #status = '';
  readonly #todo: PlayerKey[] = [];
  #poke = new AbortController();

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#durationMs = options.frames.at(-1)?.ms ?? 0;
  }

  press(key: PlayerKey): void {
    this.#todo.push(key);
    this.#poke.abort();
  }

  /** Resolves when the person leaves, or at the end. @throws `signal.reason` when aborted. */
  async play(signal: AbortSignal): Promise<void> {
    await this.#seek(this.#options.fromMs);
    for (;;) {
      signal.throwIfAborted();
      this.#poke = new AbortController();
      const key = this.#todo.shift();
      if (key === 'leave') return;
      if (key !== undefined) await this.#obey(key);
      else if (this.#frame === undefined && !this.#options.staysAtEnd) return;
      else if (this.#isPaused || this.#frame === undefined) await this.#wait(Infinity, signal);
      else if (this.#gapMs <= 0) await this.#showNext();
      else await this.#wait(this.#gapMs / this.#options.speed, signal);
      this.#tell();
    }
  }

  get #frame(): Frame | undefined {
    return this.#options.frames[this.#next];
  }

  /** Ms of the recording to wait before the next frame. */
  get #gapMs(): number {
    const { idleLimitMs } = this.#options;
    const ms = this.#frame?.ms ?? 0;
    return Math.min(ms - this.#positionMs, idleLimitMs - this.#waitedMs);
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const { clock, speed } = this.#options;
    const isPlaying = ms !== Infinity;
    const begin = clock.monotonic();
    const poke = this.#poke.signal;
    try {
      await clock.after(isPlaying ? Math.min(ms, TICK_MS) : ms, AbortSignal.any([signal, poke]));
    } catch (error) {
      if (!poke.aborted || signal.aborted) throw error;
    }
    if (!isPlaying) return;
    const passed = Math.min(ms, clock.monotonic() - begin) * speed;
    this.#waitedMs += passed;
    this.#positionMs = Math.min(this.#positionMs + passed, this.#frame?.ms ?? 0);
  }

  async #obey(key: PlayerKey): Promise<void> {
    switch (key) {
      case 'pause':
        this.#isPaused = !this.#isPaused;
        break;
      case 'step':
        this.#isPaused = true;
        await this.#step();
        break;
      case 'back':
        await this.#seek(this.#positionMs - SEEK_MS);
        break;
      case 'ahead':
        await this.#seek(this.#positionMs + SEEK_MS);
        break;
      case 'previous':
        await this.#seek(this.#markers.findLast((ms) => ms < this.#positionMs) ?? 0);
        break;
      case 'next':
        await this.#seek(this.#markers.find((ms) => ms > this.#positionMs) ?? this.#durationMs);
        break;
      case 'leave':
        break;
      default:
        key satisfies never;
    }
  }

  get #markers(): readonly number[] {
    return this.#options.frames.flatMap(({ kind, ms }) => (kind === 'marker' ? [ms] : []));
  }

  /** Show what comes next, up to the next output. */
  async #step(): Promise<void> {
    for (let isShown = false; !isShown && this.#frame !== undefined;) {
      isShown = this.#frame.kind === 'output';
      await this.#showNext();
    }
  }

  async #showNext(): Promise<void> {
    const frame = this.#frame;
    if (frame === undefined) return;
    this.#next += 1;
    this.#positionMs = frame.ms;
    this.#waitedMs = 0;
    await this.#show(frame);
  }

  /** Show the screen of a moment: go on from here, or begin anew as far back as it matters. */
  async #seek(wanted: number): Promise<void> {
    const { frames, screen } = this.#options;
    const target = Math.min(Math.max(wanted, 0), this.#durationMs);
    const found = frames.findIndex(({ ms }) => ms > target);
    const end = found === -1 ? frames.length : found;
    const first = this.#firstFor(end);
    if (end < this.#next || first > this.#next) {
      screen.write(RESET);
      this.#filter = new TextFilter('screen');
      this.#label = '';
      this.#next = first;
      const size = frames.slice(0, first).findLast(({ kind }) => kind === 'resize');
      if (size !== undefined) await this.#show(size);
    }
    for (; this.#next < end; this.#next += 1) {
      const frame = this.#frame;
      if (frame !== undefined) await this.#show(frame);
    }
    this.#positionMs = target;
    this.#waitedMs = 0;
  }

  /** The first frame that may still be seen behind the one before `end`. */
  #firstFor(end: number): number {
    let characters = 0;
    for (let index = end; index > 0; index -= 1) {
      const frame = this.#options.frames[index - 1];
      if (frame?.kind === 'output') characters += frame.text.length;
      if (characters > SCREEN_CHARACTERS) return index;
    }
    return 0;
  }

  async #show(frame: Frame): Promise<void> {
    const { screen } = this.#options;
    switch (frame.kind) {
      case 'output':
        screen.write(this.#filter.take(frame.text));
        break;
      case 'resize':
        await screen.resize(frame.columns, frame.rows);
        break;
      case 'marker':
        this.#label = frame.label;
        break;
      case 'exit':
        this.#label = `exited with ${frame.status}`;
        break;
      default:
        frame satisfies never;
    }
  }

  #tell(): void {
    const { speed, screen } = this.#options;
    const isOver = this.#frame === undefined;
    const state = isOver ? 'end' : this.#isPaused ? 'paused' : `${speed}x`;
    const times = `${clockText(this.#positionMs)} / ${clockText(this.#durationMs)}`;
    const text = [`${times}  ${state}`, this.#label].filter((part) => part !== '').join('  ');
    if (text === this.#status) return;
    this.#status = text;
    screen.status(text);
  }
}

/** `1:02:03`, or `2:03` below an hour. */
function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown
    .map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, '0')))
    .join(':');
}
