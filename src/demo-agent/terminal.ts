const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧'];

/** What the lower end of the screen shows; what lies above it scrolls away. */
export interface Footer {
  /** Undefined while nothing is worked at. */
  readonly work: { readonly seconds: number; readonly tick: number } | undefined;
  readonly question: { readonly text: string; readonly choices: readonly string[] } | undefined;
  readonly composer: string;
}

/** Draws on the normal screen: lines that stay, and below them a footer that is drawn anew. */
export class Terminal {
  readonly #write: (text: string) => void;
  readonly #columns: () => number;
  #rowsAbove = 0;

  constructor(write: (text: string) => void, columns: () => number) {
    this.#write = write;
    this.#columns = columns;
  }

  draw(footer: Footer, lines: readonly string[] = []): void {
    const rows = footerRows(footer);
    const up = this.#rowsAbove === 0 ? '' : `\u001B[${this.#rowsAbove}A`;
    const kept = lines.map((line) => `${line}\r\n`).join('');
    this.#write(`${up}\r\u001B[J${kept}${rows.join('\r\n')}`);
    const height = rows.map((row) => Math.ceil(width(row) / this.#columns()) || 1);
    this.#rowsAbove = height.reduce((sum, one) => sum + one, 0) - 1;
  }
}

function footerRows({ work, question, composer }: Footer): readonly string[] {
  const rows: string[] = [];
  if (work !== undefined) {
    const glyph = spinner[work.tick % spinner.length] ?? '';
    rows.push(`\u001B[36m${glyph}\u001B[0m Working… (${work.seconds} s · esc to interrupt)`);
  }
  if (question !== undefined) {
    const choices = question.choices.map((choice, index) => `  ${index + 1}. ${choice}`);
    return [...rows, `\u001B[1m?\u001B[0m ${question.text}`, ...choices];
  }
  return [...rows, ...`\u001B[1m❯\u001B[0m ${composer}`.split('\n')];
}

function width(row: string): number {
  // oxlint-disable-next-line no-control-regex -- our own colours
  return Array.from(row.replaceAll(/\u001B\[\d*m/g, '')).length;
}
