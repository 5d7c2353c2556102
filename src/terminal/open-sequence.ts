/** Longer ones are cut: a viewer then sees their rest as text until the next screen. */
const LONGEST = 4_096;
const ESC = 0x1b;

/**
 * Follows a stream of a terminal just far enough to know what it ended in the middle of: an escape
 * sequence, or a letter of several bytes. A screen that is drawn for somebody at that point needs
 * this in front of what comes next.
 */
export class OpenSequence {
  #open: Uint8Array = new Uint8Array();

  /** The bytes of what has begun and not ended. */
  get bytes(): Uint8Array {
    return this.#open;
  }

  feed(bytes: Uint8Array): void {
    const whole = this.#open.length === 0 ? bytes : Buffer.concat([this.#open, bytes]);
    const start = openStart(whole);
    // A copy: the stream's block is not held for its last bytes.
    this.#open = start < 0 ? new Uint8Array() : whole.slice(start, start + LONGEST);
  }
}

/** Where the sequence begins that the bytes end in, or -1. */
function openStart(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(ESC); at >= 0; at = bytes.indexOf(ESC, at)) {
    const end = sequenceEnd(bytes, at);
    if (end < 0) return at;
    at = end;
  }
  return openLetter(bytes);
}

/** The place behind the sequence that begins here, or -1 when it is not there. */
function sequenceEnd(bytes: Uint8Array, start: number): number {
  const kind = bytes[start + 1];
  if (kind === undefined) return -1;
  // [
  if (kind === 0x5b) return finalEnd(bytes, start + 2, 0x40);
  // P X ] ^ _ and k, the title of screen and tmux
  if ([0x50, 0x58, 0x5d, 0x5e, 0x5f, 0x6b].includes(kind)) return stringEnd(bytes, start + 2);
  return finalEnd(bytes, start + 1, 0x30);
}

/** Behind the first byte from `lowest` to `~`, or at one that breaks it off. */
function finalEnd(bytes: Uint8Array, from: number, lowest: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === ESC) return at;
    if (byte === 0x18 || byte === 0x1a || byte >= 0x7f) return at + 1;
    if (byte >= lowest) return at + 1;
  }
  return -1;
}

/** Behind BEL, CAN or SUB, or at the ESC of the end mark. */
function stringEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x07 || byte === 0x18 || byte === 0x1a) return at + 1;
    if (byte === ESC) return at;
  }
  return -1;
}

/** Where a letter of UTF-8 begins whose last bytes are missing, or -1. */
function openLetter(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return -1;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : -1;
    }
  }
  return -1;
}
