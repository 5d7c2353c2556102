/** Where an agent's terminal is: its recording on disk, and its pane while it lives. */
export interface TerminalPlace {
  /** Names the terminal; see `agent_id` of the contract. */
  readonly agentId: string;
  /** Directory with `stream.log` and `stream.times`. */
  readonly homeDir: string;
  readonly columns: number;
  readonly rows: number;
  /** Undefined when the agent is gone: what it printed can be seen, nothing typed. */
  readonly pane: { readonly socketPath: string; readonly paneId: string } | undefined;
}

export interface Snapshot {
  readonly epoch: number;
  /** Offset of the first byte that is not in it. */
  readonly offset: number;
  readonly columns: number;
  readonly rows: number;
  /** What draws it in a terminal that was reset. */
  readonly bytes: Uint8Array;
  readonly isResync: boolean;
}

export interface Delta {
  readonly epoch: number;
  /** Absolute offset of the first byte in what the terminal printed. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface Thumbnail {
  readonly columns: number;
  readonly rows: number;
  readonly text: readonly string[];
}

export interface LeaseState {
  readonly holder: { readonly userId: string; readonly name: string } | undefined;
  readonly isMine: boolean;
  readonly expiresInMs: number | undefined;
}

export interface Presence {
  readonly viewers: number;
  readonly names: readonly string[];
}

export interface TerminalEnd {
  readonly reason: 'exited' | 'lost' | 'removed';
  readonly detail: string;
}

/**
 * Someone who watches a terminal; a door turns the calls into frames. Each call returns at once
 * and throws nothing: what cannot be sent is the transport's, which says so by `bufferedBytes`.
 */
export interface Viewer {
  readonly userId: string;
  readonly name: string;
  /** Bytes that were handed to the transport and have not left this process. */
  readonly bufferedBytes: number;
  onSnapshot(snapshot: Snapshot): void;
  onDelta(delta: Delta): void;
  onThumbnail(thumbnail: Thumbnail): void;
  onLease(lease: LeaseState): void;
  onPresence(presence: Presence): void;
  /** `seq` is the last input that reached the terminal. */
  onInputAck(seq: number): void;
  onEnd(end: TerminalEnd): void;
}

export interface WatchWish {
  readonly mode: 'stream' | 'thumb';
  /** Go on there where it is still known; else the viewer gets a snapshot. */
  readonly from?: { readonly epoch: number; readonly offset: number } | undefined;
}

/** One viewer at one terminal, until disposed. */
export interface Watching extends Disposable {
  /** The viewer has parsed everything before this offset. */
  ack(offset: number): void;
  /**
   * Type raw bytes. `seq` counts the viewer's inputs from 1: one that came before is not typed
   * again, and a gap is refused.
   *
   * @throws {CodedError} `terminal.not-writer`, `terminal.input-gap`, `terminal.gone`
   */
  input(seq: number, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** The same with text as one bracketed paste. */
  paste(seq: number, text: string, signal: AbortSignal): Promise<void>;
  /** @throws {CodedError} `terminal.held` when somebody else holds it and it is not taken. */
  acquire(options: { readonly take: boolean }, signal: AbortSignal): Promise<void>;
  renew(): void;
  release(): void;
  /** @throws {CodedError} `terminal.not-writer`, `terminal.gone` */
  resize(
    size: { readonly columns: number; readonly rows: number },
    signal: AbortSignal,
  ): Promise<void>;
}
