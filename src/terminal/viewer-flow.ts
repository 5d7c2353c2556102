export interface FlowLimits {
  /** Above so many unacknowledged bytes nothing more is sent, ... */
  readonly highBytes: number;
  /** ... until there are fewer than these. */
  readonly lowBytes: number;
  /** The same for bytes that the transport holds. */
  readonly bufferedHighBytes: number;
  readonly bufferedLowBytes: number;
}

/**
 * The credit of one viewer: what was sent to it and what it has said it parsed. It decides alone
 * whether output goes to this viewer; nobody else waits for it.
 */
export class ViewerFlow {
  readonly #limits: FlowLimits;
  #sentTo = 0;
  #ackedTo = 0;
  /** A snapshot has a size of its own, which the offset it stands for does not tell. */
  #snapshot: { readonly offset: number; readonly bytes: number } | undefined;
  #isBlocked = false;

  constructor(limits: FlowLimits) {
    this.#limits = limits;
  }

  get unackedBytes(): number {
    return this.#sentTo - this.#ackedTo + (this.#snapshot?.bytes ?? 0);
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** The viewer goes on where it was. */
  goOn(offset: number): void {
    this.#sentTo = offset;
    this.#ackedTo = offset;
  }

  sentSnapshot(offset: number, bytes: number): void {
    this.#isBlocked = false;
    // What was sent before and is not acknowledged yet still fills the way.
    this.#snapshot = { offset, bytes: bytes + this.unackedBytes };
    this.#sentTo = offset;
    this.#ackedTo = offset;
  }

  sentDelta(end: number): void {
    this.#sentTo = end;
  }

  /** What it cannot have parsed yet counts for nothing. */
  ack(offset: number): void {
    if (offset > this.#sentTo) return;
    if (this.#snapshot !== undefined && offset >= this.#snapshot.offset) this.#snapshot = undefined;
    this.#ackedTo = Math.max(this.#ackedTo, offset);
  }

  /** Whether the next output goes to it; once not, none does before a snapshot. */
  admits(bufferedBytes: number): boolean {
    const { highBytes, bufferedHighBytes } = this.#limits;
    if (this.unackedBytes > highBytes || bufferedBytes > bufferedHighBytes) this.#isBlocked = true;
    return !this.#isBlocked;
  }

  /** Whether it was left out and can be given a snapshot now. */
  canResume(bufferedBytes: number): boolean {
    const { lowBytes, bufferedLowBytes } = this.#limits;
    return this.#isBlocked && this.unackedBytes < lowBytes && bufferedBytes <= bufferedLowBytes;
  }

  /** Output was left out for everybody: the next thing to be sent is a snapshot. */
  block(): void {
    this.#isBlocked = true;
  }
}
