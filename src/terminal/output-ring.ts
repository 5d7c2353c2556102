/**
 * The newest bytes of a stream, by absolute offset, in the blocks in which they came: nothing is
 * copied until somebody asks. Full, it lets the oldest blocks go.
 */
export class OutputRing {
  readonly #limitBytes: number;
  #blocks: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  #start: number;
  #end: number;
  #brokenAt = -1;

  constructor(limitBytes: number, offset: number) {
    this.#limitBytes = limitBytes;
    this.#start = offset;
    this.#end = offset;
  }

  /** Offset behind the newest byte. */
  get end(): number {
    return this.#end;
  }

  push(bytes: Uint8Array): void {
    this.#blocks.push({ offset: this.#end, bytes });
    this.#end += bytes.length;
    let surplus = 0;
    while (this.#end - (this.#blocks[surplus + 1]?.offset ?? this.#end) >= this.#limitBytes) {
      surplus += 1;
    }
    if (surplus > 0) this.#blocks.splice(0, surplus);
    this.#start = this.#blocks[0]?.offset ?? this.#end;
  }

  /**
   * Forget everything and go on at an offset: what came before does not lead to what the screen
   * shows now, so whoever is there or before it cannot go on.
   */
  restart(offset: number): void {
    this.#blocks = [];
    this.#start = offset;
    this.#end = offset;
    this.#brokenAt = offset;
  }

  /** The bytes from an offset to the end; undefined when they are not all there. */
  from(offset: number): Uint8Array | undefined {
    if (offset < this.#start || offset > this.#end || offset <= this.#brokenAt) return undefined;
    return this.since(offset);
  }

  /** The same for who was drawn the screen of that very offset. */
  since(offset: number): Uint8Array | undefined {
    if (offset < this.#start || offset > this.#end) return undefined;
    const parts = this.#blocks
      .filter((block) => block.offset + block.bytes.length > offset)
      .map(({ offset: from, bytes }) => (from < offset ? bytes.subarray(offset - from) : bytes));
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }
}
