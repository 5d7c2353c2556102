import type { Frame } from './frames.ts';

export interface CastHeader {
  /** Wall time in ms of the start. */
  readonly startedAt: number;
  readonly title: string;
  /** The value of TERM. */
  readonly terminal: string;
  /** Size until the recording tells one. */
  readonly columns: number;
  readonly rows: number;
}

/**
 * Write a recording as asciicast v3, one line at a time: a header, then `[interval, code, data]`
 * with the seconds since the line before. https://docs.asciinema.org/manual/asciicast/v3/
 *
 * The file can be printed: control characters, those of C1 too, come as `\uXXXX`.
 */
export async function* castLines(
  frames: AsyncIterable<Frame>,
  header: CastHeader,
): AsyncGenerator<string> {
  let isBegun = false;
  let before = 0;
  for await (const frame of frames) {
    if (!isBegun) {
      isBegun = true;
      if (frame.kind === 'resize') {
        yield headerLine({ ...header, columns: frame.columns, rows: frame.rows });
        continue;
      }
      yield headerLine(header);
    }
    yield `[${((frame.ms - before) / 1000).toFixed(3)}, ${eventOf(frame)}]\n`;
    before = frame.ms;
  }
  if (!isBegun) yield headerLine(header);
}

function headerLine({ startedAt, title, terminal, columns, rows }: CastHeader): string {
  const term = { cols: columns, rows, type: terminal };
  const timestamp = Math.floor(startedAt / 1000);
  return `${printable({ version: 3, term, timestamp, title })}\n`;
}

function eventOf(frame: Frame): string {
  switch (frame.kind) {
    case 'output':
      return `"o", ${printable(frame.text)}`;
    case 'resize':
      return `"r", "${frame.columns}x${frame.rows}"`;
    case 'marker':
      return `"m", ${printable(frame.label)}`;
    case 'exit':
      return `"x", "${frame.status}"`;
    default:
      return frame satisfies never;
  }
}

function printable(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
