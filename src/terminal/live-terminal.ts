import { abortable, Mutex } from '../base/index.ts';
import { noteSize } from '../recordings/index.ts';
import { badSize, terminalGone, tooManyViewers } from './errors.ts';
import type { HubSettings } from './hub-options.ts';
import { LiveScreen, type ScreenListener } from './live-screen.ts';
import type { Pacer } from './pacer.ts';
import type { Size } from './screen-model.ts';
import { TerminalHealth } from './terminal-health.ts';
import { TerminalWriter } from './terminal-writer.ts';
import type { TerminalEnd, TerminalPlace, Thumbnail, WatchWish } from './terminal.ts';
import type { Watcher } from './watcher.ts';
import { WriterLease } from './writer-lease.ts';

/** How soon the others are told who watches: many may come at once. */
const PRESENCE_MS = 50;
const MOST_NAMES = 20;

/** One agent's terminal while somebody watches it: its screen, its viewers, and who types. */
export class LiveTerminal implements AsyncDisposable {
  readonly place: TerminalPlace;
  readonly watchers = new Set<Watcher>();
  readonly lease: WriterLease<Watcher>;
  readonly writer: TerminalWriter;
  readonly #settings: HubSettings;
  readonly #pacer: Pacer;
  readonly #health: TerminalHealth;
  readonly #opening = new Mutex();
  readonly #stop = new AbortController();
  #screen: { readonly live: LiveScreen; readonly isLight: boolean } | undefined;
  #end: TerminalEnd | undefined;
  #thumbnail: Thumbnail | undefined;
  #isThumbnailDue = false;
  #isPresenceDue = false;
  #bytes = 0;

