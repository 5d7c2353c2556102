import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CodedError, systemCode } from '../../base/index.ts';
import { answerText, type Content } from './content.ts';

/** Above, further connections are refused until some end. */
const CONNECTIONS = 2_000;

/**
 * The port of one site on the loopback interface. What it answers with is changed between two
 * requests, so that each one sees one release.
 */
export class SitePort implements AsyncDisposable {
  readonly number: number;
  readonly #server: Server;
  /** WebSockets: the server itself forgets them. */
  readonly #sockets = new Set<Duplex>();
  #content: Content;

  private constructor(number: number, server: Server, content: Content) {
    this.number = number;
    this.#server = server;
    this.#content = content;
    server.maxConnections = CONNECTIONS;
    server.on('request', (request, response) => {
      if (isLoopbackName(request)) this.#content.answer(request, response);
      else answerText(response, 421, 'This site is asked for as 127.0.0.1 or localhost.');
    });
    server.on('upgrade', (request, socket, head) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      // Without a listener, a client that leaves meanwhile would end the whole process.
      socket.on('error', () => socket.destroy());
      const content = this.#content;
      if (content.upgrade !== undefined && isLoopbackName(request)) {
        content.upgrade(request, socket, head);
      } else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
    });
  }

  /** @throws {CodedError} `deploy.port-taken` */
  static async open(number: number, content: Content): Promise<SitePort> {
    const server = createServer();
    const port = new SitePort(number, server, content);
    server.listen({ host: '127.0.0.1', port: number });
    try {
      await once(server, 'listening');
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      throw portTaken(number, code, error);
    }
    return port;
  }

  show(content: Content): void {
    this.#content = content;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

function portTaken(port: number, reason: string, cause: unknown): CodedError {
  return new CodedError(
    'deploy.port-taken',
    `Another program has port ${port} of this machine (${reason}).`,
    {
      facts: { port, reason },
      cause,
      todo: `End what listens at 127.0.0.1:${port}; the site comes back by itself`,
    },
  );
}

/** Pages of others must not reach the site by a name that their DNS points here. */
function isLoopbackName({ headers: { host } }: IncomingMessage): boolean {
  const name = (host ?? '').toLowerCase().replace(/:\d{1,5}$/, '');
  return ['127.0.0.1', 'localhost', '[::1]'].includes(name) || name.endsWith('.localhost');
}
