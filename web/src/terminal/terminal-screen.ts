import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';
import { copyText } from '../ui/copy-text.ts';
import { createTerminal } from './create-terminal.ts';
import { fitFont, READABLE_FONT, SMALLEST_FONT } from './fit-font.ts';

export interface ScreenEvents {
  /** Bytes of keys, as the program in the terminal expects them. */
  readonly onKeys: (bytes: string) => void;
  /** Text that somebody wants to paste. */
  readonly onPaste: (text: string) => void;
  /** Ctrl+Shift+F, or Cmd+F. */
  readonly onFind: () => void;
}

const SCROLLBACK_ROWS = 5_000;

/** The drawn terminal of one agent. The server decides its size, and the font follows the page. */
export class TerminalScreen {
  readonly search = new SearchAddon();
  readonly #terminal: Terminal;
  readonly #box: HTMLElement;
  readonly #observer: ResizeObserver;
  #smallest = SMALLEST_FONT;

  constructor(box: HTMLElement, events: ScreenEvents) {
    this.#box = box;
    const terminal = createTerminal({
      scrollback: SCROLLBACK_ROWS,
      fontSize: 12,
      macOptionIsMeta: true,
      rightClickSelectsWord: true,
    });
    this.#terminal = terminal;
    terminal.loadAddon(this.search);
    terminal.loadAddon(new WebLinksAddon((event, uri) => openLink(event, uri)));
    terminal.open(box);
    this.#draw();
    terminal.onData(events.onKeys);
    terminal.onBinary(events.onKeys);
    terminal.attachCustomKeyEventHandler((event) => this.#takeKey(event, events));
    // Before xterm's own listener, which would send the text unseen.
    box.addEventListener('paste', (event) => takePaste(event, events.onPaste), { capture: true });
    this.#observer = new ResizeObserver(() => this.fit());
    this.#observer.observe(box);
  }

  /** Draw a whole screen anew. */
  show(
    { columns, rows, bytes }: { columns: number; rows: number; bytes: Uint8Array },
    parsed: () => void,
  ): void {
    this.#terminal.reset();
    this.#terminal.resize(columns, rows);
    this.fit();
    this.#terminal.write(bytes, parsed);
  }

  print(bytes: Uint8Array, parsed: () => void): void {
    this.#terminal.write(bytes, parsed);
  }

  setWritable(isWritable: boolean): void {
    this.#terminal.options.disableStdin = !isWritable;
    this.#terminal.options.cursorBlink = isWritable;
    if (isWritable) this.focus();
  }

  /** True when the program asked for the other codes of the arrow keys. */
  get isApplicationKeys(): boolean {
    return this.#terminal.modes.applicationCursorKeysMode;
  }

  /** What is selected; empty when nothing is. */
  get selection(): string {
    return this.#terminal.getSelection();
  }

  /** The size in which this page would show the screen in a font that is easy to read. */
  get comfortableSize(): { readonly columns: number; readonly rows: number } {
    const cell = this.#cell();
    const size = 13;
    return {
      columns: Math.min(500, Math.max(20, Math.floor(this.#box.clientWidth / (cell.width * size)))),
      rows: Math.min(200, Math.max(5, Math.floor(this.#box.clientHeight / (cell.height * size)))),
    };
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Keep letters large enough to read, also where the screen is then wider than the page. */
  setReadable(isReadable: boolean): void {
    this.#smallest = isReadable ? READABLE_FONT : SMALLEST_FONT;
    this.fit();
  }

  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#box;
    if (width === 0 || height === 0) return;
    const { cols: columns, rows } = this.#terminal;
    const size = fitFont({ width, height }, { columns, rows }, this.#cell(), this.#smallest);
    if (size !== this.#terminal.options.fontSize) this.#terminal.options.fontSize = size;
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#terminal.dispose();
  }

  /** One cell of a font of one pixel. */
  #cell(): { readonly width: number; readonly height: number } {
    const screen = this.#box.querySelector('.xterm-screen');
    const size = this.#terminal.options.fontSize ?? 12;
    const { cols, rows } = this.#terminal;
    if (!(screen instanceof HTMLElement) || screen.clientWidth === 0) {
      return { width: 0.61, height: 1.2 };
    }
    return {
      width: screen.clientWidth / cols / size,
      height: screen.clientHeight / rows / size,
    };
  }

  /** By the graphics card where there is one; browsers allow few such terminals, so one a page. */
  #draw(): void {
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => webgl.dispose());
      this.#terminal.loadAddon(webgl);
    } catch {
      // Then xterm draws by elements, which all browsers can.
    }
  }

  #takeKey(event: KeyboardEvent, { onFind }: ScreenEvents): boolean {
    if (event.type !== 'keydown') return true;
    const isMac = event.metaKey && !event.ctrlKey;
    const isChord = isMac || (event.ctrlKey && event.shiftKey);
    const key = event.key.toLowerCase();
    if (isChord && key === 'f') {
      event.preventDefault();
      onFind();
      return false;
    }
    if (isChord && key === 'c' && this.selection !== '') {
      event.preventDefault();
      void copyText(this.selection);
      return false;
    }
    // The browser's paste, which comes as an event with the text.
    if (isChord && key === 'v') return false;
    return true;
  }
}

function takePaste(event: ClipboardEvent, onPaste: (text: string) => void): void {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  event.preventDefault();
  event.stopPropagation();
  if (text !== '') onPaste(text);
}

/** What an agent prints may be from anybody: nothing opens by a mere click, nor knows this page. */
function openLink(event: MouseEvent, uri: string): void {
  if (!event.ctrlKey && !event.metaKey) return;
  if (!/^https?:\/\//i.test(uri)) return;
  window.open(uri, '_blank', 'noopener,noreferrer');
}
