import { CodedError } from '../base/index.ts';
import { type Frame, subPayload, type SubPayload, viewerFrames } from '../contract/index.ts';
import type { TerminalsApp } from './door-app.ts';
import { NoSuchPaneError, TooFastError, TooManyPanesError } from './live-errors.ts';
import { codedOf } from './problem.ts';
import { errorFrame, plainFrame } from './server-frame.ts';
import { closeCodes } from './socket-limits.ts';
import type { SocketLine } from './socket-line.ts';
import { PaneClosedError, TerminalPane } from './terminal-pane.ts';
import { TerminalRights } from './terminal-rights.ts';
import { frameJson, readViewerFrame } from './viewer-frame.ts';

/** A viewer of many terminals at once, by the frames of src/contract/terminal-frames.ts. */
export class TerminalSession {
  readonly #app: TerminalsApp;
  readonly #line: SocketLine;
  readonly #rights: TerminalRights;
  readonly #panes = new Map<number, TerminalPane>();
  /** Agents whose pictures were opened, so that the audit log tells of each once. */
  readonly #glanced = new Set<string>();

  constructor(app: TerminalsApp, line: SocketLine) {
    this.#app = app;
    this.#line = line;
    this.#rights = new TerminalRights(app.accounts, line.principal, line.clock);
    line.onMessage((bytes, isBinary) => {
      if (isBinary) void this.#take(bytes);
      else line.close(closeCodes.notBinary, 'frames are binary');
    });
    line.signal.addEventListener('abort', () => this.#closeAll(), { once: true });
  }

  /** Show a terminal as this pane, as if the viewer had asked for it. */
  show(pane: number, sub: SubPayload): void {
    void this.#guard({ pane, seq: 0 }, async () => await this.#subscribe(pane, sub));
  }

  async #subscribe(pane: number, sub: SubPayload): Promise<void> {
    this.#panes.get(pane)?.close();
    this.#panes.delete(pane);
    const { panesPerSocket } = this.#line.limits;
    if (this.#panes.size >= panesPerSocket) throw new TooManyPanesError(panesPerSocket);
    const options = { pane, sub, app: this.#app, line: this.#line, rights: this.#rights };
    const opened = new TerminalPane(options);
    this.#panes.set(pane, opened);
    try {
      if (sub.mode === 'thumb') await this.#recordGlance(sub.agent_id, opened);
      await opened.open();
    } catch (error) {
      opened.close();
      if (this.#panes.get(pane) === opened) this.#panes.delete(pane);
      throw error;
    }
  }

  /** Let go what may not be seen any more. */
  tick(): void {
    for (const [number, pane] of this.#panes) {
      void this.#guard({ pane: number, seq: 0 }, async () => {
        try {
          await pane.checkRight();
        } catch (error) {
          if (pane.isClosed) return;
          pane.close();
          if (this.#panes.get(number) === pane) this.#panes.delete(number);
          throw error;
        }
      });
    }
  }

  async #take(bytes: Uint8Array): Promise<void> {
    let frame: Frame | undefined;
    await this.#guard({ pane: 0, seq: 0 }, async () => {
      frame = readViewerFrame(bytes);
    });
    if (frame === undefined) return;
    const whole = frame;
    await this.#guard(whole, async () => await this.#do(whole));
  }

  async #do(frame: Frame): Promise<void> {
    // Acknowledgements are many where much is printed, and cost nothing.
    const isFree = frame.type === viewerFrames.ack;
    if (!isFree && !this.#line.takeInput(frame.payload.length)) throw new TooFastError();
    switch (frame.type) {
      case viewerFrames.sub:
        return await this.#subscribe(frame.pane, frameJson(subPayload, frame));
      case viewerFrames.unsub:
        this.#panes.get(frame.pane)?.close();
        this.#panes.delete(frame.pane);
        return;
      case viewerFrames.ping:
        this.#line.send(plainFrame('pong', frame.pane, undefined, frame.seq));
        return;
      default: {
        const pane = this.#panes.get(frame.pane);
        if (pane === undefined) throw new NoSuchPaneError(frame.pane);
        return await pane.take(frame);
      }
    }
  }

  /** Answer what goes wrong with an error frame; the socket stays up. */
  async #guard(
    { pane, seq }: Pick<Frame, 'pane' | 'seq'>,
    action: () => Promise<void>,
  ): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (this.#line.signal.aborted || error instanceof PaneClosedError) return;
      const coded = codedOf(error);
      const { userId } = this.#line.principal;
      const facts = { userId, address: this.#line.address, pane };
      if (coded === undefined) this.#line.log.error('terminal frame failed', { ...facts, error });
      else this.#line.log.warn('terminal frame refused', { ...facts, code: coded.code });
      this.#line.send(errorFrame(pane, error, seq));
      if (coded !== undefined && isMistake(coded)) this.#line.noteMistake();
    }
  }

  async #recordGlance(agentId: string, pane: TerminalPane): Promise<void> {
    if (this.#glanced.has(agentId)) return;
    await pane.checkRight();
    if (!this.#line.takeOpening()) throw new TooFastError();
    const { address, principal, signal } = this.#line;
    const data = { mode: 'thumb' };
    const entry = { action: 'terminal.attached', subject: agentId, address, data };
    await this.#app.accounts.record(principal, entry, signal);
    this.#glanced.add(agentId);
  }

  #closeAll(): void {
    for (const pane of this.#panes.values()) pane.close();
    this.#panes.clear();
  }
}

/** What no viewer that knows the protocol, and its own rights, would send. */
function isMistake({ code }: CodedError): boolean {
  return (
    /^terminal\.(?:bad-frame|no-pane|too-many-panes|too-fast|input-gap)$/.test(code) ||
    /^(?:auth|request)\.|\.not-found$/.test(code)
  );
}
