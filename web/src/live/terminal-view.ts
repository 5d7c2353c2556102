import {
  decodeSnap,
  encodeFrame,
  endView,
  type EndView,
  type Frame,
  frameError,
  type FrameError,
  jsonPayload,
  leaseView,
  type LeaseView,
  presenceView,
  type PresenceView,
  readJsonPayload,
  serverFrames,
  type SubPayload,
  thumbPayload,
  type ThumbPayload,
  viewerFrames,
  type ViewerFrameName,
} from '../../../src/contract/index.ts';

/** What is drawn. Call `parsed` when the terminal has parsed the bytes: it is the credit. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
  /** Output was left out before it. */
  readonly isResync: boolean;
}

export interface TerminalListener {
  /** Reset the terminal, give it this size, then write the bytes. */
  onSnapshot(screen: Screen, parsed: () => void): void;
  onDelta(bytes: Uint8Array, parsed: () => void): void;
  onThumbnail?(thumbnail: ThumbPayload): void;
  onLease?(lease: LeaseView): void;
  onPresence?(presence: PresenceView): void;
  /** Nothing more will be printed. */
  onEnd?(end: EndView): void;
  onError?(error: FrameError): void;
  /** Input that was sent, and that nobody knows to have been typed. It is not sent again. */
  onInputLost?(lost: { readonly inputs: number; readonly bytes: number }): void;
}

/** Why something was not sent. */
export type TypeResult = 'sent' | 'offline' | 'not-writer' | 'too-large' | 'too-fast';

interface Typed {
  readonly seq: number;
  readonly bytes: number;
}

/** A frame has its head beside the payload, within 64 KiB. */
export const LARGEST_INPUT = 60 * 1_024;
/** Parsed bytes that are acknowledged at once; far below where the server stops. */
const ACK_STEP = 32 * 1_024;
/** Input that may wait for its acknowledgement. */
const MOST_OUTSTANDING = 256 * 1_024;
const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

export interface ViewLink {
  readonly isOpen: boolean;
  send(frame: Uint8Array): void;
  /** Forget the view. */
  leave(pane: number): void;
}

/** One terminal that is shown, over any number of connections. Made by `TerminalClient.show`. */
export class TerminalView {
  readonly pane: number;
  readonly agentId: string;
  readonly #link: ViewLink;
  readonly #listener: TerminalListener;
  #mode: SubPayload['mode'];
  #epoch: number | undefined;
  #received = 0;
  #acked = 0;
  #seq = 0;
  #outstanding: Typed[] = [];
  #isWriter = false;
  #isClosed = false;

  constructor(
    { pane, agentId, mode }: { pane: number; agentId: string; mode: SubPayload['mode'] },
    link: ViewLink,
    listener: TerminalListener,
  ) {
    this.pane = pane;
    this.agentId = agentId;
    this.#mode = mode;
    this.#link = link;
    this.#listener = listener;
  }

  /** Whether this view may type now. */
  get isWriter(): boolean {
    return this.#isWriter && this.#link.isOpen;
  }

