// These packages are CommonJS: Node finds what they export under `default` alone.
// oxlint-disable-next-line import/default
import serialize from '@xterm/addon-serialize';
// oxlint-disable-next-line import/default
import unicode11 from '@xterm/addon-unicode11';
import headless from '@xterm/headless';
import { hiddenModes } from './hidden-modes.ts';
import { OpenSequence } from './open-sequence.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface ModelOptions {
  /** Rows above the screen that are kept. */
  readonly scrollbackRows: number;
  /** More of what was written is on the screen. */
  readonly onDrawn: () => void;
}

/**
 * A terminal without a window: it draws what a pane printed, so that the screen can be given to
 * whoever comes later. It parses in the background; what it shows is always that of `offset`.
 *
 * Its own answers (to requests for its place, its kind) go nowhere: the pane's terminal is tmux.
 */
export class ScreenModel implements Disposable {
  readonly #terminal;
  readonly #serialize = new serialize.SerializeAddon();
  readonly #open = new OpenSequence();
  #offset = 0;
  #pendingBytes = 0;
  #waiting: { readonly bytes: number; readonly resolve: () => void }[] = [];

  readonly #onDrawn: () => void;

  constructor({ columns, rows }: Size, { scrollbackRows, onDrawn }: ModelOptions) {
    this.#terminal = new headless.Terminal({
      cols: columns,
      rows,
      scrollback: scrollbackRows,
      allowProposedApi: true,
      // It would tell stderr of every sequence that it does not know.
      logLevel: 'off',
    });
    this.#terminal.loadAddon(this.#serialize);
    this.#terminal.loadAddon(new unicode11.Unicode11Addon());
    this.#terminal.unicode.activeVersion = '11';
    this.#onDrawn = onDrawn;
  }

  /** Absolute offset of the first byte that is not drawn. */
  get offset(): number {
    return this.#offset;
  }

  get size(): Size {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Bytes that were written and are not drawn yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Whether what was drawn ends in the middle of a sequence or a letter. */
  get isWithinSequence(): boolean {
    return this.#open.bytes.length > 0;
  }

  write(bytes: Uint8Array): void {
    this.#pendingBytes += bytes.length;
    this.#terminal.write(bytes, () => {
      this.#open.feed(bytes);
      this.#offset += bytes.length;
      this.#pendingBytes -= bytes.length;
      this.#wake();
      this.#onDrawn();
    });
  }

  /** Resolves when at most so many bytes are left to be drawn; at once after it was disposed. */
  async drawnTo(pendingBytes: number): Promise<void> {
    if (this.#pendingBytes <= pendingBytes) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ bytes: pendingBytes, resolve });
    await promise;
  }

  /** Only when everything is drawn. */
  resize({ columns, rows }: Size): void {
    this.#terminal.resize(columns, rows);
  }

  /** Go on at another offset, with the screen as it is. Only when everything is drawn. */
  moveTo(offset: number): void {
    this.#offset = offset;
  }

  /** Draw what is no part of the stream, breaking off what it was in the middle of. */
  async draw(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ bytes: -1, resolve });
    this.#terminal.write(`\u0018${text}`, resolve);
    await promise;
    this.#waiting = this.#waiting.filter((one) => one.resolve !== resolve);
    this.#open.feed(Uint8Array.of(0x18));
  }

  /** What draws the screen, with the rows above it, in any terminal of this size. */
  snapshot(): Uint8Array {
    // CAN and RIS: whatever the viewer's terminal was in the middle of, it begins anew here.
    const text = `\u0018\u001bc${this.#serialize.serialize()}${hiddenModes(this.#terminal)}`;
    return Buffer.concat([Buffer.from(text), this.#open.bytes]);
  }

  /** The rows of the screen as text, top row first, blanks at their ends removed. */
  rows(): readonly string[] {
    const { rows } = this.#terminal;
    const { baseY } = this.#terminal.buffer.active;
    return Array.from({ length: rows }, (_, row) => this.#row(baseY + row));
  }

  /** The last lines that hold something, those above the screen too; wrapped ones are put together. */
  lastLines(count: number): readonly string[] {
    const lines: string[] = [];
    const { length } = this.#terminal.buffer.active;
    let tail = '';
    for (let row = length - 1; row >= 0 && lines.length < count; row -= 1) {
      const line = this.#terminal.buffer.active.getLine(row);
      const text = line?.translateToString(line.isWrapped || tail === '') ?? '';
      if (line?.isWrapped === true) tail = text + tail;
      else {
        const whole = (text + tail).trimEnd();
        if (whole !== '' || lines.length > 0) lines.unshift(whole);
        tail = '';
      }
    }
    return lines;
  }

  get cursor(): { readonly column: number; readonly row: number } {
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    return { column: cursorX, row: cursorY };
  }

  get isAlternateScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose();
    this.#pendingBytes = 0;
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  #row(index: number): string {
    return this.#terminal.buffer.active.getLine(index)?.translateToString(true).trimEnd() ?? '';
  }

  #wake(): void {
    const isDue = (one: { readonly bytes: number }): boolean => this.#pendingBytes <= one.bytes;
    const due = this.#waiting.filter(isDue);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => !isDue(one));
    for (const { resolve } of due) resolve();
  }
}
