import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { LoginRequiredError } from '../app/index.ts';
import type { Clock, Ids, Log } from '../base/index.ts';
import { flow, terminalProtocol } from '../contract/index.ts';
import { type AdmittedSocket, admitSocket, type SocketGate } from './admit-socket.ts';
import { TooManySocketsError } from './live-errors.ts';
import { codedOf, PROBLEM_TYPE, toProblem } from './problem.ts';
import { RateLimit } from './rate-limit.ts';
import { ServerStoppingError } from './request-errors.ts';
import { closeCodes, type SocketLimits, socketLimits } from './socket-limits.ts';
import { SocketLine } from './socket-line.ts';
import { RawTerminal } from './terminal-raw.ts';
import { TerminalSession } from './terminal-session.ts';

export interface TerminalDoorOptions extends SocketGate {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Aborts when the server begins to stop: sockets close, so that viewers come back. */
  readonly draining: AbortSignal;
  readonly socketLimits?: SocketLimits;
}

interface Open {
  readonly line: SocketLine;
  readonly viewer: { tick(): void };
}

/**
 * Open the terminals' door on an http server. It closes when the server begins to stop, and
 * refuses from then on; other upgrades are refused as well, because nobody else takes them.
 */
export function openTerminalSockets(
  httpServer: Pick<Server, 'on'>,
  options: TerminalDoorOptions,
): TerminalDoor {
  const door = new TerminalDoor(options);
  httpServer.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head));
  return door;
}

const TICK_MS = 15_000;
/** Whoever does not finish its upgrade by then never will. */
const ADMIT_MS = 10_000;

/**
 * The terminals' door: WebSockets at `/ws/terminal` and `/ws/terminal/:id`; see
 * docs/terminal-socket.md. Make it before anybody is let in, so that it hears of every right that
 * ends. `hosts` may not be known before the first upgrade.
 */
export class TerminalDoor implements Disposable {
  readonly #options: TerminalDoorOptions;
  readonly #limits: SocketLimits;
  readonly #openings: RateLimit;
  readonly #sockets = new Map<WebSocket, Open>();
  /** For each socket that is being admitted: credentials that ended in the meantime. */
  readonly #admissions = new Set<Set<string>>();
  readonly #held = new DisposableStack();
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: flow.maxFrameBytes,
    clientTracking: false,
    handleProtocols: (names) => (names.has(terminalProtocol) ? terminalProtocol : false),
  });

  constructor(options: TerminalDoorOptions) {
    this.#options = options;
    this.#limits = options.socketLimits ?? socketLimits;
    const { app, clock, draining } = options;
    this.#openings = new RateLimit({ perMinute: this.#limits.openingsPerMinute }, clock);
    const drain = (): void => this[Symbol.dispose]();
    draining.addEventListener('abort', drain, { once: true });
    this.#held.defer(() => draining.removeEventListener('abort', drain));
    this.#held.use(app.accounts.onRevoked((id) => this.#revoke(id)));
    this.#held.use(clock.every(TICK_MS, () => this.#tick()));
  }

  /** Sockets that are open. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Take over the `upgrade` of an http server, or answer it with a problem. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until `ws` has it nobody else listens, and an error without a listener ends the program.
    socket.on('error', ignore);
    void this.#upgrade(request, socket, head);
  }

  /** Close every socket; whoever comes later is refused. */
  [Symbol.dispose](): void {
    this.#held.dispose();
    this.#closeAll();
    this.#server.close();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const admitted = await this.#admit(request, socket);
      if (admitted === undefined) return;
      socket.off('error', ignore);
      this.#server.handleUpgrade(request, socket, head, (ws) => this.#open(ws, admitted));
    } catch (error) {
      this.#options.log.error('terminal socket not opened', { error });
      socket.destroy();
    }
  }

  async #admit(request: IncomingMessage, socket: Duplex): Promise<AdmittedSocket | undefined> {
    const { clock, draining } = this.#options;
    using limit = clock.deadline(ADMIT_MS, new ServerStoppingError());
    const revoked = new Set<string>();
    this.#admissions.add(revoked);
    try {
      if (draining.aborted) throw new ServerStoppingError();
      const signal = AbortSignal.any([draining, limit.signal]);
      const admitted = await admitSocket(this.#options, request, signal);
      const { credentialId, userId } = admitted.principal;
      if (revoked.has(credentialId) || revoked.has(userId)) throw new LoginRequiredError();
      this.#checkRoom(userId);
      return admitted;
    } catch (error) {
      this.#refuse(socket, draining.aborted ? new ServerStoppingError() : error);
      return undefined;
    } finally {
      this.#admissions.delete(revoked);
    }
  }

  #open(ws: WebSocket, { principal, address, ...wish }: AdmittedSocket): void {
    const { clock, log } = this.#options;
    const limits = this.#limits;
    const openings = this.#openings;
    const line = new SocketLine(ws, { principal, address, limits, clock, log, openings });
    const viewer = this.#viewerOf(line, wish);
    this.#sockets.set(ws, { line, viewer });
    line.signal.addEventListener('abort', () => this.#sockets.delete(ws), { once: true });
  }

  #viewerOf(
    line: SocketLine,
    { agentId, isFramed, isWriter }: Omit<AdmittedSocket, 'principal' | 'address'>,
  ): Open['viewer'] {
    const { app } = this.#options;
    if (isFramed || agentId === undefined) {
      const session = new TerminalSession(app, line);
      if (agentId !== undefined) session.show(1, { agent_id: agentId, mode: 'stream' });
      return session;
    }
    const raw = new RawTerminal({ app, line, agentId, isWriter });
    void raw.open();
    return raw;
  }

  #refuse(socket: Duplex, error: unknown): void {
    const requestId = this.#options.ids.next('req');
    const { view, headers } = toProblem(error, requestId);
    const { log } = this.#options;
    if (codedOf(error) === undefined) log.error('terminal socket failed', { requestId, error });
    else log.warn('terminal socket refused', { requestId, code: view.code });
    const body = JSON.stringify(view);
    const lines = [
      `HTTP/1.1 ${view.status} ${STATUS_CODES[view.status] ?? 'Error'}`,
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    // Nobody reads it on: a peer that never closes its side would keep the connection for ever.
    socket.once('finish', () => socket.destroy());
    socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  #checkRoom(userId: string): void {
    const { sockets, socketsPerUser } = this.#limits;
    if (this.size >= sockets) throw new TooManySocketsError(sockets, 'server');
    let own = 0;
    for (const { line } of this.#sockets.values()) {
      if (line.principal.userId === userId) own += 1;
    }
    if (own >= socketsPerUser) throw new TooManySocketsError(socketsPerUser, 'user');
  }

  #revoke(id: string): void {
    for (const revoked of this.#admissions) revoked.add(id);
    for (const { line } of this.#sockets.values()) {
      const { credentialId, userId } = line.principal;
      if (credentialId === id || userId === id) line.close(closeCodes.revoked, 'the login ended');
    }
  }

  #closeAll(): void {
    for (const { line } of this.#sockets.values()) {
      line.close(closeCodes.restart, 'the server ends; come back');
    }
  }

  #tick(): void {
    for (const { line, viewer } of this.#sockets.values()) {
      line.tick();
      if (!line.signal.aborted) viewer.tick();
    }
  }
}

function ignore(): void {}
