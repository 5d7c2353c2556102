import type { LiveScreen } from './live-screen.ts';
import type { Delta, Snapshot, Thumbnail, Viewer, WatchWish } from './terminal.ts';
import { type FlowLimits, ViewerFlow } from './viewer-flow.ts';

/** One viewer of one terminal, with what it was sent and has parsed. */
export class Watcher {
  readonly viewer: Viewer;
  readonly mode: WatchWish['mode'];
  /** Reads text and is nobody who watches. */
  readonly isHidden: boolean;
  readonly #onDraw: WatcherOptions['onDraw'];
  readonly #flow: ViewerFlow;
  #sentThumbnail: Thumbnail | undefined;
  #isBegun = false;
  #bytes = 0;

  constructor(viewer: Viewer, { mode, limits, isHidden, onDraw }: WatcherOptions) {
    this.viewer = viewer;
    this.mode = mode;
    this.isHidden = isHidden;
    this.#onDraw = onDraw;
    this.#flow = new ViewerFlow(limits);
  }

  get userId(): string {
    return this.viewer.userId;
  }

  get name(): string {
    return this.viewer.name;
  }

  /** Bytes of output that it was sent. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Lead it from where it is, or from nothing, to what the screen shows. */
  begin(screen: LiveScreen, from: WatchWish['from']): void {
    this.#isBegun = true;
    const missed = from && screen.outputFrom(from);
    if (from === undefined || missed === undefined) {
      this.#draw(screen, false);
      return;
    }
    this.#flow.goOn(from.offset);
    if (missed.length > 0) this.#send({ ...from, bytes: missed });
  }

  deliver(delta: Delta): void {
    if (this.#isBegun && this.#flow.admits(this.viewer.bufferedBytes)) this.#send(delta);
  }

  /** The screen is another one than what it was sent leads to. */
  redraw(screen: LiveScreen, { isGap }: { readonly isGap: boolean }): void {
    if (!this.#isBegun) return;
    if (this.#flow.admits(this.viewer.bufferedBytes)) this.#draw(screen, isGap);
    else this.#flow.block();
  }

  ack(offset: number, screen: LiveScreen): void {
    this.#flow.ack(offset);
    this.resume(screen);
  }

  /** Give it a snapshot in place of what was left out, when it can take one. */
  resume(screen: LiveScreen): void {
    if (this.#isBegun && this.#flow.canResume(this.viewer.bufferedBytes)) this.#draw(screen, true);
  }

  showThumbnail(thumbnail: Thumbnail): void {
    if (thumbnail === this.#sentThumbnail) return;
    this.#sentThumbnail = thumbnail;
    this.viewer.onThumbnail(thumbnail);
  }

  #draw(screen: LiveScreen, isResync: boolean): void {
    const snapshot: Snapshot = { ...screen.snapshot(), isResync };
    this.#flow.sentSnapshot(snapshot.offset, snapshot.bytes.length);
    this.#bytes += snapshot.bytes.length;
    this.#onDraw?.(screen);
    this.viewer.onSnapshot(snapshot);
    const bytes = screen.outputSince(snapshot);
    const { epoch, offset } = snapshot;
    if (bytes.length > 0) this.#send({ epoch, offset, bytes });
  }

  #send(delta: Delta): void {
    this.#flow.sentDelta(delta.offset + delta.bytes.length);
    this.#bytes += delta.bytes.length;
    this.viewer.onDelta(delta);
  }
}

export interface WatcherOptions {
  readonly mode: WatchWish['mode'];
  readonly limits: FlowLimits;
  readonly isHidden: boolean;
  /** Called with the very screen that a snapshot is of, before it is sent. */
  readonly onDraw?: (screen: LiveScreen) => void;
}
