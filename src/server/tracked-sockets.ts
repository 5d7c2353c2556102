import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Every connection of a server, also those that became WebSockets, which Node counts no more. */
export class TrackedSockets {
  readonly #sockets = new Set<Socket>();
  /** Those on which nothing was asked yet, by where they come from: TLS wraps them in others. */
  readonly #silent = new Map<string, Socket>();

  constructor(server: Pick<Server, 'on'>) {
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket);
      this.#sockets.add(socket);
      this.#silent.set(peer, socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        if (this.#silent.get(peer) === socket) this.#silent.delete(peer);
      });
    });
    const heard = ({ socket }: IncomingMessage): void => void this.#silent.delete(peerOf(socket));
    server.on('request', heard);
    server.on('upgrade', heard);
  }

  /**
   * Cut connections on which nothing was asked: browsers open some ahead, and Node takes them for
   * busy ones until their first request.
   */
  destroySilent(): void {
    for (const socket of this.#silent.values()) socket.destroy();
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
