import { abortable } from '../base/index.ts';
import { PlainText } from '../tmux/index.ts';
import type { LiveScreen } from './live-screen.ts';
import type { LiveTerminal } from './live-terminal.ts';
import type { Delta, Snapshot, Viewer } from './terminal.ts';
import type { FlowLimits } from './viewer-flow.ts';
import { Watcher } from './watcher.ts';

interface Entered {
  readonly terminal: LiveTerminal;
  readonly leave: () => void;
}

/**
 * Read a terminal as text. What waits for the reader is bounded by the same credit as any viewer's:
 * beyond it the screen's last lines come again in place of what was left out.
 */
export async function* followText(
  { tailLines, limits }: { readonly tailLines: number; readonly limits: FlowLimits },
  enter: (watcher: Watcher) => Promise<Entered>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const reader = new TextReader(tailLines);
  const onDraw = (screen: LiveScreen): void => reader.take(screen);
  const watcher = new Watcher(reader, { mode: 'stream', limits, isHidden: true, onDraw });
  const { terminal, leave } = await enter(watcher);
  try {
    for (;;) {
      const item = await reader.next(signal);
      if (item === undefined) return;
      if (item.text !== '') yield item.text;
      terminal.ack(watcher, item.offset);
    }
  } finally {
    leave();
  }
}

interface Item {
  readonly text: string;
  /** Up to which it is read then. */
  readonly offset: number;
}

/** A viewer that keeps what it is sent until it is read. */
class TextReader implements Viewer {
  readonly userId = '';
  readonly name = '';
  readonly bufferedBytes = 0;
  readonly #tailLines: number;
  #items: Item[] = [];
  #tail = '';
  #isEnded = false;
  #text = new PlainText();
  #wake: (() => void) | undefined;

  constructor(tailLines: number) {
    this.#tailLines = tailLines;
  }

  async next(signal: AbortSignal): Promise<Item | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const item = this.#items.shift();
      if (item !== undefined) return item;
      if (this.#isEnded) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await abortable(promise, signal);
    }
  }

  take({ model }: LiveScreen): void {
    const lines = model.lastLines(this.#tailLines);
    this.#tail = lines.map((line) => `${line}\n`).join('');
  }

  onSnapshot({ offset }: Snapshot): void {
    // What was not read yet is part of the screen.
    this.#items = [{ text: this.#tail, offset }];
    this.#text = new PlainText();
    this.#wake?.();
  }

  onDelta({ offset, bytes }: Delta): void {
    // A CR LF is one line end, and a line that is drawn over begins anew.
    const text = this.#text.feed(Buffer.from(bytes)).replaceAll(/\n+/g, '\n');
    this.#items.push({ text, offset: offset + bytes.length });
    this.#wake?.();
  }

  onEnd(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  onThumbnail(): void {}
  onLease(): void {}
  onPresence(): void {}
  onInputAck(): void {}
}
