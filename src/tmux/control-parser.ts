import { isPaneId, type PaneId } from './ids.ts';

/** What a control connection says, piece by piece. */
export type ControlEvent =
  | ReplyEvent
  | { readonly kind: 'output'; readonly pane: PaneId; readonly bytes: Buffer }
  /** A `%...` line other than output. */
  | { readonly kind: 'line'; readonly text: string }
  /** A line that nothing asked for, such as what a hook prints. */
  | { readonly kind: 'stray'; readonly text: string }
  /** The order of the stream cannot be trusted any more. */
  | { readonly kind: 'broken'; readonly reason: string };

export interface ReplyEvent {
  readonly kind: 'reply';
  /** False for blocks that answer no command of ours: attaching, hooks, key bindings. */
  readonly isOurs: boolean;
  readonly isError: boolean;
  readonly lines: readonly Buffer[];
}

interface Block {
  readonly isOurs: boolean;
  /** `TIME NUMBER FLAGS`, which its end repeats. */
  readonly tag: string;
  readonly lines: Buffer[];
  bytes: number;
}

/** Longest line and largest reply we hold; tmux sends output in pieces far below this. */
const MOST_BYTES = 64 * 1024 * 1024;

const LF = 0x0a;

/**
 * Cut the bytes of a control connection into events. Feed it chunks as they come, cut anywhere.
 *
 * Inside a block every line is content, even one that looks like a notification; only the end
 * with the block's own tag closes it (tmux(1), CONTROL MODE).
 */
export class ControlParser {
  #rest: Buffer[] = [];
  #restBytes = 0;
  #block: Block | undefined;

  /** The events that this chunk completes, in order. */
  feed(chunk: Buffer): ControlEvent[] {
    const events: ControlEvent[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#line(this.#complete(chunk.subarray(start, end)), events);
      start = end + 1;
    }
    if (start < chunk.length) {
      // A copy: the chunk's memory is the socket's and would be held for a few bytes.
      this.#rest.push(Buffer.from(chunk.subarray(start)));
      this.#restBytes += chunk.length - start;
    }
    if (this.#restBytes > MOST_BYTES) events.push(broken('a line has no end'));
    return events;
  }

  #complete(end: Buffer): Buffer {
    if (this.#rest.length === 0) return end;
    const line = Buffer.concat([...this.#rest, end]);
    this.#rest = [];
    this.#restBytes = 0;
    return line;
  }

  #line(line: Buffer, events: ControlEvent[]): void {
    if (this.#block === undefined) this.#outside(line, events);
    else this.#inside(this.#block, line, events);
  }

  #inside(block: Block, line: Buffer, events: ControlEvent[]): void {
    if (line[0] === PERCENT) {
      const text = line.toString('latin1');
      const isError = text === `%error ${block.tag}`;
      if (isError || text === `%end ${block.tag}`) {
        this.#block = undefined;
        events.push({ kind: 'reply', isOurs: block.isOurs, isError, lines: block.lines });
        return;
      }
    }
    block.lines.push(Buffer.from(line));
    block.bytes += line.length + 1;
    if (block.bytes > MOST_BYTES) events.push(broken('a reply is too large'));
  }

  #outside(line: Buffer, events: ControlEvent[]): void {
    if (line[0] !== PERCENT) {
      events.push({ kind: 'stray', text: line.toString('utf8') });
      return;
    }
    const output = parseOutput(line);
    if (output !== undefined) {
      events.push(output);
      return;
    }
    const text = line.toString('utf8');
    const begin = /^%begin (\d+ \d+ (\d+))$/.exec(text);
    if (begin !== null) {
      const [, tag = '', flags = ''] = begin;
      this.#block = { isOurs: flags === '1', tag, lines: [], bytes: 0 };
    } else if (/^%(end|error) \d+ \d+ \d+$/.test(text)) {
      // Content of a reply posed as its end, so what followed was read as something else.
      events.push(broken('a reply ended twice'));
    } else {
      events.push({ kind: 'line', text });
    }
  }
}

const PERCENT = 0x25;
const OUTPUT = Buffer.from('%output ');
const EXTENDED = Buffer.from('%extended-output ');
const SEPARATOR = Buffer.from(' : ');

/** `%output %1 TEXT`, or `%extended-output %1 AGE : TEXT` (more fields may come before the colon). */
function parseOutput(line: Buffer): ControlEvent | undefined {
  const isExtended = startsWith(line, EXTENDED);
  if (!isExtended && !startsWith(line, OUTPUT)) return undefined;
  const idStart = isExtended ? EXTENDED.length : OUTPUT.length;
  const idEnd = line.indexOf(0x20, idStart);
  if (idEnd === -1) return undefined;
  const pane = line.toString('latin1', idStart, idEnd);
  const separator = isExtended ? line.indexOf(SEPARATOR, idEnd) : idEnd;
  if (!isPaneId(pane) || separator === -1) return undefined;
  const bytes = unescape(line, isExtended ? separator + SEPARATOR.length : idEnd + 1);
  return { kind: 'output', pane, bytes };
}

function startsWith(line: Buffer, prefix: Buffer): boolean {
  return (
    line.length >= prefix.length && line.compare(prefix, 0, prefix.length, 0, prefix.length) === 0
  );
}

/** tmux writes bytes below space, and `\`, as `\ooo`; all others as they are. */
function unescape(line: Buffer, from: number): Buffer {
  const bytes = Buffer.allocUnsafe(line.length - from);
  let length = 0;
  for (let at = from; at < line.length; at += 1) {
    let byte = line[at] ?? 0;
    if (byte === BACKSLASH) {
      const value = octal(line, at + 1);
      if (value !== undefined) {
        byte = value;
        at += 3;
      }
    }
    bytes[length] = byte;
    length += 1;
  }
  return bytes.subarray(0, length);
}

const BACKSLASH = 0x5c;

function octal(line: Buffer, at: number): number | undefined {
  let value = 0;
  for (let place = at; place < at + 3; place += 1) {
    const digit = (line[place] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return value & 0xff;
}

function broken(reason: string): ControlEvent {
  return { kind: 'broken', reason };
}