  /** A hidden terminal costs a small picture now and then, a shown one its stream. */
  setMode(mode: SubPayload['mode']): void {
    if (mode === this.#mode || this.#isClosed) return;
    this.#mode = mode;
    this.subscribe();
  }

  /** Type bytes; what is too long for one frame goes in several. */
  type(data: string | Uint8Array): TypeResult {
    const bytes = typeof data === 'string' ? encoder.encode(data) : data;
    const refusal = this.#refusal(bytes.length);
    if (refusal !== undefined) return refusal;
    for (let start = 0; start < bytes.length; start += LARGEST_INPUT) {
      this.#sendInput('input', bytes.subarray(start, start + LARGEST_INPUT));
    }
    return 'sent';
  }

  /** Type text as one bracketed paste. */
  paste(text: string): TypeResult {
    const bytes = encoder.encode(text);
    const refusal = this.#refusal(bytes.length);
    if (refusal !== undefined) return refusal;
    if (bytes.length > LARGEST_INPUT) return 'too-large';
    this.#sendInput('paste', bytes);
    return 'sent';
  }

  /** Ask for the right to type; the answer comes by `onLease` or `onError`. */
  acquire(): void {
    this.#send('lease', jsonPayload({ action: 'acquire' }));
  }

  /** The same, also while somebody else has it. */
  take(): void {
    this.#send('lease', jsonPayload({ action: 'take' }));
  }

  renew(): void {
    this.#send('lease', jsonPayload({ action: 'renew' }));
  }

  release(): void {
    this.#send('lease', jsonPayload({ action: 'release' }));
  }

  /** For the writer alone. */
  resize(columns: number, rows: number): void {
    if (this.isWriter) this.#send('resize', jsonPayload({ columns, rows }));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#send('unsub', nothing);
    this.#link.leave(this.pane);
  }

  /** Ask for the terminal, from where this view is. Called by the client on each connection. */
  subscribe(): void {
    this.#loseInput();
    const canGoOn = this.#mode === 'stream' && this.#epoch !== undefined;
    const from = canGoOn ? { from: { epoch: this.#epoch, seq: this.#received } } : {};
    this.#send('sub', jsonPayload({ agent_id: this.agentId, mode: this.#mode, ...from }));
  }

  /** The connection is gone. */
  disconnect(): void {
    this.#loseInput();
  }

  /** @throws {FrameFormatError} the server speaks another protocol. */
  hear({ type, epoch, seq, payload }: Frame): void {
    const listener = this.#listener;
    switch (type) {
      case serverFrames.snap:
        return this.#draw(epoch, seq, payload);
      case serverFrames.delta:
        return this.#print(epoch, seq, payload);
      case serverFrames.thumb:
        return listener.onThumbnail?.(readJsonPayload(thumbPayload, payload));
      case serverFrames.inputAck:
        this.#outstanding = this.#outstanding.filter((one) => one.seq > seq);
        return;
      case serverFrames.lease: {
        const lease = readJsonPayload(leaseView, payload);
        this.#isWriter = lease.is_mine;
        return listener.onLease?.(lease);
      }
      case serverFrames.presence:
        return listener.onPresence?.(readJsonPayload(presenceView, payload));
      case serverFrames.end:
        return listener.onEnd?.(readJsonPayload(endView, payload));
      case serverFrames.error:
        return this.#fail(readJsonPayload(frameError, payload), seq);
      default:
      // A newer server may say more.
    }
  }

  #draw(epoch: number, offset: number, payload: Uint8Array): void {
    const { facts, bytes } = decodeSnap(payload);
    this.#epoch = epoch;
    this.#received = offset;
    this.#acked = offset;
    const { columns, rows, is_resync: isResync } = facts;
    this.#listener.onSnapshot({ columns, rows, bytes, isResync }, () => {
      if (epoch === this.#epoch) this.#send('ack', nothing, offset);
    });
  }

  #print(epoch: number, offset: number, bytes: Uint8Array): void {
    this.#epoch = epoch;
    this.#received = offset + bytes.length;
    const end = this.#received;
    this.#listener.onDelta(bytes, () => {
      if (epoch !== this.#epoch || end - this.#acked < ACK_STEP) return;
      this.#acked = end;
      this.#send('ack', nothing, end);
    });
  }

  #fail(error: FrameError, seq: number): void {
    const lost = this.#outstanding.some((one) => one.seq === seq);
    this.#listener.onError?.(error);
    if (!lost) return;
    this.#outstanding = this.#outstanding.filter((one) => one.seq !== seq);
    // The server counts what it refused for its content, not what it did not look at.
    const isCounted = /^terminal\.(?:not-writer|gone)$/.test(error.code);
    if (!isCounted) this.subscribe();
  }

  #refusal(bytes: number): TypeResult | undefined {
    if (!this.#link.isOpen) return 'offline';
    if (!this.#isWriter || this.#isClosed) return 'not-writer';
    if (bytes > MOST_OUTSTANDING) return 'too-large';
    const waiting = this.#outstanding.reduce((sum, one) => sum + one.bytes, 0);
    return waiting + bytes > MOST_OUTSTANDING ? 'too-fast' : undefined;
  }

  #sendInput(name: 'input' | 'paste', bytes: Uint8Array): void {
    this.#seq += 1;
    this.#outstanding.push({ seq: this.#seq, bytes: bytes.length });
    this.#send(name, bytes, this.#seq);
  }

  #loseInput(): void {
    const lost = this.#outstanding;
    this.#outstanding = [];
    this.#seq = 0;
    this.#isWriter = false;
    if (lost.length === 0) return;
    const bytes = lost.reduce((sum, one) => sum + one.bytes, 0);
    this.#listener.onInputLost?.({ inputs: lost.length, bytes });
  }

  #send(name: ViewerFrameName, payload: Uint8Array, seq = 0): void {
    if (!this.#link.isOpen) return;
    const type = viewerFrames[name];
    this.#link.send(encodeFrame({ type, pane: this.pane, epoch: this.#epoch ?? 0, seq, payload }));
  }
}
