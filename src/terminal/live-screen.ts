import type { Clock, Log } from '../base/index.ts';
import { StreamTail, type TailEvent } from '../recordings/index.ts';
import type { PaneLook } from '../tmux/index.ts';
import { OutputRing } from './output-ring.ts';
import type { Pacer } from './pacer.ts';
import { redrawing } from './redrawing.ts';
import { ScreenModel, type Size } from './screen-model.ts';
import type { Delta, Snapshot } from './terminal.ts';

export interface ScreenListener {
  /** Output as it came; the screen shows it a moment later. */
  onOutput(delta: Delta): void;
  /** The screen is another one: every viewer needs a snapshot. */
  onRedrawn(change: { readonly isGap: boolean }): void;
  /** More of the output is on the screen. */
  onDrawn(): void;
}

export interface LiveScreenOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly pacer: Pacer;
  readonly dir: string;
  /** Until the recording says. */
  readonly size: Size;
  readonly scrollbackRows: number;
  /** How much of the recording is drawn again, at most. */
  readonly replayBytes: number;
  readonly listener: ScreenListener;
}

const BLOCK_BYTES = 65_536;
/** Read ahead of what is drawn; the ring holds more, so a snapshot always leads on to the end. */
const AHEAD_BYTES = 131_072;
const RING_BYTES = 262_144;
/** Further behind than that, what is older is left out ... */
const MOST_BEHIND_BYTES = 4 * 1_048_576;
/** ... but for what most likely draws all of the screen. */
const KEPT_BYTES = 262_144;
const SWEEP_MS = 1_000;

/**
 * What one terminal shows and shows next, from its recording: read once, for all viewers.
 *
 * The first bytes after a pause are read and handed on at once, then at most once in a turn of the
 * pacer. Nothing is queued: what cannot be drawn yet stays in the recording, and what is too far
 * behind is passed over, with the screen left as it was for its modes and then drawn over.
 */
export class LiveScreen implements AsyncDisposable {
  readonly #options: LiveScreenOptions;
  readonly #model: ScreenModel;
  readonly #ring = new OutputRing(RING_BYTES, 0);
  #tail: StreamTail | undefined;
  #epoch = 0;
  #isBegun = false;
  #isReading = false;
  #isDue = false;
  #isClosed = false;
  #readAt = -Infinity;
  #printedAt = -Infinity;
  #snapshot: Snapshot | undefined;

  private constructor(options: LiveScreenOptions) {
    this.#options = options;
    const { size, scrollbackRows } = options;
    this.#model = new ScreenModel(size, { scrollbackRows, onDrawn: () => this.#drawn() });
  }

  /** Draw what the recording holds, then follow it. */
  static async open(options: LiveScreenOptions): Promise<LiveScreen> {
    const screen = new LiveScreen(options);
    try {
      await screen.#open();
      return screen;
    } catch (error) {
      await screen[Symbol.asyncDispose]();
      throw error;
    }
  }

  get epoch(): number {
    return this.#epoch;
  }

  get size(): Size {
    return this.#model.size;
  }

  /** Offset of the first byte that was not read yet. */
  get offset(): number {
    return this.#ring.end;
  }

  /** By the monotonic clock. */
  get printedAt(): number {
    return this.#printedAt;
  }

  /** All that was printed is on the screen, as far as is known. */
  get isSettled(): boolean {
    const isRead = !this.#isReading && this.#tail?.behind === 0;
    return isRead && this.#model.pendingBytes === 0 && !this.#model.isWithinSequence;
  }

  get isRemoved(): boolean {
    return this.#tail?.isRemoved === true;
  }

  get model(): Pick<ScreenModel, 'rows' | 'lastLines' | 'cursor' | 'isAlternateScreen'> {
    return this.#model;
  }

