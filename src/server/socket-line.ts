import type { WebSocket } from 'ws';
import type { Clock, Log } from '../base/index.ts';
import type { Principal } from '../app/index.ts';
import { Bucket } from './bucket.ts';
import type { RateLimit } from './rate-limit.ts';
import { closeCodes, type SocketLimits } from './socket-limits.ts';

export interface LineOptions {
  readonly principal: Principal;
  readonly address: string;
  readonly limits: SocketLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Shared by the sockets of all users. */
  readonly openings: RateLimit;
}

/** A peer that answers no ping for so long is gone. Longer than a laptop's lid or a busy tab. */
const SILENT_MS = 120_000;
/** How long a peer may take to answer a close before the connection is cut. */
const CLOSE_MS = 1_000;

/**
 * One WebSocket after its upgrade: sends, measures what waits, counts what came in, and closes.
 * Everything that belongs to it ends with `signal`.
 */
export class SocketLine {
  readonly principal: Principal;
  readonly address: string;
  readonly limits: SocketLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly #ws: WebSocket;
  readonly #closing = new AbortController();
  readonly #frames: Bucket;
  readonly #bytes: Bucket;
  readonly #mistakes: Bucket;
  readonly #openings: RateLimit;
  #heardAt: number;
  #usedAt: number;

  constructor(ws: WebSocket, { principal, address, limits, clock, log, openings }: LineOptions) {
    this.principal = principal;
    this.address = address;
    this.limits = limits;
    this.clock = clock;
    this.log = log;
    this.#ws = ws;
    this.#openings = openings;
    this.#frames = new Bucket(limits.framesPerSecond, limits.framesPerSecond, clock);
    this.#bytes = new Bucket(limits.bytesPerSecond, limits.bytesPerSecond, clock);
    this.#mistakes = new Bucket(limits.mistakes, 1 / 60, clock);
    this.#heardAt = clock.monotonic();
    this.#usedAt = this.#heardAt;
    ws.on('pong', () => (this.#heardAt = clock.monotonic()));
    ws.on('close', () => this.#closing.abort(new Error('the socket is closed')));
    // What broke the protocol or the connection; ws closes with the code that says it.
    ws.on('error', (error) => log.warn('terminal socket broke', { ...this.#facts, error }));
  }

  /** Aborts when it is closed, or about to. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Bytes that have not left this process. */
  get bufferedBytes(): number {
    return this.#ws.bufferedAmount;
  }

  /** Call `take` for each message, until it is closed. */
  onMessage(take: (bytes: Uint8Array, isBinary: boolean) => void): void {
    this.#ws.on('message', (data: Buffer, isBinary) => {
      if (this.signal.aborted) return;
      this.#heardAt = this.clock.monotonic();
      this.#usedAt = this.#heardAt;
      take(data, isBinary);
    });
  }

  /** `onSent` is called when the bytes have left this process; not when the line ends first. */
  send(bytes: Uint8Array, onSent?: () => void): void {
    if (this.signal.aborted) return;
    if (this.bufferedBytes > this.limits.bufferedBytes) {
      this.log.warn('terminal socket cut: it does not read', this.#facts);
      this.cut();
      return;
    }
    this.#usedAt = this.clock.monotonic();
    this.#ws.send(bytes, { binary: true }, (error) => {
      if (!error) onSent?.();
    });
  }

  /** Whether so much input may come now. */
  takeInput(bytes: number): boolean {
    return this.#frames.take() && this.#bytes.take(bytes);
  }

  /** Whether its user may do one more thing that is written into the audit log. */
  takeOpening(): boolean {
    return this.#openings.take(this.principal.userId) === 0;
  }

  /** Note what the viewer did wrong; too much of it closes the line. */
  noteMistake(): void {
    if (this.#mistakes.take()) return;
    this.close(closeCodes.tooManyMistakes, 'too many frames were wrong');
  }

  /** Ask whether the peer is there, and close what nobody uses. */
  tick(): void {
    const now = this.clock.monotonic();
    if ((this.principal.expiresAt ?? Infinity) <= this.clock.now()) {
      this.close(closeCodes.revoked, 'the login ended');
    } else if (now - this.#heardAt > SILENT_MS) this.cut();
    else if (now - this.#usedAt > this.limits.idleMs) {
      this.close(closeCodes.idle, 'nothing happened for long');
    } else this.#ws.ping();
  }

  /** End everything that belongs to it now, and tell the peer why. */
  close(code: number, reason: string): void {
    if (this.signal.aborted) return;
    this.log.debug('terminal socket closed', { ...this.#facts, code, reason });
    this.#closing.abort(new Error(reason));
    this.#ws.close(code, reason);
    const limit = this.clock.deadline(CLOSE_MS, new Error('the peer does not close'));
    limit.signal.addEventListener('abort', () => this.#ws.terminate(), { once: true });
    this.#ws.once('close', () => limit[Symbol.dispose]());
  }

  /** End without a word, for a peer that would not hear it. */
  cut(): void {
    this.#closing.abort(new Error('the socket was cut'));
    this.#ws.terminate();
  }

  get #facts(): Readonly<Record<string, unknown>> {
    return { userId: this.principal.userId, address: this.address };
  }
}
