import { CodedError, Mutex } from '../base/index.ts';
import {
  type Frame,
  type LeasePayload,
  leasePayload,
  type SizePayload,
  sizePayload,
  type SubPayload,
  viewerFrames,
} from '../contract/index.ts';
import type {
  Delta,
  LeaseState,
  Presence,
  Snapshot,
  TerminalEnd,
  TerminalsApp,
  Thumbnail,
  Viewer,
  Watching,
  Wish,
} from './door-app.ts';
import { BadFrameError, NoSuchPaneError, TooFastError } from './live-errors.ts';
import * as frames from './server-frame.ts';
import type { SocketLine } from './socket-line.ts';
import type { TerminalRights } from './terminal-rights.ts';
import { frameJson, frameText } from './viewer-frame.ts';

export interface PaneOptions {
  /** The number by which the viewer calls it. */
  readonly pane: number;
  readonly sub: SubPayload;
  readonly app: TerminalsApp;
  readonly line: SocketLine;
  readonly rights: TerminalRights;
}

/** Frames of one pane that wait for those before them. */
const MOST_QUEUED = 1_000;
const never = new AbortController().signal;

/** Ends what was under way for a pane that shows something else now. */
export class PaneClosedError extends Error {}

/** One terminal on one socket: what the terminal says becomes frames, and the other way round. */
export class TerminalPane implements Viewer {
  readonly agentId: string;
  readonly #options: PaneOptions;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  readonly #turn = new Mutex();
  #watching: Watching | undefined;
  #isAttached = false;
  /** Of what was sent last; nothing was. */
  #epoch = -1;
  #sent = 0;
  #queued = 0;
  #queuedBytes = 0;
  #thumb: Thumbnail | undefined;
  #isThumbOnItsWay = false;

  constructor(options: PaneOptions) {
    this.#options = options;
    this.agentId = options.sub.agent_id;
    this.#signal = AbortSignal.any([options.line.signal, this.#closing.signal]);
  }

  get userId(): string {
    return this.#options.line.principal.userId;
  }

  get name(): string {
    return this.#options.line.principal.name;
  }

  get bufferedBytes(): number {
    return this.#options.line.bufferedBytes;
  }

  /** True when it is closed, or its socket is. */
  get isClosed(): boolean {
    return this.#signal.aborted;
  }

  /** Begin to show it; what comes for it in the meantime waits. */
  async open(): Promise<void> {
    const { app, sub } = this.#options;
    await this.#inTurn(async () => {
      await this.checkRight();
      const place = await app.findTerminal(this.agentId, this.#signal);
      // A thumbnail is one of many on a page, and not what somebody opened: see TerminalSession.
      if (sub.mode === 'stream') await this.#attach();
      const watching = await app.terminals.watch(place, this, toWish(sub), this.#signal);
      if (this.isClosed) watching[Symbol.dispose]();
      else this.#watching = watching;
    });
  }

  /** @throws {CodedError} it may not be seen any more. */
  async checkRight(): Promise<void> {
    await this.#options.rights.check(this.agentId, 'viewer', this.#signal);
  }

