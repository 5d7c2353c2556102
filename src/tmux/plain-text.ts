import { StringDecoder } from 'node:string_decoder';

type State = 'text' | 'escape' | 'csi' | 'string' | 'string-escape' | 'charset';

/**
 * Turn a pane's bytes into the text a reader would take from them: escape sequences go, moves of
 * the cursor become blanks or line ends, so that words do not run together. Feed it any cut.
 */
export class PlainText {
  readonly #decoder = new StringDecoder('utf8');
  #state: State = 'text';

  feed(bytes: Buffer): string {
    let text = '';
    for (const character of this.#decoder.write(bytes)) text += this.#next(character);
    return text;
  }

  #next(character: string): string {
    switch (this.#state) {
      case 'text':
        return this.#text(character);
      case 'escape':
        this.#state = afterEscape(character);
        return '';
      case 'charset':
        this.#state = 'text';
        return '';
      case 'csi':
        if (character < '@' || character > '~') return '';
        this.#state = 'text';
        return moved(character);
      case 'string':
        if (character === '\u0007') this.#state = 'text';
        if (character === ESC) this.#state = 'string-escape';
        return '';
      case 'string-escape':
        this.#state = character === '\\' ? 'text' : afterEscape(character);
        return '';
      default:
        return this.#state satisfies never;
    }
  }

  #text(character: string): string {
    if (character === ESC) {
      this.#state = 'escape';
      return '';
    }
    if (character === '\r' || character === '\n') return '\n';
    if (character === '\t') return ' ';
    return /\p{Cc}/u.test(character) ? '' : character;
  }
}

const ESC = '\u001b';

function afterEscape(character: string): State {
  if (character === '[') return 'csi';
  if (']P_^Xk'.includes(character)) return 'string';
  if ('()*+-./#%'.includes(character)) return 'charset';
  return character === ESC ? 'escape' : 'text';
}

/** What a control sequence does to the text: C, G move along the row; A B d E F f H elsewhere. */
function moved(final: string): string {
  if ('CG`a'.includes(final)) return ' ';
  return 'ABEFHdef'.includes(final) ? '\n' : '';
}
