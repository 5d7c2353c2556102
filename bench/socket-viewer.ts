import { once } from 'node:events';
import { WebSocket } from 'ws';
import { abortable, systemClock } from '../src/base/index.ts';
import {
  decodeFrame,
  encodeFrame,
  jsonPayload,
  serverFrames,
  terminalProtocol,
  viewerFrames,
  type ViewerFrameName,
} from '../src/contract/index.ts';

const LIMIT_MS = 180_000;
const nothing = new Uint8Array(0);

/** Watches a terminal by the real socket, draws nothing, and acknowledges what came. */
export class SocketViewer implements Disposable {
  readonly #ws: WebSocket;
  offset = 0;
  bytes = 0;
  snapshots = 0;
  isWriter = false;
  #seq = 0;
  #acked = 0;
  #wake = Promise.withResolvers<void>();

  private constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('message', (data: Buffer) => this.#hear(data));
  }

  static async open(port: number): Promise<SocketViewer> {
    const url = `ws://127.0.0.1:${port}/ws/terminal?ticket=x`;
    const ws = new WebSocket(url, terminalProtocol, { perMessageDeflate: false });
    await once(ws, 'open');
    const viewer = new SocketViewer(ws);
    viewer.#send('sub', jsonPayload({ agent_id: 'bench', mode: 'stream' }));
    await viewer.until(() => viewer.snapshots > 0);
    return viewer;
  }

  async acquire(): Promise<void> {
    this.#send('lease', jsonPayload({ action: 'acquire' }));
    await this.until(() => this.isWriter);
  }

  type(text: string): void {
    this.#seq += 1;
    this.#send('input', Buffer.from(text), this.#seq);
  }

  async until(condition: () => boolean): Promise<void> {
    using limit = systemClock.deadline(LIMIT_MS, new Error(`waited too long at ${this.offset}`));
    while (!condition()) {
      await abortable(this.#wake.promise, limit.signal);
    }
  }

  /** Read nothing more. */
  block(): void {
    this.#ws.pause();
  }

  [Symbol.dispose](): void {
    this.#ws.terminate();
  }

  #send(name: ViewerFrameName, payload: Uint8Array, seq = 0, epoch = 0): void {
    this.#ws.send(encodeFrame({ type: viewerFrames[name], pane: 1, epoch, seq, payload }));
  }

  #hear(data: Buffer): void {
    const { type, epoch, seq, payload } = decodeFrame(data);
    if (type === serverFrames.snap) {
      this.snapshots += 1;
      this.#take(epoch, seq, payload.length, true);
    } else if (type === serverFrames.delta) {
      this.#take(epoch, seq + payload.length, payload.length, false);
    } else if (type === serverFrames.lease) {
      this.isWriter = JSON.parse(Buffer.from(payload).toString()).is_mine;
    } else if (type === serverFrames.error) {
      throw new Error(Buffer.from(payload).toString());
    }
    const wake = this.#wake;
    this.#wake = Promise.withResolvers();
    wake.resolve();
  }

  #take(epoch: number, offset: number, bytes: number, isSnapshot: boolean): void {
    this.offset = offset;
    this.bytes += bytes;
    if (!isSnapshot && offset - this.#acked < 32 * 1_024) return;
    this.#acked = offset;
    this.#send('ack', nothing, offset, epoch);
  }
}
