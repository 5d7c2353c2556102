import type { TextStream } from './printer.ts';

/** A stream that keeps what was written, for tests. */
export class FakeStream implements TextStream {
  readonly isTTY: boolean;
  readonly columns: number;
  text = '';

  constructor(isTTY: boolean, columns = 80) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  /** What a terminal would show: each line as it was last drawn. */
  get screen(): readonly string[] {
    const lines = this.text.split('\n').map((line) => line.split('\r').at(-1) ?? '');
    return lines.map((line) => line.replaceAll('\u001b[K', '')).filter((line) => line !== '');
  }
}