  /** The screen now; shared by all who ask before it changes. `isResync` is not of it. */
  snapshot(): Snapshot {
    this.#snapshot ??= {
      epoch: this.#epoch,
      offset: this.#model.offset,
      ...this.#model.size,
      bytes: this.#model.snapshot(),
      isResync: false,
    };
    return this.#snapshot;
  }

  /** What came after a snapshot, and was handed on to others already. */
  outputSince({ offset }: Snapshot): Uint8Array {
    return this.#ring.since(offset) ?? new Uint8Array();
  }

  /** What a viewer missed; undefined when only a snapshot helps. */
  outputFrom({ epoch, offset }: { readonly epoch: number; readonly offset: number }) {
    return epoch === this.#epoch ? this.#ring.from(offset) : undefined;
  }

  /** There may be something to read. */
  poke(): void {
    this.#isDue = true;
    if (this.#isReading || this.#isClosed) return;
    const { clock, pacer } = this.#options;
    if (clock.monotonic() - this.#readAt < pacer.everyMs) pacer.later(this.#read);
    else this.#read();
  }

  /** Draw what tmux shows in place of what we made of the recording. Only when it is settled. */
  async redraw(look: PaneLook): Promise<void> {
    this.#isReading = true;
    try {
      const { columns, rows } = look;
      this.#model.resize({ columns, rows });
      await this.#model.draw(redrawing(look, this.#model.isAlternateScreen));
    } finally {
      this.#isReading = false;
    }
    this.#redrawn(this.#model.offset, { isGap: true });
    this.poke();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#model[Symbol.dispose]();
    await this.#tail?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<void> {
    const { clock, dir, log, replayBytes } = this.#options;
    this.#isReading = true;
    this.#tail = await StreamTail.open(dir, {
      clock,
      replayBytes,
      sweepMs: SWEEP_MS,
      onGrown: () => this.poke(),
      onFailure: (error) => log.warn('a recording could not be opened again', { error }),
    });
    await this.#readTo(this.#tail.offset + this.#tail.behind);
    await this.#model.drawnTo(0);
    this.#isReading = false;
    this.poke();
  }

  readonly #read = (): void => {
    if (this.#isReading || this.#isClosed) return;
    this.#isReading = true;
    // Up to its first wait this runs at once: output goes on in the turn in which it was noticed.
    this.#readTo(Infinity).then(
      () => this.#haveRead(),
      (error: unknown) => {
        this.#options.log.error('a recording could not be followed', { error });
        this.#haveRead();
      },
    );
  };

  #haveRead(): void {
    this.#isReading = false;
    if (this.#isDue) this.poke();
  }

  async #readTo(target: number): Promise<void> {
    for (;;) {
      const tail = this.#tail;
      if (tail === undefined || this.#isClosed || tail.offset >= target) return;
      this.#isDue = false;
      this.#readAt = this.#options.clock.monotonic();
      if (!this.#isBegun && tail.isThere) await this.#begin(tail);
      const gap = tail.behind > MOST_BEHIND_BYTES ? tail.skip(KEPT_BYTES) : undefined;
      if (gap !== undefined) await this.#take(gap);
      const before = tail.offset;
      const events = tail.read(BLOCK_BYTES);
      for (const event of events) {
        if (event.kind === 'output') this.#print(event.bytes);
        else await this.#take(event);
      }
      // What was there is read; a notice comes with what follows.
      if (tail.offset - before < BLOCK_BYTES && events.length < 2) return;
      if (this.#model.pendingBytes > AHEAD_BYTES) await this.#model.drawnTo(AHEAD_BYTES / 2);
    }
  }

  /** The recording is there, perhaps later than its first viewer. */
  async #begin(tail: StreamTail): Promise<void> {
    this.#isBegun = true;
    const { epoch, size } = tail.screen;
    if (size !== undefined) this.#model.resize(size);
    this.#model.moveTo(tail.offset);
    this.#epoch = epoch;
    this.#redrawn(tail.offset, { isGap: false });
  }

  #print(bytes: Uint8Array): void {
    const { clock, listener } = this.#options;
    const delta = { epoch: this.#epoch, offset: this.#ring.end, bytes };
    this.#printedAt = clock.monotonic();
    this.#ring.push(bytes);
    // It is drawn in a later turn of the event loop: the viewers have it first.
    this.#model.write(bytes);
    listener.onOutput(delta);
  }

  async #take(event: Exclude<TailEvent, { readonly kind: 'output' }>): Promise<void> {
    await this.#model.drawnTo(0);
    if (this.#isClosed) return;
    switch (event.kind) {
      case 'gap':
        this.#model.moveTo(event.offset);
        this.#redrawn(event.offset, { isGap: true });
        return;
      case 'start':
      case 'resize':
        if (event.kind === 'start') await this.#model.draw('\u001bc');
        if (event.size !== undefined) this.#model.resize(event.size);
        this.#epoch = event.epoch;
        this.#redrawn(this.#model.offset, { isGap: false });
        return;
      default:
        event satisfies never;
    }
  }

  #redrawn(offset: number, change: { readonly isGap: boolean }): void {
    this.#ring.restart(offset);
    this.#snapshot = undefined;
    this.#options.listener.onRedrawn(change);
  }

  #drawn(): void {
    this.#snapshot = undefined;
    this.#options.listener.onDrawn();
  }
}
