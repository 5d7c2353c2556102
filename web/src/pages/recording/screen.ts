import { SerializeAddon } from '@xterm/addon-serialize';
import type { Terminal } from '@xterm/xterm';
import { createTerminal } from '../../terminal/create-terminal.ts';
import type { Cast } from './parse-cast.ts';
import { indexAfter } from './playhead.ts';

/** So much output apart are the moments that can be returned to without beginning anew. */
const CHECKPOINT_CHARACTERS = 1_000_000;
const WRITE_CHARACTERS = 200_000;
// oxlint-disable-next-line no-control-regex -- escape sequences begin with it
const OPEN_SEQUENCE = /\u001b[^a-zA-Z]*$/;
// oxlint-disable-next-line no-control-regex -- DECSTBM; without numbers it takes them back
const MARGINS = /\u001b\[([\d;]*)r/g;
const LARGEST_FONT_PX = 15;
const SMALLEST_FONT_PX = 7;

interface Checkpoint {
  readonly index: number;
  readonly columns: number;
  readonly rows: number;
  readonly screen: string;
}

/** The terminal of a recording: shows it as it was at any moment. */
export class Screen {
  readonly #cast: Cast;
  readonly #host: HTMLElement;
  readonly #terminal: Terminal;
  readonly #serializer = new SerializeAddon();
  readonly #resizes: ResizeObserver;
  readonly #checkpoints: Checkpoint[] = [];
  #index = 0;
  #sinceCheckpoint = 0;
  /** The program scrolls only a part of the screen, which a checkpoint would not tell. */
  #hasMargins = false;
  #wanted = 0;
  #work: Promise<void> | undefined;
  #isClosed = false;

  constructor(cast: Cast, host: HTMLElement) {
    this.#cast = cast;
    this.#host = host;
    const { columns, rows } = cast;
    const fontSize = LARGEST_FONT_PX;
    this.#terminal = createTerminal({ cols: columns, rows, scrollback: 300, fontSize });
    this.#terminal.loadAddon(this.#serializer);
    this.#terminal.open(host);
    // Its keys are those of the player.
    if (this.#terminal.textarea !== undefined) this.#terminal.textarea.disabled = true;
    this.#checkpoints.push({ index: 0, columns, rows, screen: '' });
    this.#resizes = new ResizeObserver(() => this.#fit());
    this.#resizes.observe(host);
    this.#fit();
  }

  close(): void {
    this.#isClosed = true;
    this.#resizes.disconnect();
    this.#terminal.dispose();
  }

  /** Show the moment. Asked again before it is done, only the newest moment is gone to. */
  async show(atMs: number): Promise<void> {
    this.#wanted = indexAfter(this.#cast.events, atMs);
    this.#work ??= this.#catchUp().finally(() => {
      this.#work = undefined;
    });
    await this.#work;
  }

  async #catchUp(): Promise<void> {
    while (this.#index !== this.#wanted && !this.#isClosed) {
      const wanted = this.#wanted;
      const point = this.#checkpoints.findLast(({ index }) => index <= wanted);
      if (point !== undefined && (wanted < this.#index || point.index > this.#index)) {
        await this.#goTo(point);
      }
      await this.#write(wanted);
    }
  }

  async #goTo({ index, columns, rows, screen }: Checkpoint): Promise<void> {
    this.#terminal.reset();
    this.#terminal.resize(columns, rows);
    this.#fit();
    await this.#print(screen);
    this.#index = index;
    this.#sinceCheckpoint = 0;
    this.#hasMargins = false;
  }

  /** Play one stretch of output towards an event. */
  async #write(wanted: number): Promise<void> {
    let text = '';
    while (this.#index < wanted && text.length < WRITE_CHARACTERS) {
      const event = this.#cast.events[this.#index];
      if (event?.kind === 'resize') {
        await this.#print(text);
        text = '';
        this.#terminal.resize(event.columns, event.rows);
        this.#fit();
      }
      if (event?.kind === 'output') text += event.text;
      this.#index += 1;
    }
    await this.#print(text);
    this.#sinceCheckpoint += text.length;
    const margins = [...text.matchAll(MARGINS)].at(-1);
    if (margins !== undefined) this.#hasMargins = margins[1] !== '';
    this.#keep(text);
  }

  async #print(text: string): Promise<void> {
    if (text === '' || this.#isClosed) return;
    await new Promise<void>((resolve) => this.#terminal.write(text, resolve));
  }

  /** Remember this moment, if it is far from the last one and stands in no escape sequence. */
  #keep(text: string): void {
    const last = this.#checkpoints.at(-1)?.index ?? 0;
    if (this.#sinceCheckpoint < CHECKPOINT_CHARACTERS || this.#index <= last) return;
    if (this.#isClosed || this.#hasMargins || OPEN_SEQUENCE.test(text.slice(-200))) return;
    const { cols: columns, rows } = this.#terminal;
    this.#checkpoints.push({
      index: this.#index,
      columns,
      rows,
      screen: this.#serializer.serialize({ scrollback: 100 }),
    });
    this.#sinceCheckpoint = 0;
  }

  /** As large as fits the width; below the smallest size it scrolls sideways. */
  #fit(): void {
    const screen = this.#host.querySelector<HTMLElement>('.xterm-screen');
    if (screen === null || screen.offsetWidth === 0) return;
    const { fontSize = LARGEST_FONT_PX } = this.#terminal.options;
    const fitting = (fontSize * this.#host.clientWidth) / screen.offsetWidth;
    const size = Math.max(SMALLEST_FONT_PX, Math.min(LARGEST_FONT_PX, Math.floor(fitting * 2) / 2));
    if (size !== fontSize) this.#terminal.options.fontSize = size;
  }
}
