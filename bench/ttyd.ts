import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { WebSocket } from 'ws';
import { systemClock } from '../src/base/index.ts';
import { findFreePort } from '../test/support/free-port.ts';
import { memoryOf } from './process-usage.ts';

const never = new AbortController().signal;

/** ttyd with a tmux client for each viewer, which our sockets are measured beside. */
export class Ttyd implements AsyncDisposable {
  readonly #child: ReturnType<typeof spawn>;
  readonly #port: number;

  private constructor(child: ReturnType<typeof spawn>, port: number) {
    this.#child = child;
    this.#port = port;
  }

  /** Undefined where ttyd is not installed. */
  static async start(socketPath: string): Promise<Ttyd | undefined> {
    const port = await findFreePort();
    const attach = ['tmux', '-S', socketPath, 'attach'];
    const args = ['-W', '-i', '127.0.0.1', '-p', String(port), ...attach];
    const child = spawn('ttyd', args, { stdio: 'ignore' });
    const isThere = await new Promise<boolean>((resolve) => {
      child.once('spawn', () => resolve(true));
      child.once('error', () => resolve(false));
    });
    if (!isThere) return undefined;
    while (!(await accepts(port))) await systemClock.after(20, never);
    return new Ttyd(child, port);
  }

  async connect(): Promise<TtydViewer> {
    return await TtydViewer.open(this.#port);
  }

  /** MB of ttyd and of its clients of tmux. */
  async memory(): Promise<number> {
    return await memoryOf(this.#child.pid ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** A viewer in ttyd's protocol: `0` and the bytes, both ways. */
export class TtydViewer implements Disposable {
  readonly #ws: WebSocket;
  #output = Promise.withResolvers<void>();

  private constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('message', (data: Buffer) => {
      if (data[0] === 0x30) this.#output.resolve();
    });
  }

  static async open(port: number): Promise<TtydViewer> {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'tty');
    await once(ws, 'open');
    const viewer = new TtydViewer(ws);
    const shown = viewer.nextOutput();
    ws.send(Buffer.from(JSON.stringify({ AuthToken: '', columns: 200, rows: 50 })));
    await shown;
    return viewer;
  }

  type(text: string): void {
    this.#ws.send(Buffer.from(`0${text}`));
  }

  async nextOutput(): Promise<void> {
    this.#output = Promise.withResolvers();
    await this.#output.promise;
  }

  [Symbol.dispose](): void {
    this.#ws.terminate();
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
