/** `text` keeps no escape sequence; `screen` keeps those that draw. */
export type FilterMode = 'text' | 'screen';

/** An escape sequence that has not ended after so many characters never will. */
const LONGEST_SEQUENCE = 4_096;

/**
 * Take escape sequences out of what a program printed, chunk by chunk: a sequence may begin in one
 * chunk and end in a later one.
 *
 * Mode `screen` is for a person's terminal. It drops what a terminal would answer or what acts
 * beyond the screen (reports, clipboard, titles, mouse): a recording must not type or copy.
 * Sequences: ECMA-48, and XTerm Control Sequences for those that report.
 */
export class TextFilter {
  readonly #mode: FilterMode;
  #rest = '';

  constructor(mode: FilterMode) {
    this.#mode = mode;
  }

  take(chunk: string): string {
    const text = this.#rest + chunk;
    this.#rest = '';
    let kept = '';
    let place = 0;
    while (place < text.length) {
      const next = text.indexOf('\u001b', place);
      const plain = text.slice(place, next === -1 ? undefined : next);
      kept += this.#mode === 'text' ? withoutControls(plain) : plain;
      if (next === -1) break;
      const sequence = matchAt(text, next);
      if (sequence === undefined && text.length - next < LONGEST_SEQUENCE) {
        this.#rest = text.slice(next);
        break;
      }
      if (this.#mode === 'screen' && sequence !== undefined && draws(sequence)) kept += sequence;
      place = next + (sequence?.length ?? 1);
    }
    return kept;
  }
}

/* oxlint-disable no-control-regex -- control characters are what this file is about */
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]/g;
/** CSI, then the strings (OSC, DCS, SOS, PM, APC) up to their end, then the short ones. */
const escape =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_](?:[^\u0007\u001b]|\u001b(?!\\)){0,4096}(?:\u0007|\u001b\\)|[ -/]+[0-~]|[0-OQ-WYZ\\`-~])/y;
/** Reports (`c`, `n`, `t`, `x`, `q`, `p`, `u`) and modes that make a terminal send something. */
const reports =
  /^\u001b(?:\[[0-?]*[ -/]*[cntxqpu]|\[\?(?:1|9|100\d|101[56]|2004|2031|2048)[hl]|[\]PX^_Zc])/;
/* oxlint-enable no-control-regex */

function withoutControls(text: string): string {
  return text.replaceAll(/\r+\n?/g, '\n').replaceAll(controls, '');
}

function matchAt(text: string, place: number): string | undefined {
  escape.lastIndex = place;
  return escape.exec(text)?.[0];
}

function draws(sequence: string): boolean {
  return !reports.test(sequence);
}