  /**
   * Do what a frame asks for. Input, leases and sizes keep their order.
   *
   * @throws {CodedError} `terminal.*`, `auth.*`
   */
  async take(frame: Frame): Promise<void> {
    switch (frame.type) {
      case viewerFrames.ack:
        return this.#ack(frame);
      case viewerFrames.input: {
        return await this.#type(frame, async (watching) => {
          await watching.input(frame.seq, frame.payload, this.#signal);
        });
      }
      case viewerFrames.paste: {
        const text = frameText(frame);
        return await this.#type(frame, async (watching) => {
          await watching.paste(frame.seq, text, this.#signal);
        });
      }
      case viewerFrames.lease:
        return await this.#lease(frameJson(leasePayload, frame));
      case viewerFrames.resize:
        return await this.#resize(frameJson(sizePayload, frame));
      default:
        throw new BadFrameError(`no frame has the type ${frame.type}`);
    }
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new PaneClosedError());
    this.#watching?.[Symbol.dispose]();
    this.#watching = undefined;
    this.#detach();
  }

  onSnapshot(snapshot: Snapshot): void {
    this.#epoch = snapshot.epoch;
    this.#sent = snapshot.offset;
    this.#send(frames.snapFrame(this.#options.pane, snapshot));
  }

  onDelta(delta: Delta): void {
    this.#epoch = delta.epoch;
    this.#sent = delta.offset + delta.bytes.length;
    this.#send(frames.deltaFrame(this.#options.pane, delta));
  }

  /** One picture is on its way at most: who reads slowly sees fewer of them, and the last one. */
  onThumbnail(thumbnail: Thumbnail): void {
    this.#thumb = thumbnail;
    this.#sendThumb();
  }

  onLease(lease: LeaseState): void {
    this.#send(frames.leaseFrame(this.#options.pane, lease));
  }

  onPresence(presence: Presence): void {
    this.#send(frames.presenceFrame(this.#options.pane, presence));
  }

  onInputAck(seq: number): void {
    this.#send(frames.plainFrame('inputAck', this.#options.pane, undefined, seq));
  }

  onEnd(end: TerminalEnd): void {
    this.#send(frames.endFrame(this.#options.pane, end));
  }

  #send(frame: Uint8Array, onSent?: () => void): void {
    if (!this.isClosed) this.#options.line.send(frame, onSent);
  }

  #sendThumb(): void {
    if (this.#thumb === undefined || this.#isThumbOnItsWay) return;
    const frame = frames.thumbFrame(this.#options.pane, this.#thumb);
    this.#thumb = undefined;
    this.#isThumbOnItsWay = true;
    this.#send(frame, () => {
      this.#isThumbOnItsWay = false;
      this.#sendThumb();
    });
  }

  #ack({ epoch, seq }: Frame): void {
    // An acknowledgement of what was before a resize says nothing of what came since.
    if (epoch !== this.#epoch) return;
    if (seq > this.#sent) throw new BadFrameError(`offset ${seq} was not sent yet`);
    this.#watching?.ack(seq);
  }

  async #type(frame: Frame, action: (watching: Watching) => Promise<void>): Promise<void> {
    const { queuedInputBytes } = this.#options.line.limits;
    const bytes = frame.payload.length;
    if (this.#queuedBytes + bytes > queuedInputBytes) throw new TooFastError();
    this.#queuedBytes += bytes;
    try {
      await this.#asOperator(action);
    } finally {
      this.#queuedBytes -= bytes;
    }
  }

  async #asOperator(action: (watching: Watching) => Promise<void>): Promise<void> {
    await this.#inTurn(async () => {
      await this.#options.rights.check(this.agentId, 'operator', this.#signal);
      await action(this.#shown());
    });
  }

  async #inTurn(action: () => Promise<void>): Promise<void> {
    if (this.#queued >= MOST_QUEUED) throw new TooFastError();
    this.#queued += 1;
    try {
      await this.#turn.run(async () => {
        this.#signal.throwIfAborted();
        await action();
      });
    } finally {
      this.#queued -= 1;
    }
  }

  async #lease({ action }: LeasePayload): Promise<void> {
    switch (action) {
      case 'acquire':
      case 'take':
        return await this.#asOperator(async (watching) => {
          await this.#record('terminal.typing', { isTaken: action === 'take' }, this.#signal);
          await watching.acquire({ take: action === 'take' }, this.#signal);
        });
      case 'renew':
        return this.#shown().renew();
      case 'release':
        // After what was typed before it.
        return await this.#inTurn(async () => this.#shown().release());
    }
  }

  async #resize(size: SizePayload): Promise<void> {
    await this.#asOperator(async (watching) => await watching.resize(size, this.#signal));
  }

  /** @throws {NoSuchPaneError} it could not be opened, or is closed. */
  #shown(): Watching {
    if (this.#watching === undefined) throw new NoSuchPaneError(this.#options.pane);
    return this.#watching;
  }

  async #attach(): Promise<void> {
    // Not given up when the pane closes: the entry may be there then, and needs its end.
    await this.#record('terminal.attached', { mode: 'stream' }, never);
    this.#isAttached = true;
    if (this.isClosed) this.#detach();
  }

  #detach(): void {
    if (!this.#isAttached) return;
    this.#isAttached = false;
    void this.#recordEnd();
  }

  async #record(
    action: string,
    data: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<void> {
    const { app, line } = this.#options;
    if (!line.takeOpening()) throw new TooFastError();
    const entry = { action, subject: this.agentId, address: line.address, data };
    await app.accounts.record(line.principal, entry, signal);
  }

  async #recordEnd(): Promise<void> {
    const { app, line } = this.#options;
    const entry = { action: 'terminal.detached', subject: this.agentId, address: line.address };
    try {
      await app.accounts.record(line.principal, entry, never);
    } catch (error) {
      const code = error instanceof CodedError ? error.code : undefined;
      line.log.error('the end of watching a terminal is not in the audit log', { code, error });
    }
  }
}

function toWish({ mode, from }: SubPayload): Wish {
  return from === undefined ? { mode } : { mode, from: { epoch: from.epoch, offset: from.seq } };
}