  constructor(place: TerminalPlace, settings: HubSettings, pacer: Pacer) {
    this.place = place;
    this.#settings = settings;
    this.#pacer = pacer;
    const { clock, leaseMs } = settings;
    this.writer = new TerminalWriter(place, settings);
    this.lease = new WriterLease({ clock, leaseMs, onChange: () => this.#leaseChanged() });
    this.#health = new TerminalHealth(place, settings);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Add a viewer and lead it to what the screen shows.
   *
   * @throws {CodedError} `terminal.too-many-viewers`
   */
  async add(watcher: Watcher, from: WatchWish['from'], signal: AbortSignal): Promise<void> {
    const { viewersPerTerminal } = this.#settings;
    if (this.watchers.size >= viewersPerTerminal) {
      throw tooManyViewers(this.place.agentId, viewersPerTerminal);
    }
    this.watchers.add(watcher);
    try {
      await abortable(this.#ready(watcher.mode), signal);
    } catch (error) {
      this.watchers.delete(watcher);
      throw error;
    }
    if (watcher.mode === 'thumb') this.#drawThumbnail();
    else if (this.#screen !== undefined) watcher.begin(this.#screen.live, from);
    this.#tellLease(watcher);
    this.#tellPresence();
    const end = this.#end ?? this.#health.endAtOnce;
    if (end !== undefined) watcher.viewer.onEnd(end);
  }

  remove(watcher: Watcher): void {
    if (!this.watchers.delete(watcher)) return;
    this.#bytes += watcher.bytes;
    this.lease.release(watcher);
    this.#tellPresence();
  }

  /** A viewer has parsed what came before this offset. */
  ack(watcher: Watcher, offset: number): void {
    if (this.#screen !== undefined && this.watchers.has(watcher)) {
      watcher.ack(offset, this.#screen.live);
    }
  }

  /** Give the terminal a size, and the recording a note of it. */
  async resize(size: Size, signal: AbortSignal): Promise<void> {
    const { columns, rows } = size;
    if (!isUsable(columns, 20, 500) || !isUsable(rows, 5, 200)) throw badSize(columns, rows);
    await this.writer.resize(size, signal);
    const at = this.#settings.clock.now();
    await noteSize(this.place.homeDir, { at, columns, rows });
    this.#health.suspect();
    this.#screen?.live.poke();
  }

  /** Once a second: whoever was left out may have room, and the terminal may have ended. */
  tick(): void {
    const screen = this.#screen?.live;
    if (screen === undefined) return;
    for (const watcher of this.watchers) watcher.resume(screen);
  }

  /** Whether it is time to look at tmux. */
  get isCheckDue(): boolean {
    const screen = this.#screen?.live;
    return this.#end === undefined && screen !== undefined && this.#health.isDue(screen);
  }

  /** Look at tmux: has it ended, does it show the same? */
  async check(): Promise<void> {
    const screen = this.#screen?.live;
    if (screen === undefined || this.#end !== undefined) return;
    this.#end = await this.#health.check(screen, this.#stop.signal);
    if (this.#end === undefined) return;
    this.lease[Symbol.dispose]();
    this.#leaseChanged();
    for (const { viewer } of this.watchers) viewer.onEnd(this.#end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(terminalGone(this.place.agentId));
    this.lease[Symbol.dispose]();
    await this.writer[Symbol.asyncDispose]();
    await this.#opening.run(async () => {
      await this.#screen?.live[Symbol.asyncDispose]();
      this.#screen = undefined;
    });
  }

  /** A screen for thumbnails is a small one: it is made anew for the first who watches all of it. */
  async #ready(mode: WatchWish['mode']): Promise<void> {
    await this.#opening.run(async () => {
      const before = this.#screen;
      if (this.#stop.signal.aborted) throw terminalGone(this.place.agentId);
      if (before !== undefined && (mode === 'thumb' || !before.isLight)) return;
      const isLight = mode === 'thumb';
      const { clock, log, scrollbackRows, replayBytes, thumbnailReplayBytes } = this.#settings;
      const live = await LiveScreen.open({
        clock,
        log,
        pacer: this.#pacer,
        dir: this.place.homeDir,
        size: this.place,
        scrollbackRows: isLight ? 0 : scrollbackRows,
        replayBytes: isLight ? thumbnailReplayBytes : replayBytes,
        listener: this.#listener,
      });
      this.#screen = { live, isLight };
      this.#health.suspect();
      await before?.live[Symbol.asyncDispose]();
    });
  }

  readonly #listener: ScreenListener = {
    onOutput: (delta) => {
      for (const watcher of this.watchers) if (watcher.mode === 'stream') watcher.deliver(delta);
    },
    onRedrawn: (change) => {
      if (change.isGap) this.#health.suspect();
      const screen = this.#screen?.live;
      if (screen === undefined) return;
      for (const watcher of this.watchers) {
        if (watcher.mode === 'stream') watcher.redraw(screen, change);
      }
      this.#thumbnailLater();
    },
    onDrawn: () => {
      const screen = this.#screen?.live;
      if (screen === undefined) return;
      for (const watcher of this.watchers) watcher.resume(screen);
      this.#thumbnailLater();
    },
  };

  #thumbnailLater(): void {
    if (this.#isThumbnailDue || !this.#hasThumbnails) return;
    this.#isThumbnailDue = true;
    this.#later(this.#settings.thumbnailMs, () => {
      this.#isThumbnailDue = false;
      this.#drawThumbnail();
    });
  }

  get #hasThumbnails(): boolean {
    for (const { mode } of this.watchers) if (mode === 'thumb') return true;
    return false;
  }

  #drawThumbnail(): void {
    const screen = this.#screen?.live;
    if (screen === undefined) return;
    const { columns, rows } = screen.size;
    const text = screen.model.rows();
    const before = this.#thumbnail;
    if (
      before?.columns !== columns ||
      before.rows !== rows ||
      text.some((row, at) => row !== before.text[at])
    ) {
      this.#thumbnail = { columns, rows, text };
    }
    const now = this.#thumbnail;
    if (now === undefined) return;
    for (const watcher of this.watchers) if (watcher.mode === 'thumb') watcher.showThumbnail(now);
  }

  #leaseChanged(): void {
    if (this.lease.holder === undefined) this.writer.close();
    for (const watcher of this.watchers) this.#tellLease(watcher);
  }

  #tellLease(watcher: Watcher): void {
    const { holder, expiresInMs } = this.lease;
    const shown = holder && { userId: holder.userId, name: holder.name };
    watcher.viewer.onLease({ holder: shown, isMine: holder === watcher, expiresInMs });
  }

  #tellPresence(): void {
    if (this.#isPresenceDue) return;
    this.#isPresenceDue = true;
    this.#later(PRESENCE_MS, () => {
      this.#isPresenceDue = false;
      const shown = [...this.watchers].filter(({ isHidden }) => !isHidden);
      const names = [...new Set(shown.map(({ name }) => name))].slice(0, MOST_NAMES);
      for (const { viewer } of shown) viewer.onPresence({ viewers: shown.length, names });
    });
  }

  #later(ms: number, action: () => void): void {
    // Aborted: nobody is left to be told.
    this.#settings.clock.after(ms, this.#stop.signal).then(action, () => {});
  }
}

function isUsable(cells: number, least: number, most: number): boolean {
  return Number.isInteger(cells) && cells >= least && cells <= most;
}
