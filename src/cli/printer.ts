import { styleText } from 'node:util';
import { fitText } from './text-width.ts';

/** What the program needs of stdout and stderr. */
export interface TextStream {
  write(text: string): boolean;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface PrinterOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** stdout carries one JSON value and nothing else. */
  readonly json: boolean;
  /** Say nothing on stderr but errors. */
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly hasColor: boolean;
  /** The terminal can move its cursor, so that a line can change. */
  readonly canRedraw: boolean;
}

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Everything the program says: results on stdout, everything else on stderr. */
export class Printer {
  readonly options: PrinterOptions;
  #live: string | undefined;

  constructor(options: PrinterOptions) {
    this.options = options;
  }

  get json(): boolean {
    return this.options.json;
  }

  /** Columns of stdout; a file or a pipe has no end. */
  get width(): number {
    const { isTTY, columns } = this.options.stdout;
    return isTTY === true ? (columns ?? 80) : Infinity;
  }

  /** True when stderr shows one line that changes. */
  get isLive(): boolean {
    const { stderr, canRedraw, quiet } = this.options;
    return stderr.isTTY === true && canRedraw && !quiet;
  }

  /** Print lines of a result on stdout. */
  lines(lines: readonly string[]): void {
    this.text(lines.map((line) => `${line}\n`).join(''));
  }

  /** Print a result on stdout as it is. */
  text(text: string): void {
    const live = this.#live;
    this.live(undefined);
    this.options.stdout.write(text);
    this.live(live);
  }

  /** Print one JSON value on stdout, indented where a person reads it. */
  value(value: unknown): void {
    const indent = this.options.stdout.isTTY === true ? 2 : undefined;
    this.text(`${JSON.stringify(value, undefined, indent)}\n`);
  }

  /** Say something on stderr, unless we are to be quiet. */
  note(text: string): void {
    if (!this.options.quiet) this.#error(text);
  }

  /** Say what went wrong and what to do about it. */
  problem(message: string, todo: string | undefined): void {
    this.#error(`${this.style('red', 'tmux-builder')}: ${message}`);
    if (todo !== undefined) this.#error(`  -> ${todo}`);
  }

  /** Replace the changing line on stderr; undefined removes it. Without a terminal: nothing. */
  live(text: string | undefined): void {
    if (!this.isLive || text === this.#live) return;
    this.#live = text;
    const { stderr } = this.options;
    // One column stays free: some terminals wrap when the last one is written.
    stderr.write(
      `\r${text === undefined ? '' : fitText(text, (stderr.columns ?? 80) - 1)}\u001b[K`,
    );
  }

  style(style: Style, text: string): string {
    return this.options.hasColor ? styleText(style, text, { validateStream: false }) : text;
  }

  #error(text: string): void {
    const live = this.#live;
    this.live(undefined);
    this.options.stderr.write(`${text}\n`);
    this.live(live);
  }
}
