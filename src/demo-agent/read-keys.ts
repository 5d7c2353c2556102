import { StringDecoder } from 'node:string_decoder';

export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'enter' | 'backspace' | 'escape' | 'interrupt' | 'kill-line' };

const PASTE_START = '\u001B[200~';
const PASTE_END = '\u001B[201~';
/** A paste that never ends must not fill the memory. */
const LONGEST_PASTE = 1024 * 1024;

/** Turns what a raw terminal sends into keys; a read may end anywhere, also inside a sequence. */
export class KeyReader {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  read(bytes: Buffer): readonly Key[] {
    this.#rest += this.#decoder.write(bytes);
    const keys: Key[] = [];
    for (let key = this.#next(); key !== undefined; key = this.#next()) {
      if (key !== 'nothing') keys.push(key);
    }
    return keys;
  }

  #next(): Key | 'nothing' | undefined {
    const rest = this.#rest;
    if (rest === '') return undefined;
    if (rest.startsWith(PASTE_START)) return this.#paste();
    // A lone ESC at the end of a read is the key; tmux sends sequences in one piece.
    if (rest.length > 1 && PASTE_START.startsWith(rest)) return undefined;
    // oxlint-disable-next-line no-control-regex -- what terminals send
    const sequence = /^\u001B(?:\[[0-9;?]*[A-Za-z~]|O[A-Z])/.exec(rest);
    if (sequence !== null) {
      this.#rest = rest.slice(sequence[0].length);
      return 'nothing';
    }
    // oxlint-disable-next-line no-control-regex -- what terminals send
    const text = /^[^\u0000-\u001F\u007F]+/.exec(rest)?.[0];
    this.#rest = rest.slice(text?.length ?? 1);
    return text === undefined ? control(rest.charAt(0)) : { kind: 'text', text };
  }

  #paste(): Key | undefined {
    const end = this.#rest.indexOf(PASTE_END);
    if (end < 0 && this.#rest.length < LONGEST_PASTE) return undefined;
    const stop = end < 0 ? this.#rest.length : end;
    const text = this.#rest.slice(PASTE_START.length, stop).replaceAll('\r', '\n');
    this.#rest = this.#rest.slice(stop + PASTE_END.length);
    return { kind: 'paste', text };
  }
}

function control(character: string): Key | 'nothing' {
  switch (character) {
    case '\r':
    case '\n':
      return { kind: 'enter' };
    case '\u007F':
    case '\b':
      return { kind: 'backspace' };
    case '\u001B':
      return { kind: 'escape' };
    case '\u0003':
      return { kind: 'interrupt' };
    case '\u0015':
      return { kind: 'kill-line' };
    default:
      return 'nothing';
  }
}
